//! Which events are of the same bug: what Sentry makes one issue of.
//!
//! Left to itself, Sentry compares stacks. They differ between callers, and between builds, as the
//! compiler inlines other functions; what follows here does not: the innermost annotated function,
//! where in it the error left, counted from the function's name, and what the root cause is.

use super::chain::{Chain, Link};
use super::functions::readable;
use super::passed::{Exit, ExitKind, Passed};
use super::site::LineColumn;
use super::{Origin, Report};
use std::borrow::Cow;

/// The default of an event's fingerprint; none where a function says its own, and for a panic, whose
/// stack Sentry knows well.
pub(crate) fn fingerprint(report: &Report) -> Option<Vec<Cow<'static, str>>> {
    let step = match &report.origin {
        Origin::Functions(steps) if steps.iter().any(says_one) => return None,
        Origin::Functions(steps) => steps.first()?,
        Origin::Main(step) => step,
        Origin::Panic(_) | Origin::Crash => return None,
    };
    let function = readable(step.site.full_name());
    Some(vec![
        function.into(),
        place(step).into(),
        cause(step, &report.chain).into(),
    ])
}

fn says_one(step: &Passed) -> bool {
    !step.site.fingerprint.is_empty()
}

/// The line and column that the error left by; lines count from that of the function's name, so that
/// what changes above it does not matter.
fn place(step: &Passed) -> String {
    let (file, LineColumn(line, column)) = step.place();
    let LineColumn(start, _) = step.site.name_at;
    if file == step.site.file && line >= start {
        format!("+{}:{column}", line - start)
    } else {
        format!("{line}:{column}") // a macro from elsewhere
    }
}

/// The type of the root cause. Where that says little, the form of its text says more, but not for
/// an error that is new at its place: that place says it all.
fn cause(step: &Passed, chain: &Chain) -> String {
    const TEXTS: &[&str] = &["Box", "Cow", "Error", "String", "str"];
    let Some(Link {
        type_name, value, ..
    }) = chain.0.last()
    else {
        return String::new();
    };
    if let Some((_, code)) = value.rsplit_once("(os error ") {
        return format!("{type_name} {}", code.trim_end_matches(')'));
    }
    let is_new = step
        .exit
        .is_some_and(|Exit { kind, .. }| kind == ExitKind::New);
    if TEXTS.contains(&&**type_name) && !is_new {
        format!("{type_name} {}", form(value))
    } else {
        type_name.to_string()
    }
}

/// A text without what changes from one time to the next: numbers, what is quoted, paths, addresses.
fn form(text: &str) -> String {
    let mut form = String::new();
    let mut quote = None;
    for word in text.split_whitespace().take(MOST_WORDS) {
        let was_quoted = quote.is_some();
        for letter in word.chars() {
            match quote {
                Some(open) if letter == open => quote = None,
                None if matches!(letter, '"' | '`' | '\u{201c}') => quote = Some(closing(letter)),
                _ => {}
            }
        }
        let changes = was_quoted
            || quote.is_some()
            || word.contains(|letter: char| {
                letter.is_ascii_digit() || "\"`\u{201c}/\\@='".contains(letter)
            });
        if !form.is_empty() {
            form.push(' ');
        }
        form.push_str(if changes { "_" } else { word });
    }
    form
}

/// What follows in a text says no more about the bug.
const MOST_WORDS: usize = 24;

fn closing(quote: char) -> char {
    if quote == '\u{201c}' {
        '\u{201d}'
    } else {
        quote
    }
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn a_form_has_no_numbers_names_or_places() {
        for (text, expected) in [
            ("order 12 is closed", "order _ is closed"),
            ("no user \"Jane Doe\" here", "no user _ _ here"),
            ("no user `jane` here", "no user _ here"),
            ("open /srv/a/b: denied", "open _ denied"),
            ("took 3.5s, id=7f3a", "took _ _"),
            ("", ""),
        ] {
            assert_eq!(form(text), expected);
        }
        assert_eq!(form(&"a ".repeat(100)).len(), 47);
    }

    #[test]
    fn an_open_quote_ends_with_the_text() {
        assert_eq!(form("got \"a b c"), "got _ _ _");
    }
}
