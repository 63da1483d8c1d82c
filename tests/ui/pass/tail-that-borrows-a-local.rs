//! In edition 2024 a tail may borrow a local: the braces of the body must be of that edition, too.
#![deny(warnings)]

use dragonfly::report_errors;
use std::cell::RefCell;

#[report_errors]
fn free() -> Result<usize, String> {
    let cell = RefCell::new("text");
    Ok(cell.borrow().len())
}

#[report_errors]
fn with_argument(add: usize) -> Result<usize, String> {
    let cell = RefCell::new("text");
    Ok(cell.borrow().len() + add)
}

#[report_errors]
async fn future() -> Result<usize, String> {
    let cell = RefCell::new("text");
    Ok(cell.borrow().len())
}

#[report_errors]
async fn future_with_argument(add: usize) -> Result<usize, String> {
    let cell = RefCell::new("text");
    Ok(cell.borrow().len() + add)
}

#[dragonfly::main]
fn main() -> Result<(), String> {
    let cell = RefCell::new(Ok(()));
    assert_eq!(free(), Ok(4));
    assert_eq!(with_argument(1), Ok(5));
    drop((future(), future_with_argument(1)));
    (*cell.borrow()).clone()
}
