//! Compares what came out with and without the attribute.

use std::collections::BTreeMap;

/// What the compiler said, in the positions of the crate as published.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) level: String,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// How a test ended.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outcome {
    pub(crate) test: String,
    pub(crate) result: String,
}

/// What is not on both sides; what is there more often counts as often as it is more.
pub(crate) struct Difference<T> {
    pub(crate) new: Vec<T>,
    pub(crate) lost: Vec<T>,
}

impl<T: Ord + Clone> Difference<T> {
    pub(crate) fn between(
        plain: impl IntoIterator<Item = T>,
        annotated: impl IntoIterator<Item = T>,
    ) -> Self {
        let mut surplus: BTreeMap<T, isize> = BTreeMap::new();
        for item in plain {
            *surplus.entry(item).or_default() -= 1;
        }
        for item in annotated {
            *surplus.entry(item).or_default() += 1;
        }
        let mut difference = Self {
            new: Vec::new(),
            lost: Vec::new(),
        };
        for (item, count) in surplus {
            let side = if count > 0 {
                &mut difference.new
            } else {
                &mut difference.lost
            };
            side.extend(std::iter::repeat_n(item, count.unsigned_abs()));
        }
        difference
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.lost.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Difference;

    #[test]
    fn what_is_there_twice_counts_twice() {
        let difference = Difference::between(["a", "b", "b", "c"], ["b", "c", "c", "d"]);
        assert_eq!(difference.new, ["c", "d"]);
        assert_eq!(difference.lost, ["a", "b"]);
        assert!(Difference::between(["a", "b"], ["b", "a"]).is_empty());
    }
}
