// editions: 2018 2021 2024
//! The reported name is the function's own, raw or not, and has no closure in it.
#![deny(warnings)]

use dragonfly::report_errors;
use dragonfly::testing::{capture_events, capture_events_async};

#[report_errors]
fn r#fn(r#type: u8) -> Result<u8, String> {
    Err(r#type.to_string())
}

#[report_errors]
fn größe() -> Result<u8, String> {
    Err("größe".to_owned())
}

#[report_errors]
async fn future() -> Result<u8, String> {
    Err("future".to_owned())
}

struct Shop;

impl Shop {
    #[report_errors]
    fn method(&self) -> Result<u8, String> {
        Err("method".to_owned())
    }
}

fn reported_name<T>(code: impl FnOnce() -> T) -> String {
    let (_, events) = capture_events(code);
    events[0].transaction.clone().unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let name = reported_name(|| r#fn(1));
    assert!(
        name.ends_with("::fn") || name.ends_with("::r#fn"),
        "{}",
        name
    );
    assert!(reported_name(größe).ends_with("::größe"));
    assert!(reported_name(|| Shop.method()).ends_with("Shop::method"));
    let (_, events) = capture_events_async(future()).await;
    let name = events[0].transaction.as_deref().unwrap_or_default();
    assert!(name.ends_with("::future"), "{}", name);
}
