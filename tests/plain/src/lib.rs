//! Stands in for `dragonfly` where a program is compiled as if its attributes were not there.
//!
//! In the package `careless` they are there, and make two mistakes: the tests must tell them.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};
use std::env;

/// Leaves the function as it is.
#[proc_macro_attribute]
pub fn report_errors(_: TokenStream, item: TokenStream) -> TokenStream {
    if env::var("CARGO_PKG_NAME").is_ok_and(|name| name == "careless") {
        careless(item)
    } else {
        item
    }
}

/// Leaves the function as it is.
#[proc_macro_attribute]
pub fn trace(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Leaves `main` as it is.
#[proc_macro_attribute]
pub fn main(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// `{ body }` becomes `{ let result = { body }; result }` in braces of our own. What follows the body
/// may not be reached, and the function looks like ours, so some lints do not look at it.
fn careless(item: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let body: Option<TokenStream> = tokens.pop().map(Into::into);
    let (open, close): (TokenStream, TokenStream) = (quoted("let result ="), quoted("; result"));
    let statements = open
        .into_iter()
        .chain(body.into_iter().flatten())
        .chain(close);
    tokens.push(Group::new(Delimiter::Brace, statements.collect()).into());
    tokens.into_iter().collect()
}

fn quoted(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}
