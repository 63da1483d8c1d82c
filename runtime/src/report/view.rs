//! How an error of any type is described: the best of seven ways that its type allows.
//!
//! The choice is made in the annotated function, where the type is known, by method lookup: each
//! `&` before a [`Probe`] is one way, tried from the best down, and a way whose bound does not hold
//! is passed over. No way asks for `'static`, `Send` or `Sync`.

use std::any::type_name;
use std::error::Error;
use std::fmt::{Debug, Display};

/// An error about to be described.
pub struct Probe<'a, E: ?Sized>(pub &'a E);

/// An error with its type erased.
#[derive(Clone, Copy)]
pub struct ErrorView<'a> {
    pub(crate) type_name: &'static str,
    pub(crate) seen: Seen<'a>,
    /// What an error is inside of, whose `Debug` may tell more of it.
    pub(crate) outside: Option<&'a dyn Debug>,
}

impl<'a> ErrorView<'a> {
    fn of<E>(seen: Seen<'a>, outside: Option<&'a dyn Debug>) -> Self {
        Self {
            type_name: type_name::<E>(),
            seen,
            outside,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Seen<'a> {
    /// The error itself.
    Error(&'a (dyn Error + 'a)),
    /// The error inside `anyhow`, `eyre` or a box, whose type name says nothing.
    Inside(&'a (dyn Error + 'a)),
    Display(&'a dyn Display),
    Debug(&'a dyn Debug),
    Nothing,
}

/// Describes what the probe holds. The name is reserved, so that a method that the program gives to
/// every type is not taken for a way.
pub trait View<'a> {
    /// The erased error.
    fn __dragonfly_view(&self) -> ErrorView<'a>;
}

impl<'a, E: Error> View<'a> for &&&&&&Probe<'a, E> {
    fn __dragonfly_view(&self) -> ErrorView<'a> {
        ErrorView::of::<E>(Seen::Error(self.0), None)
    }
}

impl<'a, 'e: 'a, E: AsRef<dyn Error + Send + Sync + 'e> + Debug> View<'a> for &&&&&Probe<'a, E> {
    fn __dragonfly_view(&self) -> ErrorView<'a> {
        ErrorView::of::<E>(Seen::Inside(self.0.as_ref()), Some(self.0))
    }
}

impl<'a, 'e: 'a, E: AsRef<dyn Error + 'e> + Debug> View<'a> for &&&&Probe<'a, E> {
    fn __dragonfly_view(&self) -> ErrorView<'a> {
        ErrorView::of::<E>(Seen::Inside(self.0.as_ref()), Some(self.0))
    }
}

// what wraps an error to make a response of it seldom has `Debug`
impl<'a, 'e: 'a, E: AsRef<dyn Error + Send + Sync + 'e>> View<'a> for &&&Probe<'a, E> {
    fn __dragonfly_view(&self) -> ErrorView<'a> {
        ErrorView::of::<E>(Seen::Inside(self.0.as_ref()), None)
    }
}

impl<'a, E: Display> View<'a> for &&Probe<'a, E> {
    fn __dragonfly_view(&self) -> ErrorView<'a> {
        ErrorView::of::<E>(Seen::Display(self.0), None)
    }
}

impl<'a, E: Debug> View<'a> for &Probe<'a, E> {
    fn __dragonfly_view(&self) -> ErrorView<'a> {
        ErrorView::of::<E>(Seen::Debug(self.0), None)
    }
}

impl<'a, E> View<'a> for Probe<'a, E> {
    fn __dragonfly_view(&self) -> ErrorView<'a> {
        ErrorView::of::<E>(Seen::Nothing, None)
    }
}

#[cfg(test)]
mod tests {
    use super::{Probe, Seen, View};
    use std::error::Error;
    use std::fmt;

    #[derive(Debug)]
    struct Plain<'a>(&'a str);
    impl fmt::Display for Plain<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl Error for Plain<'_> {}
    #[derive(Debug)]
    struct OnlyDebug;
    struct Opaque;
    struct Response(anyhow::Error);
    impl AsRef<dyn Error + Send + Sync> for Response {
        fn as_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
            self.0.as_ref()
        }
    }

    macro_rules! tier {
        ($error:expr) => {
            match (&&&&&&&Probe(&$error)).__dragonfly_view().seen {
                Seen::Error(_) => "error",
                Seen::Inside(_) => "inside",
                Seen::Display(_) => "display",
                Seen::Debug(_) => "debug",
                Seen::Nothing => "nothing",
            }
        };
    }

    #[test]
    fn takes_the_best_way_that_the_type_allows() {
        let text = String::from("borrowed");
        assert_eq!(tier!(Plain(&text)), "error");
        assert_eq!(tier!(std::io::Error::other("x")), "error");
        assert_eq!(tier!(anyhow::anyhow!("x")), "inside");
        assert_eq!(tier!(Box::<dyn Error + Send + Sync>::from("x")), "inside");
        assert_eq!(tier!(Box::<dyn Error>::from("x")), "inside");
        assert_eq!(
            tier!(Box::new(Plain(&text)) as Box<dyn Error + '_>),
            "inside"
        );
        assert_eq!(tier!(Response(anyhow::anyhow!("x"))), "inside");
        assert_eq!(tier!(String::from("x")), "display");
        assert_eq!(tier!("x"), "display");
        assert_eq!(tier!(()), "debug");
        assert_eq!(tier!(OnlyDebug), "debug");
        assert_eq!(tier!(Opaque), "nothing");
    }

    #[test]
    fn a_type_parameter_is_described_by_its_bounds() {
        fn bounded<E: Error>(error: &E) -> &'static str {
            tier!(*error)
        }
        fn unbounded<E>(error: &E) -> &'static str {
            tier!(*error)
        }
        assert_eq!(bounded(&Plain("x")), "error");
        assert_eq!(unbounded(&Plain("x")), "nothing");
    }
}
