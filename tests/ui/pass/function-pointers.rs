//! An annotated function is a function: a constant pointer to it, in a table, as a value.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free(value: &u8) -> Result<u8, String> {
    Ok(*value)
}

#[report_errors]
async fn future(value: u8) -> Result<u8, String> {
    Ok(value)
}

const POINTER: fn(&u8) -> Result<u8, String> = free;
static TABLE: [for<'a> fn(&'a u8) -> Result<u8, String>; 2] = [free, POINTER];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(TABLE[1](&1), Ok(1));
    let sum: Result<Vec<u8>, _> = [1, 2].iter().map(free).collect();
    assert_eq!(sum, Ok(vec![1, 2]));
    let call: fn(u8) -> _ = future;
    assert_eq!(call(3).await, Ok(3));
}
