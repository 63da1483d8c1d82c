//! Writes the expansions. What arrives here has been read and checked, so nothing here can fail.

mod body;
mod items;
pub(crate) mod main;
pub(crate) mod monitor;
mod recorded;
mod report;
pub(crate) mod report_errors;
pub(crate) mod trace;

use crate::args::Library;
use crate::item::Function;
use crate::mark::{From, Tail};
use crate::{check, diag};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The function under the attribute, if it can be wrapped.
fn function(
    attribute: &str,
    item: &TokenStream,
    check: fn(&Function) -> syn::Result<()>,
) -> syn::Result<Function> {
    let function = syn::parse2(item.clone()).and_then(|shape| check::function(attribute, shape))?;
    check(&function).map(|()| function)
}

/// What becomes of it; on a mistake the item as it was, and the error beside it.
fn expanded(
    item: &TokenStream,
    function: syn::Result<Function>,
    wrong_args: Option<syn::Error>,
    expand: impl FnOnce(Function) -> TokenStream,
) -> TokenStream {
    match (function, wrong_args) {
        (Ok(function), None) => expand(function),
        (function, wrong_args) => {
            let errors = function.err().into_iter().chain(wrong_args);
            diag::combine(errors).map_or(item.clone(), |error| diag::beside(item, &error))
        }
    }
}

/// The static description of the annotated function.
///
/// ```text
/// // Output:
/// fn __dragonfly_here() -> &'static str { ::dragonfly::__private::name_of(__dragonfly_here) }
/// static __DRAGONFLY_SITE: ::dragonfly::__private::Site = ::dragonfly::__private::Site::new(..);
/// ```
///
/// The nested function is what knows its own full path, type and trait included.
fn site(library: &Library, function: &Function, more: &TokenStream) -> TokenStream {
    let name = function.signature.ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let (line, column) = line_and_column(function.signature.ident.span());
    quote_spanned! {Span::mixed_site()=>
        fn __dragonfly_here() -> &'static str {
            #library::__private::name_of(__dragonfly_here)
        }
        static __DRAGONFLY_SITE: #library::__private::Site = #library::__private::Site::new(
            #name,
            __dragonfly_here,
            #library::__private::module_path!(),
            (#library::__private::file!(), #line, #column),
            #library::__private::package!(),
        ) #more;
    }
}

/// What a site says of its tail expression.
fn tail(tail: Option<&Tail>) -> TokenStream {
    let Some(Tail { start, from }) = tail else {
        return TokenStream::new();
    };
    let (line, column) = line_and_column(*start);
    let from = match from {
        From::Somewhere => TokenStream::new(),
        From::Value => quote_spanned!(Span::mixed_site()=> .received()),
        From::Call(name) => quote_spanned!(Span::mixed_site()=> .returned(#name)),
    };
    quote_spanned!(Span::mixed_site()=> .tail(#line, #column) #from)
}

/// Line and column, both from 1; the compiler is asked only where there is one (not in unit tests).
fn line_and_column(span: Span) -> (u32, u32) {
    if !proc_macro::is_available() {
        return (1, 1);
    }
    let span = span.unwrap();
    (to_u32(span.line()), to_u32(span.column()))
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
