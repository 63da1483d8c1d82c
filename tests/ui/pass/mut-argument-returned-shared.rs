//! What is borrowed mutably may be given back shared.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free(value: &mut String) -> Result<&String, String> {
    value.push('a');
    Ok(value)
}

#[report_errors]
async fn future(value: &mut String) -> Result<&String, String> {
    value.push('b');
    Ok(value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut text = String::new();
    assert_eq!(free(&mut text).unwrap(), "a");
    assert_eq!(future(&mut text).await.unwrap(), "ab");
}
