//! How a refusal is worded: lower case, no full stop, the fix after a semicolon.

use proc_macro2::TokenStream;
use quote::quote;
use strsim::osa_distance;
use syn::Expr;

/// Joins independent mistakes, so that one compilation shows them all.
pub(crate) fn combine(errors: impl IntoIterator<Item = syn::Error>) -> Option<syn::Error> {
    errors.into_iter().reduce(|mut all, next| {
        all.combine(next);
        all
    })
}

/// The error beside an item that still type-checks, so that no second error follows from the first.
/// Where an expression was, there is room for no item.
pub(crate) fn beside(item: &TokenStream, error: &syn::Error) -> TokenStream {
    let is_macro = |expression: &Expr| matches!(expression, Expr::Macro(_));
    if syn::parse2::<Expr>(item.clone()).is_ok_and(|expression| !is_macro(&expression)) {
        return alone(error);
    }
    let error = error.to_compile_error();
    quote!(#item #error)
}

/// The error, however many it is made of, where an expression is expected.
pub(crate) fn alone(error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!({ #error })
}

/// The text for a key that is none of `known`.
pub(crate) fn unknown_argument(key: &str, known: &[&str]) -> String {
    match closest(key, known) {
        Some(near) => format!("unknown argument `{key}`; did you mean `{near}`?"),
        None => format!(
            "unknown argument `{key}`; expected one of `{}`",
            known.join("`, `")
        ),
    }
}

fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (osa_distance(word, candidate), *candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::unknown_argument;

    #[test]
    fn suggests_what_is_near_and_lists_the_rest() {
        let known = ["dsn", "environment", "debug"];
        assert!(unknown_argument("enviroment", &known).ends_with("did you mean `environment`?"));
        assert!(unknown_argument("debgu", &known).ends_with("did you mean `debug`?"));
        assert!(unknown_argument("colour", &known).ends_with("`dsn`, `environment`, `debug`"));
    }
}
