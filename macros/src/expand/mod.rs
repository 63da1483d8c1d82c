//! Writes the expansions. What arrives here has been read and checked, so nothing here can fail.

mod items;
pub(crate) mod main;
mod report;
pub(crate) mod report_errors;

use crate::args::Library;
use crate::binding::Binding;
use crate::item::Function;
use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::quote_spanned;
use syn::Lifetime;

/// Runs the body of a sync function where its `return` and `?` end only the body.
///
/// ```text
/// // Input:
/// { body }
/// // Output:
/// ::dragonfly::__private::call(move || -> Ret {
///     if false { loop {} let _ = &b; let _ = &a; }
///     { body }
/// })
/// ```
///
/// A `FnOnce` parameter keeps the closure from being inferred as `Fn`, so that arguments can be
/// returned; the dead mentions make it own the arguments in the order in which the plain function
/// drops them.
fn sync_body(library: &Library, function: &Function, bindings: &[Binding]) -> TokenStream {
    let output = output(function);
    let body = &function.body;
    if bindings.is_empty() {
        return quote_spanned!(Span::mixed_site()=> #library::__private::call(move || -> #output #body));
    }
    let mentions = mentions(bindings);
    let read = read(bindings);
    let label = label(function);
    let statements = quote_spanned! {Span::mixed_site()=>
        #[allow(unreachable_code, clippy::empty_loop, clippy::used_underscore_binding)]
        if false {
            loop {}
            #mentions
        }
        #read
        #label #body
    };
    let block = counted(body, statements);
    quote_spanned!(Span::mixed_site()=> #library::__private::call(move || -> #output #block))
}

/// The same for an async function, as one future.
///
/// ```text
/// // Output:
/// async move {
///     if false { return ::dragonfly::__private::never::<Ret>(); let _ = &b; let _ = &a; }
///     { body }
/// }
/// ```
///
/// The `return` tells inference the type of the block. `!` cannot be spelled there, so a function that
/// never returns becomes a future of an empty type.
fn async_body(
    library: &Library,
    function: &Function,
    bindings: &[Binding],
    rebound: &TokenStream,
) -> TokenStream {
    let output = if function.never_returns() {
        quote_spanned!(Span::mixed_site()=> #library::__private::Infallible)
    } else {
        output(function)
    };
    let mentions = mentions(bindings);
    let read = read(bindings);
    let body = &function.body;
    let label = label(function);
    let statements = quote_spanned! {Span::mixed_site()=>
        #[allow(
            unreachable_code,
            clippy::used_underscore_binding
        )]
        if false {
            return #library::__private::never::<#output>();
            #mentions
        }
        #read
        #rebound
        #label #body
    };
    let block = counted(body, statements);
    quote_spanned!(Span::mixed_site()=> async move #block)
}

/// Our statements in braces that count as those of the body: of a closure or an async block whose
/// braces an attribute wrote, coverage would count no line.
fn counted(body: &Group, statements: TokenStream) -> Group {
    let mut braces = Group::new(Delimiter::Brace, statements);
    braces.set_span(body.span());
    braces
}

/// Mentions of the arguments, last first, to stand where no path leads: the body owns what it
/// mentions, while an argument that is used nowhere else still counts as unused.
fn mentions(bindings: &[Binding]) -> TokenStream {
    bindings.iter().rev().map(mention).collect()
}

/// Mentions of what counts as used although the body may not name it: a receiver, and what is
/// recorded. The compiler would say of it that it is captured and never read.
fn read(bindings: &[Binding]) -> TokenStream {
    let used = bindings.iter().filter(|binding| binding.used);
    used.map(mention).collect()
}

fn mention(binding: &Binding) -> TokenStream {
    let Binding {
        conditions, name, ..
    } = binding;
    quote_spanned!(Span::mixed_site()=> #(#conditions)* let _ = &#name;)
}

fn output(function: &Function) -> TokenStream {
    function
        .inferable_output()
        .unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> ()))
}

/// A body on one line gets a label, as its braces would look needless inside ours.
fn label(function: &Function) -> Option<TokenStream> {
    let braces = function.body.span();
    let is_on_one_line = proc_macro::is_available() && {
        let braces = braces.unwrap();
        braces.start().line() == braces.end().line()
    };
    is_on_one_line.then(|| {
        let label = Lifetime::new("'__dragonfly_body", braces);
        quote_spanned!(Span::mixed_site()=> #label:)
    })
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
fn tail(tail: Option<Span>) -> TokenStream {
    match tail {
        Some(tail) => {
            let (line, column) = line_and_column(tail);
            quote_spanned!(Span::mixed_site()=> .tail(#line, #column))
        }
        None => TokenStream::new(),
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
