//! Names of the types of errors.

use super::chain::guarded;
use std::any::type_name;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};

/// The path of the type of an error that is one of those which programs meet most.
pub(super) fn known(error: &(dyn Error + 'static)) -> Option<&'static str> {
    macro_rules! one_of {
        ($($(#[$condition:meta])? $type:ty,)*) => {{
            $($(#[$condition])? if error.is::<$type>() {
                return Some(type_name::<$type>());
            })*
            None
        }};
    }
    one_of! {
        std::io::Error,
        std::num::ParseIntError,
        std::num::ParseFloatError,
        std::num::TryFromIntError,
        std::str::ParseBoolError,
        std::str::Utf8Error,
        std::string::FromUtf8Error,
        std::char::ParseCharError,
        std::env::VarError,
        std::ffi::NulError,
        fmt::Error,
        std::net::AddrParseError,
        std::path::StripPrefixError,
        std::sync::mpsc::RecvError,
        std::sync::mpsc::RecvTimeoutError,
        std::time::SystemTimeError,
        serde_json::Error,
        ureq::Error,
        #[cfg(feature = "tokio")]
        tokio::task::JoinError,
    }
}

/// The type's name as its `Debug` spells it, where that is recognisably a type's name.
///
/// The type of a `dyn Error` cannot be asked for. A derived `Debug` begins with it; a message does
/// not end after one capitalised word nor go on with ` {` or `(`. `io::Error` prints its inside.
/// No more is formatted than that takes: some errors resolve a whole backtrace in their `Debug`.
pub(super) fn from_debug(error: &(dyn Error + '_), value: &str) -> Cow<'static, str> {
    let mut head = Head(String::new());
    if guarded(|| write!(head, "{error:?}")).is_none() {
        return "Error".into();
    }
    let head = inside_debug(&head.0);
    let (name, rest) = head.split_at(name_length(head));
    let is_io = (name == "Os" && rest.starts_with(" { code: "))
        || (name == "Custom" && rest.starts_with(" { kind: "))
        || (name == "Error" && rest.starts_with(" { kind: ") && rest.contains(", message: \""))
        || (name == "Kind" && rest.starts_with('('));
    if is_of_clap(name, rest) {
        return "clap::Error".into();
    }
    let own = name.rsplit("::").next().unwrap_or(name);
    let is_type = own.starts_with(char::is_uppercase)
        && !value.starts_with(head)
        && (rest.is_empty() || rest.starts_with(" {") || rest.starts_with('('));
    match (is_io, is_type) {
        (true, _) => "io::Error".into(),
        (false, true) => short(name).into_owned().into(),
        (false, false) => "Error".into(),
    }
}

/// Whether a `Debug` begins as that of `clap::Error`, which shows what is in it.
fn is_of_clap(name: &str, rest: &str) -> bool {
    let kind = rest
        .strip_prefix(" { kind: ")
        .filter(|_| name == "ErrorInner");
    // the longest kind leaves no room for what follows
    kind.is_some_and(|kind| match kind.split_once(", ") {
        Some((_, next)) => next.starts_with("context: F") || next.starts_with("message: "),
        None => kind.starts_with("DisplayHelpOnMissing"),
    })
}

/// What programs call a crate that another one stands for.
pub(super) fn crate_as_written(name: &str) -> &str {
    match name {
        "axum_core" => "axum",
        "clap_builder" => "clap",
        "serde_core" => "serde",
        "sqlx_core" => "sqlx",
        other => other,
    }
}

/// What `into_diagnostic()` of miette wraps, and shows after its own name.
fn inside_debug(debug: &str) -> &str {
    debug.strip_prefix("DiagnosticError(").unwrap_or(debug)
}

/// Of a path, `hyper::Error`, or a word.
fn name_length(text: &str) -> usize {
    let end =
        text.find(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':'));
    let path = &text[..end.unwrap_or(text.len())];
    path.trim_end_matches(':').len()
}

/// The beginning of a text: its first word, and what follows at once.
struct Head(String);

impl fmt::Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const FOLLOWING: usize = " { kind: ReadOnlyFilesystemOrLonger, message: \"".len();
        const LONGEST_NAME: usize = 200;
        for letter in text.chars() {
            let inside = inside_debug(&self.0);
            if inside.len() >= (name_length(inside) + FOLLOWING).min(LONGEST_NAME) {
                return Err(fmt::Error);
            }
            self.0.push(letter);
        }
        Ok(())
    }
}

/// What wraps an error without being one to a reader: its crate, and its name.
const WRAPPERS: [(&str, &str); 6] = [
    ("alloc::", "::Box"),
    ("alloc::", "::Rc"),
    ("alloc::", "::Arc"),
    ("error_stack::", "::Report"),
    ("exn::", "::Exn"),
    ("rocket::", "::Debug"),
];

/// The path of the type behind references, pointers and reports: `alloc::boxed::Box<shop::Error>` is
/// `shop::Error` to a reader.
pub(super) fn inside(mut path: &str) -> &str {
    loop {
        let inside = path
            .strip_prefix("&mut ")
            .or_else(|| path.strip_prefix('&'))
            .or_else(|| {
                let (wrapper, inside) = path.strip_suffix('>')?.split_once('<')?;
                let is = |(library, name): &(&str, &str)| {
                    wrapper.starts_with(library) && wrapper.ends_with(name)
                };
                WRAPPERS.iter().any(is).then_some(inside)
            });
        match inside {
            Some(inside) => path = inside,
            None => return path,
        }
    }
}

/// Whether a type has another inside of it.
pub(super) fn wraps(path: &str) -> bool {
    inside(path).len() < path.trim_start_matches('&').len()
}

/// `alloc::string::String` → `String`, `std::io::error::Error` → `io::Error`, generics left out.
pub(super) fn short(path: &str) -> Cow<'_, str> {
    let path = inside(path);
    if path.len() > "()".len() && path.starts_with(['(', '[']) {
        return short_parts(path).into();
    }
    let bare = path.split('<').next().unwrap_or(path);
    // by letters: to look for `::` prepares a search, at ten times the price
    let split = bare.rsplit_once(':');
    let Some((modules, last)) =
        split.and_then(|(start, last)| Some((start.strip_suffix(':')?, last)))
    else {
        return if bare.is_empty() { path } else { bare }.into();
    };
    if last != "Error" {
        return last.into();
    }
    let mut modules = modules.rsplit("::").enumerate();
    match modules.find(|(_, module)| *module != "error" && *module != "errors") {
        Some((0, module)) if crate_as_written(module) == module => {
            bare[bare.len() - module.len() - "::Error".len()..].into()
        }
        Some((_, module)) => format!("{}::{last}", crate_as_written(module)).into(),
        None => last.into(),
    }
}

/// `(http::status::StatusCode, alloc::string::String)` → `(StatusCode, String)`.
fn short_parts(path: &str) -> String {
    let mut out = String::new();
    let (mut word, mut depth) = (String::new(), 0_usize);
    for letter in path.chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '(' | ')' | '[' | ']' | ',' | ';' | ' ' => {
                if !word.is_empty() {
                    out.push_str(&short(&word));
                    word.clear();
                }
                out.push(letter);
            }
            _ => word.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{from_debug, known, short};
    use std::error::Error;
    use std::fmt;
    use std::io;

    /// An error that shows and debugs as it is told.
    struct Says(&'static str, &'static str);

    impl fmt::Display for Says {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl fmt::Debug for Says {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.1)
        }
    }
    impl Error for Says {}

    #[test]
    fn a_debug_text_may_begin_with_the_type() {
        for (display, debug, expected) in [
            ("no row", "RowNotFound", "RowNotFound"),
            ("no row", "NotFound { id: 1 }", "NotFound"),
            ("no row", "Database(Io)", "Database"),
            ("canceled", "hyper::Error(Canceled)", "hyper::Error"),
            ("sent", "reqwest::Error { kind: Request }", "reqwest::Error"),
            (
                "refused",
                "Os { code: 111, kind: ConnectionRefused, message: \"\" }",
                "io::Error",
            ),
            (
                "eof",
                "Error { kind: UnexpectedEof, message: \"eof\" }",
                "io::Error",
            ),
            (
                "db error",
                "Error { kind: Db, cause: Some(DbError) }",
                "Error",
            ),
            (
                "gone",
                "DiagnosticError(Os { code: 2, kind: NotFound, message: \"gone\" })",
                "io::Error",
            ),
            (
                "no digit",
                "DiagnosticError(ParseIntError { kind: InvalidDigit })",
                "ParseIntError",
            ),
            (
                "error: unexpected argument",
                "ErrorInner { kind: UnknownArgument, context: FlatMap { keys: [] } }",
                "clap::Error",
            ),
            (
                "Usage: shop",
                "ErrorInner { kind: DisplayHelpOnMissingArgumentOrSubcommand, context: FlatMap",
                "clap::Error",
            ),
            (
                "closed",
                "ErrorInner { kind: Closed, cause: None }",
                "ErrorInner",
            ),
            // messages are no types
            ("Connection refused", "Connection refused", "Error"),
            ("Timeout", "Timeout", "Error"),
            ("Closed (by peer)", "Closed (by peer)", "Error"),
            ("x", "\"Closed\"", "Error"),
            ("x", "closed", "Error"),
            ("x", "", "Error"),
            ("x", "a: b", "Error"),
        ] {
            assert_eq!(
                from_debug(&Says(display, debug), display),
                expected,
                "{debug}"
            );
        }
    }

    #[test]
    fn types_that_are_met_often_are_known_whatever_their_debug_says() {
        let json = serde_json::from_str::<u8>("x").unwrap_err();
        assert_eq!(
            known(&json).map(short).as_deref(),
            Some("serde_json::Error")
        );
        let io = io::Error::other(Says("", ""));
        assert_eq!(known(&io).map(short).as_deref(), Some("io::Error"));
        assert_eq!(known(&Says("", "")), None);
    }

    #[test]
    fn shortens_types() {
        for (path, expected) in [
            ("std::io::error::Error", "io::Error"),
            ("shop::Error", "shop::Error"),
            ("shop::errors::Error", "shop::Error"),
            (
                "clap_builder::error::Error<clap_builder::error::format::RichFormatter>",
                "clap::Error",
            ),
            ("sqlx_core::error::Error", "sqlx::Error"),
            ("axum_core::Error", "axum::Error"),
            ("Io:Error", "Io:Error"),
            ("É:::Error", "É:::Error"),
            ("Timeout:Connect", "Timeout:Connect"),
            ("shop::config::ConfigError", "ConfigError"),
            ("alloc::string::String", "String"),
            ("&str", "str"),
            ("()", "()"),
            ("shop::Wrapped<std::io::error::Error>", "Wrapped"),
            ("alloc::sync::Arc<std::io::error::Error>", "io::Error"),
            ("&alloc::boxed::Box<shop::Gone<u8>>", "Gone"),
            ("error_stack::report::Report<shop::Gone>", "Gone"),
            ("error_stack::report::Report<[shop::Gone]>", "[Gone]"),
            ("exn::impls::Exn<shop::Gone>", "Gone"),
            (
                "rocket::response::debug::Debug<std::io::error::Error>",
                "io::Error",
            ),
            ("shop::Report<shop::Gone>", "Report"),
            ("alloc::vec::Vec<shop::Gone>", "Vec"),
            (
                "(http::status::StatusCode, alloc::string::String)",
                "(StatusCode, String)",
            ),
            ("(u8, (shop::Gone<(u8, u8)>, &str))", "(u8, (Gone, str))"),
            ("[std::io::error::Error; 2]", "[io::Error; 2]"),
        ] {
            assert_eq!(short(path), expected);
        }
    }
}
