//! `#[trace]` on a function.

use super::body::{
    Body, arguments_at, async_body, future_body, located_at, output, unread, with_statements,
};
use super::recorded::{Keeper, Recorded};
use super::{expanded, function, site};
use crate::args::{Library, TraceArgs};
use crate::binding::Binding;
use crate::check;
use crate::future::Future;
use crate::item::Function;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};

/// The attribute on a function.
pub(crate) fn attribute(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let (read, wrong_args) = TraceArgs::read(args.clone());
    let function = function("trace", item, check::traceable);
    expanded(item, function, wrong_args, |function| {
        // what expands first is within what expands later: a run that is told of belongs to its trace
        let [report, monitor] = ["report_errors", "monitor"].map(|name| place_of(name, &function));
        match report.max(monitor) {
            Some(place) => below("trace", &function, place, &read.library, args),
            None => expand(&read, function),
        }
    })
}

/// Where an attribute of ours stands below this one.
pub(super) fn place_of(name: &str, function: &Function) -> Option<usize> {
    function.attributes.iter().position(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident == name)
    })
}

/// Goes below `#[report_errors]`, which looks for `?` in the body as it was written; what is around
/// the body then is the same in either order.
pub(super) fn below(
    attribute: &str,
    function: &Function,
    place: usize,
    library: &Library,
    args: &TokenStream,
) -> TokenStream {
    let Function {
        attributes,
        visibility,
        defaultness,
        signature,
        body,
    } = function;
    let (above, others) = attributes.split_at(place + 1);
    let name = Ident::new(attribute, Span::mixed_site());
    let own = quote_spanned!(Span::mixed_site()=> #library::#name);
    quote_spanned! {Span::mixed_site()=>
        #(#above)* #[#own(#args)] #(#others)*
        #visibility #defaultness #signature #body
    }
}

/// ```text
/// // Input:
/// #[trace(name = "load {path}")]
/// fn load(path: &str) -> io::Result<Config> { body }
/// // Output:
/// fn load(path: &str) -> io::Result<Config> {
///     static __DRAGONFLY_SITE: ::dragonfly::__private::Site = ..;
///     let __dragonfly_span = ::dragonfly::__private::Span::enter(&__DRAGONFLY_SITE, "function", &|..| ..);
///     let __dragonfly_result = ::dragonfly::__private::call(move || -> io::Result<Config> { body });
///     __dragonfly_span.end((&&::dragonfly::__private::Outcome(&__dragonfly_result)).__dragonfly_error().is_some());
///     __dragonfly_result
/// }
/// // or of a future:
///     let __dragonfly_span = ::dragonfly::__private::Span::begin(..);
///     let __dragonfly_result = ::dragonfly::__private::traced::<io::Result<Config>, _, _, _, _>(
///         __dragonfly_span, async move { body }, |__dragonfly_result: &_| ..,
///     ).await;
/// ```
fn expand(args: &TraceArgs, mut function: Function) -> TokenStream {
    let library = &args.library;
    let recorded = recorded(args);
    let body = Body::of(&function);
    let asynchronous = body.asynchronous();
    let begin = match body {
        Body::Async => begin(args, "begin"),
        _ => begin(args, "enter"),
    };
    let mut bindings = function.name_parameters();
    for binding in &mut bindings {
        binding.used |= recorded.records(&binding.name);
    }
    let statements = statements(library, body, &mut function, &bindings);
    let site = site(library, &function, &asynchronous);
    let statements = quote_spanned! {Span::mixed_site()=>
        #site
        #[allow(unused_imports)]
        use #library::__private::MainError as _;
        #begin
        #statements
    };
    with_statements(&function, statements)
}

fn recorded(args: &TraceArgs) -> Recorded<'_> {
    Recorded {
        library: &args.library,
        message: args.name.as_ref(),
        fields: &args.fields,
        tags: &[],
    }
}

/// Begins the span, before the body can consume what is recorded; that is looked at only if somebody
/// wants to know.
pub(super) fn begin(args: &TraceArgs, how: &str) -> TokenStream {
    let library = &args.library;
    let recorded = recorded(args);
    let how = Ident::new(how, Span::mixed_site());
    let op = match &args.op {
        Some(op) => op.to_token_stream(),
        None => quote_spanned!(Span::mixed_site()=> "function"),
    };
    let (kept, told) = (recorded.kept(Keeper::Call), recorded.told());
    let tell = if told.is_empty() {
        quote_spanned!(Span::mixed_site()=> &|_| {})
    } else {
        quote_spanned! {Span::mixed_site()=>
            &|__dragonfly_details| {
                #[allow(unused_imports)]
                use #library::__private::{FieldText as _, FieldValue as _};
                #kept
                #told
            }
        }
    };
    quote_spanned! {Span::mixed_site()=>
        let __dragonfly_span = #library::__private::Span::#how(&__DRAGONFLY_SITE, #op, #tell);
    }
}

/// Ends the span by `__dragonfly_result`.
pub(super) fn end(library: &Library) -> TokenStream {
    let failed = failed(library);
    quote_spanned! {Span::mixed_site()=>
        {
            #[allow(unused_imports)]
            use #library::__private::MainError as _;
            let __dragonfly_outcome = &__dragonfly_result;
            __dragonfly_span.end(#failed);
        }
    }
}

/// Whether `__dragonfly_outcome` is an error; of any other type it is none.
fn failed(library: &Library) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        (&&#library::__private::Outcome(__dragonfly_outcome)).__dragonfly_error().is_some()
    }
}

/// Runs the body, and ends the span by what came out of it.
fn statements(
    library: &Library,
    body: Body,
    function: &mut Function,
    bindings: &[Binding],
) -> TokenStream {
    let (failed, end) = (failed(library), end(library));
    let traced = |output: &TokenStream, block: &TokenStream| {
        quote_spanned! {Span::mixed_site()=>
            #library::__private::traced::<#output, _, _, _, _>(
                __dragonfly_span,
                #block,
                |__dragonfly_outcome: &_| #failed,
            )
        }
    };
    let never = function.never_returns();
    match body {
        // what never returns has nothing to tell
        Body::Closure | Body::InPlace if never => {
            let body = &function.body;
            quote_spanned!(Span::mixed_site()=> let _ = &__dragonfly_span; #body)
        }
        Body::InPlace | Body::Closure => {
            let result = body.result(library, function, bindings);
            quote_spanned!(Span::mixed_site()=> #result #end __dragonfly_result)
        }
        Body::Async => {
            let unread = unread(function, bindings);
            let rebound = function.rebind();
            let block = async_body(library, function, bindings, &rebound);
            let output = if never {
                quote_spanned!(Span::mixed_site()=> #library::__private::Infallible)
            } else {
                output(function)
            };
            let traced = traced(&output, &block);
            if never {
                return quote_spanned!(Span::mixed_site()=> match #traced.await {});
            }
            quote_spanned! {Span::mixed_site()=>
                #[allow(#unread clippy::result_large_err, clippy::large_stack_frames)]
                let __dragonfly_result = #traced.await;
                __dragonfly_result
            }
        }
        Body::Future(future) => future_of(library, &future, function, bindings, &traced, &failed),
    }
}

/// Makes the future, which is the span's work.
fn future_of(
    library: &Library,
    future: &Future,
    function: &Function,
    bindings: &[Binding],
    traced: &impl Fn(&TokenStream, &TokenStream) -> TokenStream,
    failed: &TokenStream,
) -> TokenStream {
    let (output, returned) = (future.output(), function.returned());
    let wrap = |block: TokenStream| traced(&output, &block);
    let rebox = |body| {
        let made = quote_spanned!(Span::mixed_site()=> __dragonfly_future);
        let retrace = quote_spanned!(Span::mixed_site()=> #library::__private::Retrace::retrace);
        let (made, retrace) = (located_at(returned, made), located_at(returned, retrace));
        let arguments = quote_spanned!(Span::mixed_site()=> #made, __dragonfly_span, |__dragonfly_outcome: &_| #failed);
        let arguments = arguments_at(returned, arguments);
        quote_spanned! {Span::mixed_site()=>
            let #made = #body;
            #retrace #arguments
        }
    };
    future_body(library, (future, function), bindings, wrap, rebox)
}
