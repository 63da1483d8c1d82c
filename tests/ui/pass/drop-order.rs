//! Arguments and locals are dropped in the order of the plain function, sync and async.
#![deny(warnings)]

use dragonfly::report_errors;
use std::cell::RefCell;

thread_local!(static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) });

struct D(&'static str);

impl Drop for D {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

impl D {
    fn len(&self) -> usize {
        self.0.len()
    }
}

struct Parts {
    x: D,
    y: D,
}

/// The same functions in two modules, with the attributes and without.
macro_rules! twins {
    ($($item:item)*) => {
        mod plain {
            use super::*;
            $($item)*
        }
        mod reported {
            use super::*;
            $(#[report_errors] $item)*
        }
    };
}

twins! {
    pub fn unused(a: D, _: D, b: D, _c: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(a.len() + b.len())
    }

    pub fn moved(a: D, b: D, c: D) -> Result<usize, String> {
        let _local = D("local");
        drop(b);
        Ok(a.len() + c.len())
    }

    pub fn partly_moved(p: Parts, q: D) -> Result<usize, String> {
        let _local = D("local");
        drop(p.x);
        Ok(q.len())
    }

    pub fn tuple((a, _b): (D, D), c: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(a.len() + c.len())
    }

    pub fn tuple_with_rest((a, _): (D, D), c: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(a.len() + c.len())
    }

    pub fn tail_temporary(a: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(D("temporary").len() + a.len())
    }

    pub fn early(a: D, b: D) -> Result<usize, String> {
        let _local = D("local");
        if a.len() == 1 {
            return Err(b.0.to_owned());
        }
        Ok(1)
    }

    pub async fn unused_async(a: D, _: D, b: D, _c: D) -> Result<usize, String> {
        let _local = D("local");
        tokio::task::yield_now().await;
        Ok(a.len() + b.len())
    }

    pub async fn moved_async(a: D, b: D, c: D) -> Result<usize, String> {
        let _local = D("local");
        drop(b);
        Ok(a.len() + c.len())
    }

    pub async fn partly_moved_async(p: Parts, q: D) -> Result<usize, String> {
        let _local = D("local");
        drop(p.x);
        Ok(q.len())
    }

    pub async fn tuple_async((a, _b): (D, D), c: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(a.len() + c.len())
    }

    pub async fn tail_temporary_async(a: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(D("temporary").len() + a.len())
    }

    pub async fn pending(a: D, _: D, _b: D) -> Result<usize, String> {
        let _local = D("local");
        std::future::pending::<()>().await;
        Ok(a.len())
    }
}

impl D {
    fn method(self, _other: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(self.len())
    }

    #[report_errors]
    fn method_reported(self, _other: D) -> Result<usize, String> {
        let _local = D("local");
        Ok(self.len())
    }
}

fn order<R>(code: impl FnOnce() -> R) -> Vec<&'static str> {
    drop(code());
    DROPPED.take()
}

fn parts() -> Parts {
    Parts {
        x: D("x"),
        y: D("y"),
    }
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// Polls once and drops the future where it waits.
fn cancelled<F: Future>(future: F) {
    let mut future = Box::pin(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
}

macro_rules! same {
    ($function:ident($($argument:expr),*) $($run:ident)?) => {
        let plain = order(|| $($run)?(plain::$function($($argument),*)));
        assert!(!plain.is_empty());
        let reported = order(|| $($run)?(reported::$function($($argument),*)));
        assert_eq!(reported, plain, "{}", stringify!($function));
    };
}

fn main() {
    same!(unused(D("a"), D("wild"), D("b"), D("c")));
    same!(moved(D("a"), D("b"), D("c")));
    same!(partly_moved(parts(), D("q")));
    same!(tuple((D("a"), D("b")), D("c")));
    same!(tuple_with_rest((D("a"), D("rest")), D("c")));
    same!(tail_temporary(D("a")));
    same!(early(D("a"), D("b")));
    same!(unused_async(D("a"), D("wild"), D("b"), D("c")) run);
    same!(moved_async(D("a"), D("b"), D("c")) run);
    same!(partly_moved_async(parts(), D("q")) run);
    same!(tuple_async((D("a"), D("b")), D("c")) run);
    same!(tail_temporary_async(D("a")) run);
    same!(pending(D("a"), D("wild"), D("b")) cancelled);
    same!(pending(D("a"), D("wild"), D("b")) drop);
    let plain = order(|| D("self").method(D("other")));
    assert_eq!(order(|| D("self").method_reported(D("other"))), plain);
    drop(parts().y);
}
