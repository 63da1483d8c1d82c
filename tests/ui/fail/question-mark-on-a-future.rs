//! A forgotten `.await`.
use dragonfly::report_errors;

async fn count() -> Result<u8, String> {
    Ok(1)
}

#[report_errors]
async fn f() -> Result<u8, String> {
    let count = count()?;
    Ok(count + 1)
}

fn main() {}
