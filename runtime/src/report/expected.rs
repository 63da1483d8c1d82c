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

/// Errors that are no more than a text.
#[diagnostic::on_unimplemented(
    message = "`ignore(\"..\")` needs an error that is a text, such as `&str` or `String`",
    label = "the error is `{Self}`",
    note = "write a pattern of the error's type, such as `ignore(Error::NotFound)`, or `ignore = is_expected` and `fn is_expected(error: &Error) -> bool`"
)]
pub trait IsText {
    /// Whether it is this one.
    fn is_text(&self, text: &str) -> bool;
}

#[diagnostic::do_not_recommend]
impl<E: AsRef<str> + ?Sized> IsText for E {
    fn is_text(&self, text: &str) -> bool {
        self.as_ref() == text
    }
}

/// An error about to be held against a function that somebody wrote.
pub struct Predicate<'a, E: ?Sized, F>(pub &'a E, pub F);

/// A function that takes the error as the annotated function returns it.
pub trait PredicateItself {
    /// Whether the function says so.
    fn __dragonfly_holds(&self) -> bool;
}

impl<E: ?Sized, F: Fn(&E) -> bool> PredicateItself for &&&Predicate<'_, E, F> {
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

impl<E: AsRef<dyn Error + Send + Sync>, F> PredicateInside<F> for &&Predicate<'_, E, F> {
    fn __dragonfly_holds<T: Error + 'static>(&self) -> bool
    where
        F: Fn(&T) -> bool,
    {
        any(self.0.as_ref(), &self.1)
    }
}

impl<E: AsRef<dyn Error>, F> PredicateInside<F> for &Predicate<'_, E, F> {
    fn __dragonfly_holds<T: Error + 'static>(&self) -> bool
    where
        F: Fn(&T) -> bool,
    {
        any(self.0.as_ref(), &self.1)
    }
}

/// What a function is that takes no such error.
pub trait PredicateOfAnother<E: ?Sized, F> {
    /// Says so.
    fn __dragonfly_holds(&self) -> bool
    where
        F: Asks<E>;
}

impl<E: ?Sized, F> PredicateOfAnother<E, F> for Predicate<'_, E, F> {
    fn __dragonfly_holds(&self) -> bool
    where
        F: Asks<E>,
    {
        false
    }
}

/// Nothing has it.
#[diagnostic::on_unimplemented(
    message = "`ignore` needs a function that takes the error: `fn(&{E}) -> bool`",
    label = "this is `{Self}`"
)]
pub trait Asks<E: ?Sized> {}

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
