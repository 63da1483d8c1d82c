use dragonfly::report_errors;

#[report_errors(fields(length = ))]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
