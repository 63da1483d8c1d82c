//! Methods of traits: default and implemented, native async, `?Sized` and `dyn`.
#![deny(warnings)]

use dragonfly::report_errors;

trait Source {
    type Item;
    type Error;

    fn next(&mut self) -> Result<Self::Item, Self::Error>;

    #[report_errors]
    fn skip(&mut self) -> Result<(), Self::Error> {
        self.next()?;
        Ok(())
    }

    #[report_errors]
    fn described(&self, name: &str) -> Result<String, String> {
        if name.is_empty() {
            Err("no name".to_owned())
        } else {
            Ok(name.to_owned())
        }
    }
}

struct Countdown(u8);

impl Source for Countdown {
    type Item = u8;
    type Error = String;

    #[report_errors]
    fn next(&mut self) -> Result<Self::Item, Self::Error> {
        self.0 = self.0.checked_sub(1).ok_or("over")?;
        Ok(self.0)
    }
}

trait AsyncSource {
    type Error;

    async fn next(&mut self) -> Result<u8, Self::Error>;

    #[report_errors]
    async fn skip(&mut self) -> Result<u8, Self::Error> {
        self.next().await?;
        self.next().await
    }
}

impl AsyncSource for Countdown {
    type Error = String;

    #[report_errors]
    async fn next(&mut self) -> Result<u8, String> {
        Source::next(self)
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
    let mut countdown = Countdown(6);
    assert_eq!(Source::next(&mut countdown), Ok(5));
    assert_eq!(AsyncSource::skip(&mut countdown).await, Ok(3));
    let source: &mut dyn Source<Item = u8, Error = String> = &mut countdown;
    assert!(source.skip().is_ok());
    assert!(source.described("").is_err());
    countdown.0 = 0;
    assert_eq!(Source::next(&mut countdown), Err("over".to_owned()));
    assert!(Countdown::try_from(Err::<u8, u8>(1)).is_err());
}
