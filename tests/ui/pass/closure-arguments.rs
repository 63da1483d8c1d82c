//! A body may call what it is given more than once.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn owned(mut call: impl FnMut(u8)) -> Result<(), String> {
    call(1);
    call(2);
    Ok(())
}

#[report_errors]
fn borrowed(call: &mut dyn FnMut(u8)) -> Result<(), String> {
    call(3);
    call(4);
    Ok(())
}

#[report_errors]
async fn owned_async(mut call: impl FnMut(u8)) -> Result<(), String> {
    call(5);
    tokio::task::yield_now().await;
    call(6);
    Ok(())
}

#[report_errors]
async fn borrowed_async(call: &mut dyn FnMut(u8)) -> Result<(), String> {
    call(7);
    tokio::task::yield_now().await;
    call(8);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut called = Vec::new();
    assert!(owned(|value| called.push(value)).is_ok());
    assert!(borrowed(&mut |value| called.push(value)).is_ok());
    assert!(owned_async(|value| called.push(value)).await.is_ok());
    assert!(
        borrowed_async(&mut |value| called.push(value))
            .await
            .is_ok()
    );
    assert_eq!(called, [1, 2, 3, 4, 5, 6, 7, 8]);
}
