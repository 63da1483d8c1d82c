use dragonfly::report_errors;

#[report_errors(ignore("sold out"), ignore("closed"))]
fn f(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {}
