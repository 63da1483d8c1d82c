//! An error may belong to one thread.
#![deny(warnings)]

use dragonfly::report_errors;
use std::rc::Rc;

#[report_errors]
fn free(error: Rc<str>) -> Result<(), Rc<str>> {
    Err(error)
}

#[report_errors]
async fn future(error: Rc<str>) -> Result<(), Rc<str>> {
    tokio::task::yield_now().await;
    Err(error)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let error: Rc<str> = "here".into();
    assert!(free(Rc::clone(&error)).is_err());
    assert!(future(Rc::clone(&error)).await.is_err());
    assert_eq!(Rc::strong_count(&error), 1);
}
