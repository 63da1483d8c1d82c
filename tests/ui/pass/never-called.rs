//! A function that nobody calls is still told as dead code.

use dragonfly::report_errors;

#[report_errors]
fn free() -> Result<u8, String> {
    Ok(1)
}

#[report_errors]
async fn future() -> Result<u8, String> {
    Ok(1)
}

struct Shop;

impl Shop {
    #[report_errors]
    fn method(&self) -> Result<u8, String> {
        Ok(1)
    }
}

fn main() {
    let _ = Shop;
}
