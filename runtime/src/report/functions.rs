//! What the name of a function tells.

use std::borrow::Cow;

/// The helpers that an expansion calls the user's body through.
pub(super) fn is_ours(function: &str) -> bool {
    [
        "dragonfly::__private::",
        "dragonfly::capture::",
        "dragonfly::runtime::",
    ]
    .iter()
    .any(|prefix| function.starts_with(prefix))
}

/// Whether a function is named with its path.
pub(super) fn is_qualified(function: &str) -> bool {
    let bare = function.split_once('<').map_or(function, |(bare, _)| bare);
    bare.is_empty() || bare.contains("::")
}

/// `shop::open::{{closure}}`, as `shop::open::<u8>::{closure#1}`, is `shop::open` to a reader, and
/// `<shop::Shop>::open` is `shop::Shop::open`: symbols are mangled in two ways, of which the newer one counts
/// closures, knows the types that a function was made for, and puts types in brackets.
pub(super) fn readable(function: &str) -> String {
    let function = &*without_placeholders(function);
    // without all of the debug information there is no path, and the types follow at once
    if let Some((bare, _)) = function.split_once('<')
        && function.ends_with('>')
        && !bare.is_empty()
        && !bare.contains("::")
    {
        return bare.to_owned();
    }
    // most names are
    let is_readable = !function.contains("::{")
        && !function.contains("::<")
        && !function.starts_with('<')
        && !function.ends_with("::__dragonfly_here");
    if is_readable {
        return function.to_owned();
    }
    let mut name = String::with_capacity(function.len());
    let mut rest = function;
    if let Some((path, after)) = path_in_brackets(function) {
        name.push_str(path);
        rest = after;
    }
    while let Some((before, segment)) = rest.split_once("::") {
        name.push_str(before);
        rest = segment;
        match noise_at_start(segment) {
            0 => name.push_str("::"),
            length => rest = segment.get(length..).unwrap_or_default(),
        }
    }
    name.push_str(rest);
    if let Some(bare) = name.strip_suffix("::__dragonfly_here") {
        name.truncate(bare.len());
    }
    match handler(&name) {
        Some(own) => own.to_owned(),
        None => name,
    }
}

/// `shop::Shop::open` of `shop::Shop<'_, _>::open`: what stands for any lifetime or type says nothing.
fn without_placeholders(function: &str) -> Cow<'_, str> {
    let opens = |pair: &[u8]| matches!(pair, b"<'" | b"<_");
    if !function.as_bytes().windows(2).any(opens) {
        return function.into();
    }
    let mut name = String::with_capacity(function.len());
    let mut rest = function;
    while let Some((before, behind)) = rest.split_once('<') {
        name.push_str(before);
        let after = behind.trim_start_matches(['\'', '_', ',', ' ']);
        match after.strip_prefix('>') {
            Some(after) if after.len() + 1 < behind.len() => rest = after,
            _ => {
                name.push('<');
                rest = behind;
            }
        }
    }
    name.push_str(rest);
    name.into()
}

/// `shop::order` of `<shop::order as Handler>::call::order`: of a handler, attributes of actix and poem make a type
/// of its name, with the function itself in a method of that.
pub(super) fn handler(function: &str) -> Option<&str> {
    let (brackets, within) = function.split_at_checked(length_of_brackets(function))?;
    let (handler, _) = brackets.strip_prefix('<')?.split_once(" as ")?;
    let handler = handler.split('<').next().unwrap_or(handler);
    let (_method, name) = within.strip_prefix("::")?.rsplit_once("::")?;
    (name == last_segment(handler)).then_some(handler)
}

/// `shop::Shop` of `<shop::Shop>::open`, and what follows. Of a trait's function, and of what has no path, the
/// brackets say something.
fn path_in_brackets(function: &str) -> Option<(&str, &str)> {
    let (brackets, rest) = function.split_at_checked(length_of_brackets(function))?;
    let path = brackets.strip_prefix('<')?.strip_suffix('>')?;
    let says_something = path.contains(" as ") || path.starts_with("dyn ");
    let is_path = path.starts_with(char::is_alphabetic) && !says_something;
    (is_path && rest.starts_with("::")).then_some((path, rest))
}

/// `shop::open` of `shop::open::{{closure}}`, or of `shop::open::{closure#1}`.
pub(super) fn around_closure(function: &str) -> Option<&str> {
    let (around, last) = function.rsplit_once("::")?;
    (last == "{{closure}}" || last.starts_with("{closure#")).then_some(around)
}

/// How much of a path's rest is a closure, or types in `<..>`.
fn noise_at_start(rest: &str) -> usize {
    const CLOSURE: &str = "{{closure}}";
    if rest.starts_with(CLOSURE) {
        CLOSURE.len()
    } else if rest.starts_with("{closure#") {
        rest.find('}').map_or(0, |end| end + 1)
    } else if rest.starts_with("<impl ") {
        0
    } else {
        length_of_brackets(rest)
    }
}

/// Of the `<..>` that a text begins with, if it does and they are closed.
fn length_of_brackets(text: &str) -> usize {
    let (mut depth, mut before) = (0_usize, ' ');
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' if before != '-' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return if at == 0 { 0 } else { at + 1 };
        }
        before = letter;
    }
    0
}

pub(super) fn last_segment(function: &str) -> &str {
    function.rsplit("::").next().unwrap_or(function)
}

/// `shop` of `shop::open`, `<shop::Shop as core::fmt::Display>::fmt` and the like.
pub(super) fn crate_of(function: &str) -> &str {
    let start = function.trim_start_matches(['<', '&', '_', '*', ' ']);
    let end = start
        .find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .unwrap_or(start.len());
    &start[..end]
}

#[cfg(test)]
mod tests {
    use super::{crate_of, handler, readable};

    #[test]
    fn knows_the_crate_of_a_function() {
        assert_eq!(crate_of("shop::config::open"), "shop");
        assert_eq!(crate_of("<shop::Shop as core::fmt::Display>::fmt"), "shop");
        assert_eq!(
            crate_of("<alloc::boxed::Box<F,A> as core::ops::FnOnce<Args>>::call_once"),
            "alloc"
        );
        assert_eq!(crate_of(""), "");
    }

    #[test]
    fn closures_are_the_function_around_them() {
        assert_eq!(
            readable("shop::open::{{closure}}::{{closure}}"),
            "shop::open"
        );
        assert_eq!(
            readable("<shop::Shop>::serve::__dragonfly_here"),
            "shop::Shop::serve"
        );
        assert_eq!(
            readable("shop::open::{closure#1}::{closure#0}"),
            "shop::open"
        );
        assert_eq!(readable("shop::open::{closure"), "shop::open::{closure");
    }

    #[test]
    fn types_that_a_function_was_made_for_are_left_out() {
        for (mangled, shown) in [
            ("shop::pick::<alloc::vec::Vec<u8>>", "shop::pick"),
            ("shop::pick::<fn(u8) -> u8>::{closure#0}", "shop::pick"),
            ("<shop::Shop<u8>>::pick::<u8, u8>", "shop::Shop<u8>::pick"),
            ("<shop::Shop<u8, u8>>::pick", "shop::Shop<u8, u8>::pick"),
            ("shop::Shop<'_>::pick", "shop::Shop::pick"),
            ("shop::Shop<'_, _>::pick::{{closure}}", "shop::Shop::pick"),
            (
                "<shop::Shop<_> as shop::Pick<'_, u8>>::pick",
                "<shop::Shop as shop::Pick<'_, u8>>::pick",
            ),
            ("shop::pick<>", "shop::pick<>"),
            ("<[u8]>::pick", "<[u8]>::pick"),
            ("<dyn shop::Pick>::pick", "<dyn shop::Pick>::pick"),
            (
                "<shop::Shop as core::convert::From<u8>>::from",
                "<shop::Shop as core::convert::From<u8>>::from",
            ),
            (
                "core::ops::function::impls::<impl core::ops::FnOnce<A> for &F>::call_once",
                "core::ops::function::impls::<impl core::ops::FnOnce<A> for &F>::call_once",
            ),
            ("pick<alloc::vec::Vec<u8>>", "pick"),
            (
                "core::ptr::drop_in_place<u8>",
                "core::ptr::drop_in_place<u8>",
            ),
            ("shop::pick::<u8", "shop::pick::<u8"),
        ] {
            assert_eq!(readable(mangled), shown);
        }
    }

    #[test]
    fn a_handler_that_an_attribute_put_into_a_method_has_its_own_name() {
        for (mangled, shown) in [
            (
                "<shop::order as actix_web::service::HttpServiceFactory>::register::order::{{closure}}",
                "shop::order",
            ),
            (
                "<shop::order<u8> as poem::endpoint::Endpoint>::call::{closure#0}::order::<u8>",
                "shop::order",
            ),
            (
                "<shop::Shop as shop::Open>::open::order",
                "<shop::Shop as shop::Open>::open::order",
            ),
            (
                "<shop::order as shop::Open>::order",
                "<shop::order as shop::Open>::order",
            ),
        ] {
            assert_eq!(readable(mangled), shown);
        }
        let async_one = "<shop::order as poem::endpoint::Endpoint>::call::{{closure}}::order";
        assert_eq!(handler(async_one), Some("shop::order"));
    }
}
