//! Arguments with the names that expansions like to use.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free(
    e: u8,
    x: u8,
    err: u8,
    error: u8,
    result: u8,
    caller: u8,
    span: u8,
    ret: u8,
    body: u8,
    site: u8,
    hint: u8,
) -> Result<u8, String> {
    Ok(e + x + err + error + result + caller + span + ret + body + site + hint)
}

#[report_errors]
async fn future(
    e: u8,
    x: u8,
    err: u8,
    error: u8,
    result: u8,
    caller: u8,
    span: u8,
    ret: u8,
    body: u8,
    site: u8,
    hint: u8,
) -> Result<u8, String> {
    Ok(e + x + err + error + result + caller + span + ret + body + site + hint)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), Ok(66));
    assert_eq!(future(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).await, Ok(66));
}
