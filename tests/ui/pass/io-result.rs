//! `io::Result<T>` is a `Result` by type, whatever it is called.
#![deny(warnings)]

use dragonfly::report_errors;
use std::io;

#[report_errors]
fn read(path: &str) -> io::Result<String> {
    std::fs::read_to_string(path)
}

#[report_errors]
async fn read_async(path: &str) -> io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    Ok(text)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(read("/no/such/file").is_err());
    assert!(read_async("/no/such/file").await.is_err());
}
