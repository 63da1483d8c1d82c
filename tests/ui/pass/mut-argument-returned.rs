//! What is borrowed mutably may be given back so: a closure that is called twice could not.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn free(value: &mut String) -> Result<&mut String, String> {
    value.push('a');
    Ok(value)
}

#[report_errors]
async fn future(value: &mut String) -> Result<&mut String, String> {
    value.push('b');
    Ok(value)
}

#[report_errors]
fn stored<'a>(list: &mut Vec<&'a mut String>, value: &'a mut String) -> Result<(), String> {
    list.push(value);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut text = String::new();
    free(&mut text).unwrap().push('1');
    future(&mut text).await.unwrap().push('2');
    assert_eq!(text, "a1b2");
    let mut list = Vec::new();
    assert!(stored(&mut list, &mut text).is_ok());
    list[0].clear();
    assert_eq!(text, "");
}
