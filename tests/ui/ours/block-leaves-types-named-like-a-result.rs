//! In an annotated block, what is only named like a `Result` is left alone.
#![deny(warnings)]

use dragonfly::report_errors;

#[derive(Debug, PartialEq)]
enum CompareResult {
    Same,
    Err(u8),
}

trait Visit {
    type Result;
    fn visit(&self) -> Self::Result;
    fn visit_all(&self) -> Self::Result;
}

struct Pair(u8, u8);

#[report_errors]
impl Pair {
    fn compare(&self) -> CompareResult {
        if self.0 != self.1 {
            return CompareResult::Err(self.1);
        }
        CompareResult::Same
    }

    async fn compare_later(self) -> CompareResult {
        self.compare()
    }

    fn divide(&self) -> Result<u8, String> {
        self.0.checked_div(self.1).ok_or_else(|| "by zero".to_owned())
    }
}

#[report_errors]
mod visits {
    use super::{Pair, Visit};

    impl Visit for Pair {
        type Result = Result<u8, String>;

        fn visit(&self) -> Self::Result {
            self.divide()
        }

        fn visit_all(&self) -> Self::Result {
            let first = self.visit()?;
            Ok(first)
        }
    }

    pub fn twice<V: Visit>(visit: &V) -> V::Result {
        visit.visit();
        visit.visit_all()
    }
}

fn main() {
    assert_eq!(Pair(1, 1).compare(), CompareResult::Same);
    assert_eq!(Pair(1, 2).compare(), CompareResult::Err(2));
    assert!(visits::twice(&Pair(1, 0)).is_err());
    drop(Pair(1, 0).compare_later());
}
