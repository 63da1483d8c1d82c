//! How a refusal is worded: lower case, no full stop, the fix after a semicolon.

use proc_macro2::TokenStream;
use quote::quote;

/// Joins independent mistakes, so that one compilation shows them all.
pub(crate) fn combine(errors: impl IntoIterator<Item = syn::Error>) -> Option<syn::Error> {
    errors.into_iter().reduce(|mut all, next| {
        all.combine(next);
        all
    })
}

/// The error beside an item that still type-checks, so that no second error follows from the first.
pub(crate) fn beside(item: &TokenStream, error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!(#item #error)
}

/// The text for a key that is none of `known`.
pub(crate) fn unknown_argument(key: &str, known: &[&str]) -> String {
    match closest(key, known) {
        Some(near) => format!("unknown argument `{key}`; did you mean `{near}`?"),
        None if known.len() == 1 => {
            format!("unknown argument `{key}`; expected `{}`", known.join(""))
        }
        None => format!(
            "unknown argument `{key}`; expected one of `{}`",
            known.join("`, `")
        ),
    }
}

fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance: how many letters to add, remove, or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((diagonal, above), right) in row.iter().zip(row.iter().skip(1)).zip(&b) {
            let before = next.last().copied().unwrap_or_default();
            let replaced = diagonal + usize::from(left != *right);
            next.push(replaced.min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, unknown_argument};

    #[test]
    fn counts_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("enviroment", "environment"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn suggests_what_is_near_and_lists_the_rest() {
        let known = ["dsn", "environment", "debug"];
        assert!(unknown_argument("enviroment", &known).ends_with("did you mean `environment`?"));
        assert!(unknown_argument("colour", &known).ends_with("`dsn`, `environment`, `debug`"));
    }
}
