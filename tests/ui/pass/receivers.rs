//! Every receiver, sync and async.
#![deny(warnings)]

use dragonfly::report_errors;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Debug, Default, PartialEq)]
struct Counter(u8);

impl Counter {
    #[report_errors]
    fn value(self) -> Result<u8, String> {
        Ok(self.0)
    }

    #[report_errors]
    fn mut_value(mut self) -> Result<Self, String> {
        self.0 += 1;
        Ok(self)
    }

    #[report_errors]
    fn reference(&self) -> Result<&u8, String> {
        Ok(&self.0)
    }

    #[report_errors]
    fn mut_reference(&mut self, by: u8) -> Result<&mut u8, String> {
        self.0 += by;
        Ok(&mut self.0)
    }

    #[report_errors]
    fn boxed(self: Box<Self>) -> Result<Box<Self>, String> {
        Ok(self)
    }

    #[report_errors]
    fn arc(self: Arc<Self>) -> Result<Arc<Self>, String> {
        Ok(self)
    }

    #[report_errors]
    fn rc_reference(self: &Rc<Self>) -> Result<Rc<Self>, String> {
        Ok(Rc::clone(self))
    }

    #[report_errors]
    fn pinned(mut self: Pin<&mut Self>) -> Result<(), String> {
        self.0 += 1;
        Ok(())
    }

    #[report_errors]
    async fn value_async(self) -> Result<u8, String> {
        Ok(self.0)
    }

    #[report_errors]
    async fn mut_value_async(mut self) -> Result<Self, String> {
        self.0 += 1;
        Ok(self)
    }

    #[report_errors]
    async fn reference_async(&self) -> Result<&u8, String> {
        Ok(&self.0)
    }

    #[report_errors]
    async fn mut_reference_async(&mut self, by: u8) -> Result<&mut u8, String> {
        tokio::task::yield_now().await;
        self.0 += by;
        Ok(&mut self.0)
    }

    #[report_errors]
    async fn boxed_async(self: Box<Self>) -> Result<Box<Self>, String> {
        Ok(self)
    }

    #[report_errors]
    async fn arc_async(self: Arc<Self>) -> Result<Arc<Self>, String> {
        Ok(self)
    }

    #[report_errors]
    async fn rc_reference_async(self: &Rc<Self>) -> Result<Rc<Self>, String> {
        Ok(Rc::clone(self))
    }

    #[report_errors]
    async fn pinned_async(mut self: Pin<&mut Self>) -> Result<(), String> {
        self.0 += 1;
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut counter = Counter(1);
    assert_eq!(counter.clone().value(), Ok(1));
    assert_eq!(counter.clone().mut_value(), Ok(Counter(2)));
    assert_eq!(counter.reference(), Ok(&1));
    *counter.mut_reference(1).unwrap() += 1;
    assert_eq!(*Box::new(counter.clone()).boxed().unwrap(), counter);
    assert_eq!(*Arc::new(counter.clone()).arc().unwrap(), counter);
    assert_eq!(*Rc::new(counter.clone()).rc_reference().unwrap(), counter);
    assert!(Pin::new(&mut counter).pinned().is_ok());
    assert_eq!(counter.clone().value_async().await, Ok(4));
    assert_eq!(counter.clone().mut_value_async().await, Ok(Counter(5)));
    assert_eq!(counter.reference_async().await, Ok(&4));
    *counter.mut_reference_async(1).await.unwrap() += 1;
    let (boxed, shared) = (Box::new(counter.clone()), Arc::new(counter.clone()));
    assert_eq!(*boxed.boxed_async().await.unwrap(), counter);
    assert_eq!(*shared.arc_async().await.unwrap(), counter);
    let shared = Rc::new(counter.clone());
    assert_eq!(*shared.rc_reference_async().await.unwrap(), counter);
    assert!(Pin::new(&mut counter).pinned_async().await.is_ok());
    assert_eq!(counter, Counter(7));
}
