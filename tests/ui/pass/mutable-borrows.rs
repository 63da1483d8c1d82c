//! Arguments borrowed mutably may be given back, whole or in part.
#![deny(warnings)]

use dragonfly::report_errors;

struct Pair {
    left: String,
    right: String,
}

#[report_errors]
fn shared(value: &mut String) -> Result<&String, String> {
    value.push('a');
    Ok(value)
}

#[report_errors]
fn mutable(value: &mut String) -> Result<&mut String, String> {
    value.push('b');
    Ok(value)
}

#[report_errors]
fn both_fields(pair: &mut Pair) -> Result<(&mut String, &mut String), String> {
    Ok((&mut pair.left, &mut pair.right))
}

#[report_errors]
fn destructured(Pair { left, right }: &mut Pair) -> Result<&mut String, String> {
    left.push_str(right);
    Ok(right)
}

#[report_errors]
fn stored<'a>(list: &mut Vec<&'a mut String>, value: &'a mut String) -> Result<(), String> {
    list.push(value);
    Ok(())
}

#[report_errors]
async fn across_await(value: &mut String) -> Result<&mut String, String> {
    value.push('c');
    tokio::task::yield_now().await;
    value.push('d');
    Ok(value)
}

#[report_errors]
fn called_twice(mut call: impl FnMut(u8)) -> Result<(), String> {
    call(1);
    call(2);
    Ok(())
}

#[report_errors]
fn called_dynamically(call: &mut dyn FnMut(u8)) -> Result<(), String> {
    call(3);
    call(4);
    Ok(())
}

#[report_errors]
fn in_two_parts(pair: Pair) -> Result<String, String> {
    let left = pair.left;
    Ok(left + &pair.right)
}

impl Pair {
    #[report_errors]
    fn left(&mut self) -> Result<&mut String, String> {
        Ok(&mut self.left)
    }

    #[report_errors]
    fn parts(&mut self) -> Result<(&mut String, &String), String> {
        self.left.push('e');
        let Self { left, right } = self;
        Ok((left, right))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut text = String::new();
    assert_eq!(shared(&mut text).unwrap(), "a");
    assert_eq!(mutable(&mut text).unwrap(), "ab");
    assert_eq!(across_await(&mut text).await.unwrap(), "abcd");
    let mut pair = Pair {
        left: "l".to_owned(),
        right: "r".to_owned(),
    };
    let (left, right) = both_fields(&mut pair).unwrap();
    std::mem::swap(left, right);
    assert_eq!(destructured(&mut pair).unwrap(), "l");
    assert_eq!(pair.left().unwrap(), "rl");
    assert_eq!(pair.parts().unwrap().0, "rle");
    let mut list = Vec::new();
    assert!(stored(&mut list, &mut text).is_ok());
    assert_eq!(list.len(), 1);
    let mut sum = 0;
    assert!(called_twice(|value| sum += value).is_ok());
    assert!(called_dynamically(&mut |value| sum += value).is_ok());
    assert_eq!(sum, 10);
    assert_eq!(in_two_parts(pair).unwrap(), "rlel");
}
