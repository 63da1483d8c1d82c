//! Errors that are expected, and pass unreported: `ignore(..)`.
//!
//! A pattern is held against the error itself; through `anyhow`, `eyre` and boxes, whose types say
//! nothing, against each error of the chain that has the pattern's type.

use std::error::Error;

/// An error about to be held against a pattern.
pub struct Expected<'a, E: ?Sized>(pub &'a E);

/// Looks for the pattern's type along the chain.
pub trait ExpectedInside {
    /// Whether `is` holds for some error of the chain.
    fn __dragonfly_matches<T: Error + 'static>(&self, is: impl Fn(&T) -> bool) -> bool;
}

impl<E: AsRef<dyn Error + Send + Sync>> ExpectedInside for &&Expected<'_, E> {
    fn __dragonfly_matches<T: Error + 'static>(&self, is: impl Fn(&T) -> bool) -> bool {
        any(self.0.as_ref(), is)
    }
}

impl<E: AsRef<dyn Error>> ExpectedInside for &Expected<'_, E> {
    fn __dragonfly_matches<T: Error + 'static>(&self, is: impl Fn(&T) -> bool) -> bool {
        any(self.0.as_ref(), is)
    }
}

/// Takes the error itself.
pub trait ExpectedItself<E: ?Sized> {
    /// Whether `is` holds for the error.
    fn __dragonfly_matches(&self, is: impl Fn(&E) -> bool) -> bool;
}

impl<E: ?Sized> ExpectedItself<E> for Expected<'_, E> {
    fn __dragonfly_matches(&self, is: impl Fn(&E) -> bool) -> bool {
        is(self.0)
    }
}

/// An error about to be held against a function that somebody wrote.
pub struct Predicate<'a, E: ?Sized, F>(pub &'a E, pub F);

/// A function that takes the error as the annotated function returns it.
pub trait PredicateItself {
    /// Whether the function says so.
    fn __dragonfly_holds(&self) -> bool;
}

impl<E: ?Sized, F: Fn(&E) -> bool> PredicateItself for &&Predicate<'_, E, F> {
    fn __dragonfly_holds(&self) -> bool {
        self.1(self.0)
    }
}

/// A function that takes an error which may be inside.
pub trait PredicateInside<F> {
    /// Whether the function says so of some error of the chain.
    fn __dragonfly_holds<T: Error + 'static>(&self) -> bool
    where
        F: Fn(&T) -> bool;
}

impl<E: AsRef<dyn Error + Send + Sync>, F> PredicateInside<F> for &Predicate<'_, E, F> {
    fn __dragonfly_holds<T: Error + 'static>(&self) -> bool
    where
        F: Fn(&T) -> bool,
    {
        any(self.0.as_ref(), &self.1)
    }
}

impl<E: AsRef<dyn Error>, F> PredicateInside<F> for Predicate<'_, E, F> {
    fn __dragonfly_holds<T: Error + 'static>(&self) -> bool
    where
        F: Fn(&T) -> bool,
    {
        any(self.0.as_ref(), &self.1)
    }
}

fn any<T: Error + 'static>(outermost: &(dyn Error + 'static), is: impl Fn(&T) -> bool) -> bool {
    /// A chain that loops is cut here.
    const MOST_LINKS: usize = 64;
    let mut next = Some(outermost);
    for _ in 0..MOST_LINKS {
        let Some(error) = next else { return false };
        if error.downcast_ref::<T>().is_some_and(&is) {
            return true;
        }
        next = error.source();
    }
    false
}
