//! Variants `Ok`, `Err`, `Some` and `None` that a glob brings into scope are not those of std.
#![deny(warnings)]

use dragonfly::report_errors;

#[derive(Debug, PartialEq)]
pub enum Answer {
    Ok,
    Err,
    Some,
    None,
}
use Answer::*;

#[report_errors]
fn free(answer: Answer) -> Result<Answer, String> {
    match answer {
        Ok | Some => Result::Ok(answer),
        Err | None => Result::Err("no".to_owned()),
    }
}

#[report_errors]
async fn future(answer: Answer) -> Result<Answer, String> {
    free(answer)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(free(Ok), Result::Ok(Ok));
    assert!(free(Err).is_err());
    assert!(future(None).await.is_err());
    assert_eq!(future(Some).await, Result::Ok(Some));
}
