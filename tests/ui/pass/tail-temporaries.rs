//! In edition 2024 a tail expression may borrow a local.
#![deny(warnings)]

use dragonfly::report_errors;
use std::cell::RefCell;

#[report_errors]
fn length() -> Result<usize, String> {
    let cell = RefCell::new("text");
    Ok(cell.borrow().len())
}

#[report_errors]
fn length_of(add: usize) -> Result<usize, String> {
    let cell = RefCell::new("text");
    Ok(cell.borrow().len() + add)
}

#[report_errors]
async fn length_async(add: usize) -> Result<usize, String> {
    let cell = RefCell::new("text");
    Ok(cell.borrow().len() + add)
}

#[dragonfly::main]
fn main() -> Result<(), String> {
    let cell = RefCell::new(Ok(()));
    assert_eq!(length(), Ok(4));
    assert_eq!(length_of(1), Ok(5));
    drop(length_async(1));
    (*cell.borrow()).clone()
}
