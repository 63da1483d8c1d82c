//! A function that returns a future without being `async`, and does something before.
#![deny(warnings)]

use dragonfly::report_errors;
use std::future::Future;

#[report_errors]
fn free(text: &str) -> impl Future<Output = Result<usize, String>> + '_ {
    let text = text.trim();
    async move {
        tokio::task::yield_now().await;
        if text.is_empty() {
            return Err("nothing".to_owned());
        }
        Ok(text.len())
    }
}

trait Source {
    fn next(&mut self) -> impl Future<Output = Result<u8, String>> + Send;
}

struct Countdown(u8);

impl Source for Countdown {
    #[report_errors]
    fn next(&mut self) -> impl Future<Output = Result<u8, String>> + Send {
        let before = self.0;
        async move {
            self.0 = before.checked_sub(1).ok_or("over")?;
            Ok(self.0)
        }
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(assert_send(free(" a ")).await, Ok(1));
    assert!(free("  ").await.is_err());
    let mut countdown = Countdown(1);
    assert_eq!(assert_send(countdown.next()).await, Ok(0));
    assert!(countdown.next().await.is_err());
}
