use dragonfly::report_errors;

#[report_errors(crate = "my facade")]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
