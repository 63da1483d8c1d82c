//! Every receiver, sync and async, and what `Self` names.
#![deny(warnings)]

use dragonfly::report_errors;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Default)]
struct Counter {
    count: u8,
}

impl Counter {
    const STEP: u8 = 1;

    #[report_errors]
    fn new(count: u8) -> Result<Self, String> {
        Ok(Self { count })
    }

    #[report_errors]
    fn by_value(self) -> Result<u8, String> {
        Ok(self.count)
    }

    #[report_errors]
    fn by_mutable_value(mut self) -> Result<Self, String> {
        self.count += Self::STEP;
        Ok(self)
    }

    #[report_errors]
    fn by_reference(&self) -> Result<&u8, String> {
        Ok(&self.count)
    }

    #[report_errors]
    fn by_mutable_reference(&mut self, by: u8) -> Result<&mut u8, String> {
        self.count += by;
        Ok(&mut self.count)
    }

    #[report_errors]
    fn builder(&mut self) -> Result<&mut Self, String> {
        self.count += 1;
        Ok(self)
    }

    #[report_errors]
    fn boxed(self: Box<Self>) -> Result<Box<Self>, String> {
        Ok(self)
    }

    #[report_errors]
    fn arc(self: Arc<Self>) -> Result<u8, String> {
        Ok(self.count)
    }

    #[report_errors]
    fn rc_reference(self: &Rc<Self>) -> Result<Rc<Self>, String> {
        Ok(Rc::clone(self))
    }

    #[report_errors]
    fn pinned(mut self: Pin<&mut Self>) -> Result<(), String> {
        self.count = 0;
        Ok(())
    }

    #[report_errors]
    async fn by_value_async(self) -> Result<u8, String> {
        Ok(self.count)
    }

    #[report_errors]
    async fn by_mutable_value_async(mut self) -> Result<Self, String> {
        self.count += Self::STEP;
        Ok(self)
    }

    #[report_errors]
    async fn by_reference_async(&self) -> Result<&u8, String> {
        Ok(&self.count)
    }

    #[report_errors]
    async fn by_mutable_reference_async(&mut self, by: u8) -> Result<&mut u8, String> {
        tokio::task::yield_now().await;
        self.count += by;
        Ok(&mut self.count)
    }

    #[report_errors]
    async fn arc_async(self: Arc<Self>) -> Result<u8, String> {
        Ok(self.count)
    }

    #[report_errors]
    async fn pinned_async(mut self: Pin<&mut Self>) -> Result<(), String> {
        self.count = 0;
        Ok(())
    }

    /// Assigns to what nobody reads afterwards, as a plain function may without a warning.
    #[report_errors]
    async fn close(mut self) -> Result<(), String> {
        if self.count > 0 {
            self.count = 0;
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut counter = Counter::new(1).unwrap();
    assert_eq!(counter.clone().by_value(), Ok(1));
    assert_eq!(counter.clone().by_mutable_value().unwrap().count, 2);
    assert_eq!(counter.by_reference(), Ok(&1));
    *counter.by_mutable_reference(1).unwrap() += 1;
    assert_eq!(counter.builder().unwrap().builder().unwrap().count, 5);
    assert_eq!(Box::new(counter.clone()).boxed().unwrap().count, 5);
    assert_eq!(Arc::new(counter.clone()).arc(), Ok(5));
    assert_eq!(Rc::new(counter.clone()).rc_reference().unwrap().count, 5);
    assert_eq!(counter.clone().by_value_async().await, Ok(5));
    assert_eq!(
        counter
            .clone()
            .by_mutable_value_async()
            .await
            .unwrap()
            .count,
        6
    );
    assert_eq!(counter.by_reference_async().await, Ok(&5));
    *counter.by_mutable_reference_async(1).await.unwrap() += 1;
    assert_eq!(Arc::new(counter.clone()).arc_async().await, Ok(7));
    assert!(counter.clone().close().await.is_ok());
    assert!(Pin::new(&mut counter).pinned().is_ok());
    assert_eq!(counter.count, 0);
    assert!(Pin::new(&mut counter).pinned_async().await.is_ok());
}
