//! A body that is quoted twice makes two closures of one, and no type has both.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free(add: u8) -> Result<Vec<impl Fn(u8) -> u8>, String> {
    Ok(vec![move |value| value + add])
}

#[report_errors]
async fn future(add: u8) -> Result<Vec<impl Fn(u8) -> u8>, String> {
    Ok(vec![move |value| value + add])
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(1).unwrap()[0](2), 3);
    assert_eq!(future(2).await.unwrap()[0](2), 4);
}
