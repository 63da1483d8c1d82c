//! The return trace: each `?` and `return Err` that an error takes notes its place on the failing
//! thread, and the function that it leaves picks the note up.
//!
//! Between the two nothing runs but conversions and drops, in async functions too: both happen in
//! one poll. What fails in there leaves notes of its own above, and picks them up first.
#![expect(
    clippy::inline_always,
    reason = "the `Ok` path is one branch, in debug builds too"
)]

use crate::current;
use crate::report::passed::{self, ExitKind};
use crate::report::site::Site;
use crate::report::stack::Floor;
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::panic::Location;
use std::task::Poll;
use std::{mem, thread};

/// Notes that nobody picked up, as a panic came between, are forgotten beyond that.
const MOST_NOTES: usize = 32;

thread_local! {
    static NOTES: RefCell<Vec<Note>> = const { RefCell::new(Vec::new()) };
}

struct Note {
    site: &'static Site,
    exit: passed::Exit,
}

/// Notes that an error leaves a function at `at`.
#[cold]
#[inline(never)]
fn note(site: &'static Site, at: &'static Location<'static>, kind: ExitKind) {
    if current::is_off() {
        return;
    }
    let _ = NOTES.try_with(|notes| {
        if let Ok(mut notes) = notes.try_borrow_mut() {
            if notes.len() == MOST_NOTES {
                notes.remove(0);
            }
            let exit = passed::Exit { at, kind };
            notes.push(Note { site, exit });
        }
    });
}

impl Site {
    /// Notes that the function is left by the `return Err(..)` that follows.
    #[cold]
    #[inline(never)]
    #[track_caller]
    pub fn leave(&'static self) {
        note(self, Location::caller(), ExitKind::Plain);
    }

    /// The same with an error that is new.
    #[cold]
    #[inline(never)]
    #[track_caller]
    pub fn fail(&'static self) {
        note(self, Location::caller(), ExitKind::New);
    }

    /// The same with an error that came out of a value.
    #[cold]
    #[inline(never)]
    #[track_caller]
    pub fn receive(&'static self) {
        note(self, Location::caller(), ExitKind::Received);
    }
}

/// Notes that a function is left, unless it goes on.
pub struct UnlessPassed<F: Fn()>(F);

/// What may leave the function by a macro's `return` comes next.
#[inline(always)]
pub fn unless_passed<F: Fn()>(note: F) -> UnlessPassed<F> {
    UnlessPassed(note)
}

impl<F: Fn()> UnlessPassed<F> {
    /// It did not.
    #[inline(always)]
    pub fn passed(self) {
        mem::forget(self);
    }
}

impl<F: Fn()> Drop for UnlessPassed<F> {
    fn drop(&mut self) {
        if !thread::panicking() {
            (self.0)();
        }
    }
}

/// Where the error that has just left this function did so.
pub(crate) fn take(site: &'static Site) -> Option<passed::Exit> {
    let taken = NOTES.try_with(|notes| {
        let mut notes = notes.try_borrow_mut().ok()?;
        let own = notes.iter().rposition(|note| note.site.is(site))?;
        notes.truncate(own + 1);
        notes.pop().map(|note| note.exit)
    });
    taken.ok().flatten()
}

/// Stands before a `?`: passes on what is there, and notes the place if `?` will return.
///
/// Every type has it, so that a `?` after what is no result is told in the compiler's own words.
pub trait Exit: Sized {
    /// Takes a note if this is a failure.
    #[must_use]
    #[inline(always)]
    #[track_caller]
    fn __dragonfly_at(self, site: &'static Site) -> Self::Same
    where
        Self: Tried,
    {
        if self.failure().is_some() {
            note(site, Location::caller(), ExitKind::Plain);
        }
        self.same()
    }

    /// The same where this came out of a value.
    #[must_use]
    #[inline(always)]
    #[track_caller]
    fn __dragonfly_received(self, site: &'static Site) -> Self::Same
    where
        Self: Tried,
    {
        if self.failure().is_some() {
            note(site, Location::caller(), ExitKind::Received);
        }
        self.same()
    }

    /// The same where a function or method of this name returned it.
    #[must_use]
    #[inline(always)]
    #[track_caller]
    fn __dragonfly_returned(self, site: &'static Site, by: &'static str) -> Self::Same
    where
        Self: Tried,
    {
        if self.failure().is_some() {
            note(site, Location::caller(), ExitKind::Returned(by));
        }
        self.same()
    }
}

impl<T> Exit for T {}

/// Stands before a `?` in a `#[track_caller]` function: a closure around its body would lose the
/// caller's location.
pub trait Inspect: Sized {
    /// Shows the error to `look`, if there is one.
    #[must_use]
    #[inline(always)]
    fn __dragonfly_inspect(self, look: impl Fn(&Self::Error, Floor)) -> Self::Same
    where
        Self: Tried,
    {
        if let Some(error) = self.failure() {
            Floor::laid(error, look);
        }
        self.same()
    }
}

impl<T> Inspect for T {}

/// What `?` can be put after.
#[diagnostic::on_unimplemented(
    message = "the `?` operator can only be applied to values that implement `Try`",
    label = "the `?` operator cannot be applied to type `{Self}`",
    note = "if it is a future, `.await` it before the `?`"
)]
pub trait Tried {
    /// `Self`; unknown, and so no second mistake, where `?` cannot be.
    type Same;
    /// What `?` returns.
    type Error;
    /// The error, if `?` will return.
    fn failure(&self) -> Option<&Self::Error>;
    /// `self`.
    fn same(self) -> Self::Same;
}

macro_rules! tried {
    ($([$($parameter:ident)*] $type:ty: $failure:pat => $found:expr, $error:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> Tried for $type {
            type Same = Self;
            type Error = $error;

            #[inline(always)]
            fn failure(&self) -> Option<&$error> {
                match self {
                    $failure => Some($found),
                    _ => None,
                }
            }

            #[inline(always)]
            fn same(self) -> Self {
                self
            }
        }
    )*};
}

tried! {
    [T E] Result<T, E>: Err(error) => error, E;
    [T] Option<T>: None => &(), ();
    [B C] ControlFlow<B, C>: ControlFlow::Break(broken) => broken, B;
    [T E] Poll<Result<T, E>>: Poll::Ready(Err(error)) => error, E;
    [T E] Poll<Option<Result<T, E>>>: Poll::Ready(Some(Err(error))) => error, E;
}
