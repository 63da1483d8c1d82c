//! `Self { .. }`, `Self::CONSTANT` and `Self::Out` mean in the body what they mean outside.
#![deny(warnings)]

use dragonfly::report_errors;

#[derive(Debug, PartialEq)]
struct Counter {
    count: u8,
}

trait Made {
    const STEP: u8;
    type Out;
    fn made(count: u8) -> Result<Self::Out, String>;
    fn made_async(count: u8) -> impl Future<Output = Result<Self::Out, String>>;
}

impl Made for Counter {
    const STEP: u8 = 2;
    type Out = Self;

    #[report_errors]
    fn made(count: u8) -> Result<Self::Out, String> {
        let made: Self::Out = Self { count };
        Ok(Self {
            count: made.count + Self::STEP,
        })
    }

    #[report_errors]
    async fn made_async(count: u8) -> Result<Self::Out, String> {
        let made: Self::Out = Self { count };
        Ok(Self {
            count: made.count + Self::STEP,
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(Counter::made(1), Ok(Counter { count: 3 }));
    assert_eq!(Counter::made_async(1).await, Ok(Counter { count: 3 }));
}
