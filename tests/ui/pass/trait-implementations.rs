//! Methods of an `impl` of a trait; async ones too, and their defaults.
#![deny(warnings)]

use dragonfly::report_errors;

struct Countdown(u8);

trait Source {
    type Error;

    async fn next(&mut self) -> Result<u8, Self::Error>;

    #[report_errors]
    async fn skip(&mut self) -> Result<u8, Self::Error> {
        self.next().await?;
        self.next().await
    }
}

impl Source for Countdown {
    type Error = String;

    #[report_errors]
    async fn next(&mut self) -> Result<u8, String> {
        self.0 = self.0.checked_sub(1).ok_or("over")?;
        Ok(self.0)
    }
}

impl<E> TryFrom<Result<u8, E>> for Countdown {
    type Error = E;

    #[report_errors]
    fn try_from(value: Result<u8, E>) -> Result<Self, Self::Error> {
        value.map(Self)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut countdown = Countdown::try_from(Ok::<_, ()>(3)).unwrap();
    assert_eq!(countdown.skip().await, Ok(1));
    assert_eq!(countdown.skip().await, Err("over".to_owned()));
    assert!(Countdown::try_from(Err::<u8, u8>(1)).is_err());
}
