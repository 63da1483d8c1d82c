//! A future may belong to one thread where nobody asks for more.
#![deny(warnings)]

use dragonfly::report_errors;
use std::rc::Rc;

#[report_errors]
async fn local(value: Rc<u8>) -> Result<u8, Rc<u8>> {
    tokio::task::yield_now().await;
    if *value == 0 {
        return Err(value);
    }
    Ok(*value)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(local(Rc::new(5)).await, Ok(5));
    assert!(local(Rc::new(0)).await.is_err());
}
