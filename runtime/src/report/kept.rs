//! Values of a call, kept until it has failed or not: `Copy` values as they are, others as text.
//!
//! A returned future may outlive what was borrowed: it keeps no copies but those of numbers and booleans.
//!
//! Which it is, and how a value is shown, is found out in the annotated function by method lookup,
//! as for [errors](super::view): each `&` is one way that the type may not allow.

use super::bounded::shown;
use crate::current;
use crate::quiet::quietly;
use serde_json::Value;
use std::fmt::{self, Debug, Display, Formatter};

/// A value about to be kept.
pub struct Keep<'a, T: ?Sized>(pub &'a T);

/// The same, by a future that is returned.
pub struct KeepOwned<'a, T: ?Sized>(pub &'a T);

/// Copies what can be copied; it is formatted only if the call fails.
pub trait KeepCopy<T> {
    /// The copy, and how to show it.
    fn __dragonfly_keep<F: Fn(&T, &mut Formatter<'_>) -> fmt::Result>(
        &self,
        show: F,
    ) -> Copied<T, F>;
}

impl<T: Copy> KeepCopy<T> for &Keep<'_, T> {
    #[inline]
    fn __dragonfly_keep<F: Fn(&T, &mut Formatter<'_>) -> fmt::Result>(
        &self,
        show: F,
    ) -> Copied<T, F> {
        Copied {
            value: *self.0,
            show,
        }
    }
}

impl<T: Plain> KeepCopy<T> for &KeepOwned<'_, T> {
    #[inline]
    fn __dragonfly_keep<F: Fn(&T, &mut Formatter<'_>) -> fmt::Result>(
        &self,
        show: F,
    ) -> Copied<T, F> {
        KeepCopy::__dragonfly_keep(&&Keep(self.0), show)
    }
}

/// Formats what cannot be copied, as the call may consume it.
pub trait KeepText<T: ?Sized> {
    /// The text; empty where reporting is off, or if formatting panics.
    fn __dragonfly_keep<F: Fn(&T, &mut Formatter<'_>) -> fmt::Result>(&self, show: F) -> Text;
}

impl<T: ?Sized> KeepText<T> for Keep<'_, T> {
    fn __dragonfly_keep<F: Fn(&T, &mut Formatter<'_>) -> fmt::Result>(&self, show: F) -> Text {
        if current::is_off() {
            return Text(String::new());
        }
        let borrowed = Borrowed {
            value: self.0,
            show,
        };
        Text(quietly(|| shown(borrowed)).unwrap_or_default())
    }
}

impl<T: ?Sized> KeepText<T> for KeepOwned<'_, T> {
    fn __dragonfly_keep<F: Fn(&T, &mut Formatter<'_>) -> fmt::Result>(&self, show: F) -> Text {
        KeepText::__dragonfly_keep(&Keep(self.0), show)
    }
}

struct Borrowed<'a, T: ?Sized, F> {
    value: &'a T,
    show: F,
}

impl<T: ?Sized, F: Fn(&T, &mut Formatter<'_>) -> fmt::Result> Display for Borrowed<'_, T, F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.show)(self.value, f)
    }
}

/// A kept copy.
#[derive(Clone, Copy)]
pub struct Copied<T, F> {
    value: T,
    show: F,
}

impl<T, F: Fn(&T, &mut Formatter<'_>) -> fmt::Result> Display for Copied<T, F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.show)(&self.value, f)
    }
}

/// A kept text.
pub struct Text(String);

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value about to be shown, for which no way was named.
pub struct Show<'a, T: ?Sized>(pub &'a T);

/// Shows a value for people, where it can.
pub trait ShowDisplay {
    /// Writes the value.
    fn __dragonfly_show(&self, f: &mut Formatter<'_>) -> fmt::Result;
}

impl<T: Display + ?Sized> ShowDisplay for &Show<'_, T> {
    fn __dragonfly_show(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self.0, f)
    }
}

/// Shows a value for developers.
pub trait ShowDebug<T: ?Sized> {
    /// Writes the value.
    fn __dragonfly_show(&self, f: &mut Formatter<'_>) -> fmt::Result
    where
        T: Recordable;
}

impl<T: ?Sized> ShowDebug<T> for Show<'_, T> {
    fn __dragonfly_show(&self, f: &mut Formatter<'_>) -> fmt::Result
    where
        T: Recordable,
    {
        Debug::fmt(self.0, f)
    }
}

/// What can be recorded at all.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded: it has neither `Display` nor `Debug`",
    label = "neither `Display` nor `Debug`"
)]
pub trait Recordable: Debug {}

#[diagnostic::do_not_recommend]
impl<T: Debug + ?Sized> Recordable for T {}

/// A kept value about to become a field.
pub struct Field<'a, K>(pub &'a K);

/// Numbers and booleans stay what they are.
pub trait FieldValue {
    /// The value as JSON.
    fn __dragonfly_value(&self) -> Value;
}

impl<T: Plain, F> FieldValue for &Field<'_, Copied<T, F>> {
    fn __dragonfly_value(&self) -> Value {
        self.0.value.value()
    }
}

/// All else is text.
pub trait FieldText {
    /// The value as JSON.
    fn __dragonfly_value(&self) -> Value;
}

impl<K: Display> FieldText for Field<'_, K> {
    fn __dragonfly_value(&self) -> Value {
        Value::String(shown(self.0))
    }
}

/// What JSON has a type of its own for.
pub trait Plain: Copy {
    /// The value as JSON.
    fn value(self) -> Value;
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl Plain for $type {
            fn value(self) -> Value {
                Value::from(self)
            }
        }
    )*};
}

plain!(bool f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

#[cfg(test)]
mod tests {
    use super::{
        Field, FieldText, FieldValue, Keep, KeepCopy, KeepText, Show, ShowDebug, ShowDisplay,
    };
    use serde_json::{Value, json};

    macro_rules! recorded {
        ($value:expr) => {{
            let kept =
                (&&Keep(&$value)).__dragonfly_keep(|value, f| (&&Show(value)).__dragonfly_show(f));
            let value: Value = (&&Field(&kept)).__dragonfly_value();
            value
        }};
    }

    #[derive(Debug, Clone, Copy)]
    struct OnlyDebug;

    #[test]
    fn numbers_stay_numbers_and_the_rest_is_text() {
        crate::current::one_more();
        assert_eq!(recorded!(7_u8), json!(7));
        assert_eq!(recorded!(-0.5), json!(-0.5));
        assert_eq!(recorded!(true), json!(true));
        assert_eq!(recorded!("text"), json!("text"));
        assert_eq!(recorded!(String::from("owned")), json!("owned"));
        assert_eq!(recorded!(OnlyDebug), json!("OnlyDebug"));
        assert_eq!(recorded!(vec![1, 2]), json!("[1, 2]"));
        crate::current::one_less();
    }
}
