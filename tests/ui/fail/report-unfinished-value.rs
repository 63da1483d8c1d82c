use dragonfly::report_errors;

#[report_errors(max_per_minute = 60 *)]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
