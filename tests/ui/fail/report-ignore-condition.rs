use dragonfly::report_errors;

#[report_errors(ignore(text.is_empty()))]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
