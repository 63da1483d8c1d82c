//! Aliases of `Result`, with one parameter and with none.
#![deny(warnings)]

use dragonfly::report_errors;

type Res<T> = Result<T, String>;
type Outcome = Result<u8, std::num::ParseIntError>;

#[report_errors]
fn one_parameter(value: u8) -> Res<u8> {
    Ok(value)
}

#[report_errors]
fn no_parameter(text: &str) -> Outcome {
    text.parse()
}

#[report_errors]
async fn no_parameter_async(text: &str) -> Outcome {
    text.parse()
}

#[report_errors]
fn formatting(text: &mut String) -> std::fmt::Result {
    std::fmt::Write::write_str(text, "4")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(one_parameter(1), Ok(1));
    assert_eq!(no_parameter("2"), Ok(2));
    assert!(no_parameter_async("x").await.is_err());
    assert!(formatting(&mut String::new()).is_ok());
}
