//! A field of a pattern may stand under a `#[cfg]`, like an argument.
#![deny(warnings)]

use dragonfly::report_errors;

struct Order {
    name: String,
    #[cfg(any())]
    price: u8,
    #[cfg(all())]
    count: u8,
}

#[report_errors]
fn check(
    Order {
        name,
        #[cfg(any())]
        price,
        #[cfg(all())]
        count,
    }: Order,
) -> Result<String, String> {
    #[cfg(any())]
    drop(price);
    if count == 0 { Err(name) } else { Ok(name) }
}

#[report_errors]
async fn check_async(Order { #[cfg(any())] price, count, .. }: Order) -> Result<u8, String> {
    count.checked_sub(1).ok_or_else(String::new)
}

fn order(count: u8) -> Order {
    Order {
        name: "tea".to_owned(),
        count,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(check(order(0)).is_err());
    assert!(check(order(1)).is_ok());
    assert!(check_async(order(0)).await.is_err());
    assert!(check_async(order(1)).await.is_ok());
}
