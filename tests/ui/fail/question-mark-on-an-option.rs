//! The compiler's own words, with its advice, although it takes the body for a closure.
use dragonfly::report_errors;

#[report_errors]
fn first(names: &[String]) -> Result<&str, String> {
    let name = names.first()?;
    Ok(name)
}

#[report_errors]
async fn last(names: &[String]) -> Result<&str, String> {
    let name = names.last()?;
    Ok(name)
}

fn main() {}
