//! The attributes of [`dragonfly-sentry`](https://docs.rs/dragonfly-sentry).
//!
//! This crate reads tokens and emits calls into that one; it holds no behaviour
//! and nobody depends on it directly. The way of the code: `args` and `item` read,
//! `check` refuses, `expand` writes and cannot fail, `diag` words the refusals.

#![expect(
    missing_docs,
    reason = "documented where they are re-exported, with examples that run"
)]

mod args;
mod binding;
mod check;
mod diag;
mod expand;
mod future;
mod item;
mod mark;

use proc_macro::TokenStream;

#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::main::attribute(args.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn report_errors(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::report_errors::attribute(&args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn trace(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::trace::attribute(&args.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn monitor(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::monitor::attribute(&args.into(), &item.into()).into()
}

#[proc_macro]
pub fn init(args: TokenStream) -> TokenStream {
    expand::main::init(args.into()).into()
}
