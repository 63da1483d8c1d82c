//! What the name of a function tells.

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

/// `shop::open::{{closure}}` is `shop::open` to a reader.
pub(super) fn readable(function: &str) -> String {
    // nearly all names are
    if !function.contains('{') && !function.ends_with("::__dragonfly_here") {
        return function.to_owned();
    }
    let mut name = function
        .replace("::{{closure}}", "")
        .replace("::{closure#0}", "");
    if let Some(bare) = name.strip_suffix("::__dragonfly_here") {
        name.truncate(bare.len());
    }
    name
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
    use super::{crate_of, readable};

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
            "<shop::Shop>::serve"
        );
    }
}
