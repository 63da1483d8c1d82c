//! `#[report_errors]` on a function.

use super::{async_body, site, sync_body};
use crate::args::ReportArgs;
use crate::item::Function;
use crate::{check, diag};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::ReturnType;
use syn::spanned::Spanned as _;

/// The attribute: reads, checks, expands; on a mistake the item as it was, and the error beside it.
pub(crate) fn attribute(args: TokenStream, item: &TokenStream) -> TokenStream {
    let (args, wrong_args) = ReportArgs::read(args);
    let function = check::function("report_errors", item.clone())
        .and_then(|function| check::fallible(&function).map(|()| function));
    match (function, wrong_args) {
        (Ok(function), None) => expand(&args, function),
        (function, wrong_args) => {
            let errors = function.err().into_iter().chain(wrong_args);
            diag::combine(errors).map_or(TokenStream::new(), |error| diag::beside(item, &error))
        }
    }
}

/// ```text
/// // Input:
/// fn load(path: &str) -> io::Result<Config> { body }
/// // Output:
/// fn load(path: &str) -> io::Result<Config> {
///     let __dragonfly_result = ::dragonfly::__private::call(move || -> io::Result<Config> { body });
///     if let Some(__dragonfly_error) = ::dragonfly::__private::Fallible::error(&__dragonfly_result) {
///         static __DRAGONFLY_SITE: ::dragonfly::__private::Site = ..;
///         use ::dragonfly::__private::View as _;
///         ::dragonfly::__private::report(
///             &__DRAGONFLY_SITE,
///             (&&&&&&::dragonfly::__private::Probe(__dragonfly_error)).__dragonfly_view(),
///         );
///     }
///     __dragonfly_result
/// }
/// ```
///
/// The probe finds out here, where the type of the error is known, how it can be described; each
/// `&` is one tier that may not apply.
fn expand(args: &ReportArgs, mut function: Function) -> TokenStream {
    let library = &args.library;
    let bindings = function.name_parameters();
    let result = if function.signature.asyncness.is_some() {
        let body = async_body(library, &function, &bindings);
        quote_spanned!(Span::mixed_site()=> #body.await)
    } else {
        sync_body(library, &function, &bindings)
    };
    let site = site(library, &function);
    let Function {
        attributes,
        visibility,
        defaultness,
        signature,
        body,
    } = &function;
    let returned = match &signature.output {
        ReturnType::Default => signature.ident.span(),
        ReturnType::Type(_, output) => output.span(),
    };
    let checked = quote_spanned! {Span::mixed_site()=>
        #library::__private::Fallible::error(&__dragonfly_result)
    };
    let checked = located_at(returned, checked);
    // what a closure assigns to an argument that it owns counts as never read; in a function it does not
    let statements = quote_spanned! {Span::mixed_site()=>
        #[allow(unused_assignments)]
        let __dragonfly_result = #result;
        if let #library::__private::Some(__dragonfly_error) = #checked {
            #site
            use #library::__private::View as _;
            #library::__private::report(
                &__DRAGONFLY_SITE,
                (&&&&&&#library::__private::Probe(__dragonfly_error)).__dragonfly_view(),
            );
        }
        __dragonfly_result
    };
    let mut braces = Group::new(Delimiter::Brace, statements);
    braces.set_span(body.span());
    quote_spanned! {Span::mixed_site()=>
        #(#attributes)*
        #visibility #defaultness #signature #braces
    }
}

/// Tokens that resolve as before while errors in them point elsewhere.
fn located_at(place: Span, tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| {
            let span = token.span().located_at(place);
            let mut token = match token {
                TokenTree::Group(group) => {
                    let inner = located_at(place, group.stream());
                    TokenTree::Group(Group::new(group.delimiter(), inner))
                }
                other => other,
            };
            token.set_span(span);
            token
        })
        .collect()
}
