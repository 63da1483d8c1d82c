use dragonfly::report_errors;

#[report_errors(environment = "staging")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
