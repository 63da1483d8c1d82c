use dragonfly::report_errors;

#[report_errors(level = Level::Warning)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
