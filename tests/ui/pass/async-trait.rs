//! On the methods of `#[async_trait]`, which become functions that return a boxed future.
#![deny(warnings)]

use async_trait::async_trait;
use dragonfly::report_errors;

#[async_trait]
trait Source {
    async fn next(&mut self) -> Result<u8, String>;

    #[report_errors]
    async fn skip(&mut self, times: u8) -> Result<u8, String>
    where
        Self: Send,
    {
        for _ in 0..times {
            self.next().await?;
        }
        self.next().await
    }
}

struct Countdown(u8);

#[async_trait]
impl Source for Countdown {
    #[report_errors]
    async fn next(&mut self) -> Result<u8, String> {
        self.0 = self.0.checked_sub(1).ok_or("over")?;
        Ok(self.0)
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut source: Box<dyn Source> = Box::new(Countdown(3));
    assert_eq!(assert_send(source.next()).await, Ok(2));
    let mut countdown = Countdown(3);
    assert_eq!(assert_send(countdown.skip(1)).await, Ok(1));
    assert!(countdown.skip(5).await.is_err());
}
