//! Writes the expansions. What arrives here has been read and checked, so nothing here can fail.

pub(crate) mod main;
pub(crate) mod report_errors;

use crate::args::Library;
use crate::item::Function;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, Lifetime};

/// Runs the body of a sync function where its `return` and `?` end only the body.
///
/// ```text
/// // Input:
/// { body }
/// // Output:
/// ::dragonfly::__private::call(move || -> Ret {
///     if false { loop {} let _ = &b; let _ = &a; }
///     '__dragonfly_body: { body }
/// })
/// ```
///
/// A `FnOnce` parameter keeps the closure from being inferred as `Fn`, so that arguments can be
/// returned; the dead mentions make it own the arguments in the order in which the plain function
/// drops them. The label keeps a body of one expression from looking like needless braces.
fn sync_body(library: &Library, function: &Function, bindings: &[Binding]) -> TokenStream {
    let output = output(function);
    let body = &function.body;
    if bindings.is_empty() {
        return quote_spanned!(Span::mixed_site()=> #library::__private::call(move || -> #output #body));
    }
    let mentions = mentions(bindings);
    let label = label(function);
    quote_spanned!(Span::mixed_site()=> #library::__private::call(move || -> #output {
        #[allow(unreachable_code, clippy::empty_loop)]
        if false {
            loop {}
            #mentions
        }
        #label: #body
    }))
}

/// The same for an async function, as one future.
///
/// ```text
/// // Output:
/// async move {
///     if false { let hint: Ret = loop {}; return hint; let _ = &b; let _ = &a; }
///     '__dragonfly_body: { body }
/// }
/// ```
///
/// The hint tells inference the type of the block. `!` cannot be spelled there, so a function that
/// never returns becomes a future of an empty type.
fn async_body(library: &Library, function: &Function, bindings: &[Binding]) -> TokenStream {
    let output = if function.never_returns() {
        quote_spanned!(Span::mixed_site()=> #library::__private::Infallible)
    } else {
        output(function)
    };
    let mentions = mentions(bindings);
    let body = &function.body;
    let label = label(function);
    quote_spanned!(Span::mixed_site()=> async move {
        #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::empty_loop)]
        if false {
            let __dragonfly_hint: #output = loop {};
            return __dragonfly_hint;
            #mentions
        }
        #label: #body
    })
}

type Binding = (Vec<Attribute>, Ident);

/// Mentions of the arguments, last first, to stand where no path leads: the body owns what it
/// mentions, while an argument that is used nowhere else still counts as unused.
fn mentions(bindings: &[Binding]) -> TokenStream {
    let mentions = bindings.iter().rev().map(
        |(conditions, name)| quote_spanned!(Span::mixed_site()=> #(#conditions)* let _ = &#name;),
    );
    quote_spanned!(Span::mixed_site()=> #(#mentions)*)
}

fn output(function: &Function) -> TokenStream {
    function
        .inferable_output()
        .unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> ()))
}

fn label(function: &Function) -> Lifetime {
    Lifetime::new("'__dragonfly_body", function.body.span_open())
}

/// The static description of the annotated function, built where an `Err` is on its way already.
///
/// ```text
/// // Output:
/// fn __dragonfly_here() -> &'static str { ::dragonfly::__private::name_of(__dragonfly_here) }
/// static __DRAGONFLY_SITE: ::dragonfly::__private::Site = ::dragonfly::__private::Site { .. };
/// ```
///
/// The nested function is what knows its own full path, type and trait included.
fn site(library: &Library, function: &Function) -> TokenStream {
    let name = function.signature.ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let (line, column) = line_and_column(function.signature.ident.span());
    quote_spanned! {Span::mixed_site()=>
        fn __dragonfly_here() -> &'static str {
            #library::__private::name_of(__dragonfly_here)
        }
        static __DRAGONFLY_SITE: #library::__private::Site = #library::__private::Site {
            function: #name,
            path: __dragonfly_here,
            module: #library::__private::module_path!(),
            file: #library::__private::file!(),
            line: #line,
            column: #column,
            package: #library::__private::package!(),
        };
    }
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
