//! Numbers by chance, for identifiers and for what is sampled: no secrets.

use crate::exit;
use rand::rngs::{SmallRng, SysRng};
use rand::{Rng as _, SeedableRng as _};
use std::cell::RefCell;
use std::hash::{BuildHasher as _, RandomState};
use std::process;

thread_local! {
    /// Each thread draws from its own, and a child by `fork` not from its parent's.
    static DRAWN_FROM: RefCell<Option<(u32, SmallRng)>> = const { RefCell::new(None) };
}

pub(super) fn number() -> u64 {
    let process = exit::generation();
    let drawn = DRAWN_FROM.try_with(|from| {
        let mut from = from.borrow_mut();
        if from.as_ref().is_none_or(|(of, _)| *of != process) {
            *from = Some((process, new()));
        }
        from.as_mut().map(|(_, numbers)| numbers.next_u64())
    });
    // at the end of a thread
    drawn.ok().flatten().unwrap_or_else(|| new().next_u64())
}

fn new() -> SmallRng {
    let from_std = |_| SmallRng::seed_from_u64(RandomState::new().hash_one(process::id()));
    SmallRng::try_from_rng(&mut SysRng).unwrap_or_else(from_std)
}

#[cfg(all(test, unix))]
mod tests {
    use super::number;
    use crate::exit;
    use std::io::{self, Read as _, Write as _};

    #[test]
    #[expect(unsafe_code, reason = "forks")]
    fn a_child_draws_other_numbers_than_its_parent() {
        exit::watch();
        number();
        let (mut ours, mut theirs) = io::pipe().unwrap();
        // SAFETY: the child ends right here.
        if unsafe { libc::fork() } == 0 {
            let is_said = theirs.write_all(&number().to_ne_bytes()).is_ok();
            // SAFETY: it ends the process.
            unsafe { libc::_exit(i32::from(!is_said)) }
        }
        drop(theirs);
        let mut of_child = [0; 8];
        ours.read_exact(&mut of_child).unwrap();
        assert_ne!(u64::from_ne_bytes(of_child), number());
    }
}
