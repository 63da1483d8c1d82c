//! Every way to write `Result`, and what `?` and inference need of it.
#![deny(warnings)]

use dragonfly::report_errors;
use std::collections::HashMap;
use std::error::Error;
use std::{fmt, io};

type Res<T> = Result<T, String>;
type Outcome = Result<u8, io::Error>;

#[report_errors]
fn alias(value: u8) -> Res<u8> {
    Ok(value)
}

#[report_errors]
fn alias_without_parameters() -> Outcome {
    Ok(2)
}

#[report_errors]
fn std_alias() -> io::Result<u8> {
    Ok(3)
}

#[report_errors]
fn formatting(text: &mut String) -> fmt::Result {
    fmt::Write::write_str(text, "4")
}

#[report_errors]
fn typed_by_the_return_type(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[report_errors]
fn collected(items: Vec<Result<u8, String>>) -> Result<HashMap<usize, u8>, String> {
    items
        .into_iter()
        .enumerate()
        .map(|(at, item)| Ok((at, item?)))
        .collect()
}

#[report_errors]
fn converted(text: &str) -> Result<u64, Box<dyn Error>> {
    let small: u8 = text.parse()?;
    if small == 0 {
        return Err("zero".into());
    }
    Ok(small.into())
}

#[report_errors]
async fn converted_async(text: &str) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let small: u8 = text.parse()?;
    if small == 0 {
        return Err("zero".into());
    }
    Ok(small.into())
}

#[report_errors]
fn coerced() -> Result<Box<dyn Fn() -> u8>, String> {
    Ok(Box::new(|| 1))
}

#[report_errors]
async fn coerced_async(text: &str) -> Result<Box<dyn Fn() -> u8>, String> {
    if text.is_empty() {
        Err(text.to_owned())
    } else {
        Ok(Box::new(|| 1))
    }
}

struct Holder {
    text: String,
}

impl Holder {
    #[report_errors]
    fn text(&self) -> Result<&str, String> {
        Ok(&self.text)
    }

    #[report_errors]
    async fn text_async(&self) -> Result<&str, String> {
        Ok(&self.text)
    }
}

#[report_errors]
fn nested(inner: Result<u8, String>) -> Result<Result<u8, String>, io::Error> {
    Ok(inner)
}

#[report_errors]
fn only_fails(text: &str) -> Result<(), String> {
    return Err(text.to_owned());
}

#[report_errors]
fn todo_body() -> Result<(), String> {
    todo!()
}

#[report_errors]
async fn todo_async() -> Result<(), String> {
    todo!()
}

#[report_errors]
fn endless() -> Result<(), String> {
    loop {
        std::hint::black_box(());
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(alias(1), Ok(1));
    assert_eq!(alias_without_parameters().unwrap(), 2);
    assert_eq!(std_alias().unwrap(), 3);
    let mut text = String::new();
    assert!(formatting(&mut text).is_ok());
    assert_eq!(text, "4");
    assert_eq!(typed_by_the_return_type("5"), Ok(5));
    assert_eq!(collected(vec![Ok(6)]).unwrap()[&0], 6);
    assert_eq!(
        collected(vec![Ok(6), Err("no".to_owned())]),
        Err("no".to_owned())
    );
    assert_eq!(converted("7").unwrap(), 7);
    assert_eq!(converted("0").unwrap_err().to_string(), "zero");
    assert_eq!(converted_async("8").await.unwrap(), 8);
    assert!(converted_async("x").await.is_err());
    assert_eq!(coerced().unwrap()(), 1);
    assert_eq!(coerced_async("x").await.unwrap()(), 1);
    let holder = Holder {
        text: "held".to_owned(),
    };
    assert_eq!(holder.text(), Ok("held"));
    assert_eq!(holder.text_async().await, Ok("held"));
    assert!(nested(Err("inside".to_owned())).unwrap().is_err());
    assert!(only_fails("x").is_err());
    assert!(std::panic::catch_unwind(todo_body).is_err());
    let _ = (todo_async, endless);
}
