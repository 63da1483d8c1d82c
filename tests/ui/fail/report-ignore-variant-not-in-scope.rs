use dragonfly::report_errors;

#[derive(Debug)]
enum ShopError {
    SoldOut,
    Closed,
}

#[report_errors(ignore(SoldOut))]
fn sell(open: bool) -> Result<u32, ShopError> {
    if open {
        Err(ShopError::SoldOut)
    } else {
        Err(ShopError::Closed)
    }
}

fn main() {
    let _ = sell(true);
}
