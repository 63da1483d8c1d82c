//! A body may never come to its end: no lint finds code behind it, nor needless braces around it.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn returns(text: &str) -> Result<(), String> {
    return Err(text.to_owned());
}

#[report_errors]
fn loops() -> Result<(), String> {
    loop {
        std::hint::spin_loop();
    }
}

#[report_errors]
fn panics() -> Result<(), String> {
    panic!("as ever")
}

#[report_errors]
fn is_to_do() -> Result<(), String> {
    todo!()
}

#[report_errors]
async fn returns_async(text: &str) -> Result<(), String> {
    return Err(text.to_owned());
}

#[report_errors]
async fn loops_async() -> Result<(), String> {
    loop {
        tokio::task::yield_now().await;
    }
}

#[report_errors]
async fn panics_async() -> Result<(), String> {
    panic!("as ever")
}

#[report_errors]
async fn is_to_do_async() -> Result<(), String> {
    todo!()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(returns("x").is_err());
    assert!(returns_async("x").await.is_err());
    assert!(std::panic::catch_unwind(panics).is_err());
    assert!(std::panic::catch_unwind(is_to_do).is_err());
    assert!(tokio::spawn(panics_async()).await.is_err());
    assert!(tokio::spawn(is_to_do_async()).await.is_err());
    let _ = (loops, loops_async());
}
