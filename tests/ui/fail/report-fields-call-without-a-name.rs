use dragonfly::report_errors;

#[report_errors(fields(path.len()))]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
