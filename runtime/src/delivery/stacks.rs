//! Stacks that are alike, kept once: in a storm the same places fail again and again, and their stacks
//! are most of what a waiting report takes.

use crate::report::stack::Stack;
use foldhash::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

/// Past this many the memory begins anew.
const MOST: usize = 256;

#[derive(Default)]
pub(super) struct Stacks(HashMap<u64, Arc<Stack>>);

impl Stacks {
    /// The one that shows the same addresses, else this one. What else is known of a stack matters
    /// only while its functions run.
    pub(super) fn shared(&mut self, stack: &Arc<Stack>) -> Arc<Stack> {
        let mut hasher = DefaultHasher::new();
        for address in addresses(stack) {
            address.hash(&mut hasher);
        }
        let key = hasher.finish();
        match self.0.get(&key) {
            Some(known) if addresses(known).eq(addresses(stack)) => Arc::clone(known),
            _ => {
                if self.0.len() >= MOST {
                    self.0.clear();
                }
                self.0.insert(key, Arc::clone(stack));
                Arc::clone(stack)
            }
        }
    }
}

fn addresses(stack: &Stack) -> impl Iterator<Item = usize> {
    stack.frames().iter().map(|frame| frame.address)
}

#[cfg(test)]
mod tests {
    use super::Stacks;
    use crate::report::stack::{Here, Stack};
    use std::sync::Arc;

    #[test]
    fn stacks_of_one_place_are_one() {
        let here = || {
            let marker = 0_u8;
            Arc::new(Stack::of_callers(Here::new(&raw const marker)))
        };
        let mut stacks = Stacks::default();
        let loops: Vec<_> = (0..3).map(|_| stacks.shared(&here())).collect();
        assert!(loops.iter().all(|stack| Arc::ptr_eq(stack, &loops[0])));
        let other = stacks.shared(&here());
        assert!(!Arc::ptr_eq(&other, &loops[0]));
    }
}
