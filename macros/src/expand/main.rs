//! `#[dragonfly::main]` and `dragonfly::init!`.

use super::body::{async_body, sync_body};
use super::{site, tail, trace};
use crate::args::{Flavor, Library, MainArgs, TraceArgs};
use crate::check::{self, Runtime, is_launch, is_test};
use crate::diag;
use crate::item::{Function, is_runtime_attribute};
use crate::mark::{AsyncBlocks, Exits, mark, regrouped};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;
use syn::{Attribute, Meta};

/// The attribute: on a mistake a `main` that still compiles, and the error beside it.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let (args, wrong_args) = MainArgs::read(args);
    let mut function = match syn::parse2(item.clone())
        .and_then(|shape| check::function("dragonfly::main", shape))
    {
        Ok(function) => function,
        Err(error) => return diag::beside(&item, &error),
    };
    if !function.signature.generics.params.is_empty() {
        return item; // the compiler's own E0131 says it all
    }
    let runtime = runtime_of(&function);
    let (traced, wrong_trace) = traced(&args.library, &mut function);
    let errors = check::main(&function, &args, runtime)
        .err()
        .into_iter()
        .chain(wrong_args)
        .chain(wrong_trace);
    match diag::combine(errors) {
        None => expand(&args, traced.as_ref(), function, runtime),
        Some(error) => diag::beside(&placeholder(&function), &error),
    }
}

/// `dragonfly::init!(..)`: the guard that the attribute would have held.
pub(crate) fn init(args: TokenStream) -> TokenStream {
    let (args, wrong_args) = MainArgs::read(args);
    let runtime = args.of_the_runtime().map(|(name, at)| {
        let message = format!("`{name}` needs `#[dragonfly::main]` on an `async fn main`");
        syn::Error::new(at, message)
    });
    match diag::combine(wrong_args.into_iter().chain(runtime)) {
        None => start(&args),
        Some(error) => diag::alone(&error),
    }
}

fn runtime_of(function: &Function) -> Runtime {
    if function.attributes.iter().any(is_runtime_attribute) {
        Runtime::Theirs
    } else if function.signature.asyncness.is_some() {
        Runtime::Ours
    } else {
        Runtime::None
    }
}

/// Takes `#[trace]` off: what is around `main` runs before Sentry is there.
fn traced(library: &Library, function: &mut Function) -> (Option<TraceArgs>, Option<syn::Error>) {
    let is_trace = |attribute: &Attribute| library.has(attribute.path(), "trace");
    let Some(place) = function.attributes.iter().position(is_trace) else {
        return (None, None);
    };
    let attribute = function.attributes.remove(place);
    let args = match attribute.meta {
        Meta::List(list) => list.tokens,
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    };
    let (args, wrong) = TraceArgs::read(args);
    (Some(args), wrong)
}

/// ```text
/// // Input:
/// fn main() -> anyhow::Result<()> { body }
/// // Output:
/// fn main() -> anyhow::Result<()> {
///     let __dragonfly_guard = ::dragonfly::__private::start(::dragonfly::__private::options!());
///     #[allow(clippy::result_large_err)]
///     let __dragonfly_result = ::dragonfly::__private::call(move || -> anyhow::Result<()> { body });
///     // an `Err` is reported here
///     __dragonfly_result
/// }
/// ```
///
/// An async body goes to `block_on`; under another runtime's attribute it stays an `async fn main`
/// inside this one, with that attribute on it, so that Sentry is bound before the runtime's threads start.
///
/// A span is entered around all of it. The future of an async `main` is polled on this thread, too.
fn expand(
    args: &MainArgs,
    traced: Option<&TraceArgs>,
    mut function: Function,
    runtime: Runtime,
) -> TokenStream {
    let library = &args.library;
    let start = start(args);
    let reports = !function.never_returns();
    let exits = if reports {
        Exits::Noted
    } else {
        Exits::Unmarked
    };
    let blocks = match runtime {
        Runtime::None => AsyncBlocks::Waited,
        Runtime::Ours | Runtime::Theirs => AsyncBlocks::Apart,
    };
    let marked = mark(&function.body, library, blocks, &exits);
    function.body = marked.body;
    let exit = marked
        .tries
        .then(|| quote_spanned!(Span::mixed_site()=> use #library::__private::Exit as _;));
    let result = match runtime {
        Runtime::None => sync_body(library, &function, &[]),
        Runtime::Ours => {
            let body = async_body(library, &function, &[], &TokenStream::new());
            let settings = runtime_settings(args);
            let run = quote_spanned!(Span::mixed_site()=> #library::__private::block_on(#settings, #body));
            if function.never_returns() {
                quote_spanned!(Span::mixed_site()=> match #run {})
            } else {
                run
            }
        }
        Runtime::Theirs => {
            let (theirs, ours) = function
                .attributes
                .drain(..)
                .partition(is_runtime_attribute);
            function.attributes = ours;
            let theirs: Vec<Attribute> = theirs;
            let Function {
                signature, body, ..
            } = &function;
            let name = &signature.ident;
            quote_spanned!(Span::mixed_site()=> {
                #(#theirs)*
                #signature #body
                #name()
            })
        }
    };
    let report = reports.then(|| report(args));
    let begin = traced.map(|traced| trace::begin(traced, "enter"));
    let end = begin.as_ref().map(|_| trace::end(library));
    let site = site(library, &function, &tail(marked.tail.as_ref()));
    function.signature.asyncness = None;
    let Function {
        attributes,
        visibility,
        signature,
        body,
        ..
    } = &function;
    let statements = if report.is_some() {
        quote_spanned! {Span::mixed_site()=>
            #site
            #exit
            let __dragonfly_guard = #start;
            #begin
            #[allow(clippy::result_large_err)]
            let __dragonfly_result = #result;
            #report
            #end
            __dragonfly_result
        }
    } else {
        let site = begin.as_ref().map(|_| &site);
        quote_spanned! {Span::mixed_site()=>
            #site
            let __dragonfly_guard = #start;
            #begin
            #result
        }
    };
    let braces = regrouped(body, statements);
    quote_spanned! {Span::mixed_site()=>
        #(#attributes)*
        #visibility #signature #braces
    }
}

/// ```text
/// // Output:
/// if let Some(__dragonfly_error) = (&&::dragonfly::__private::Outcome(&__dragonfly_result)).__dragonfly_error() { .. }
/// ```
///
/// Any type may come out of a `main`; those that are no `Result` have no error to report.
fn report(args: &MainArgs) -> TokenStream {
    let library = &args.library;
    quote_spanned! {Span::mixed_site()=>
        {
            use #library::__private::{MainError as _, View as _};
            if let #library::__private::Some(__dragonfly_error) =
                (&&#library::__private::Outcome(&__dragonfly_result)).__dragonfly_error()
            {
                #library::__private::report_from_main(
                    &__DRAGONFLY_SITE,
                    (&&&&&&&#library::__private::Probe(__dragonfly_error)).__dragonfly_view(),
                );
            }
        }
    }
}

/// ```text
/// // Input:
/// #[dragonfly::main(environment = "staging", shutdown_timeout = 5)]
/// // Output:
/// ::dragonfly::__private::start(
///     ::dragonfly::__private::options!().environment("staging").shutdown_timeout(5),
/// )
/// ```
fn start(args: &MainArgs) -> TokenStream {
    let library = &args.library;
    let options = args.options.iter().map(|argument| {
        let (key, value) = (&argument.key, &argument.value);
        match argument.as_text().as_deref() {
            Some("ci") if key == "release_from" => {
                quote_spanned!(value.span()=> .release_from_ci(#library::__private::built_from!()))
            }
            Some(_) if key == "release_from" => {
                quote_spanned!(value.span()=> .release_from_package())
            }
            _ => quote_spanned!(value.span()=> .#key(#value)),
        }
    });
    quote_spanned!(Span::mixed_site()=> #library::__private::start(#library::__private::options!()#(#options)*))
}

fn runtime_settings(args: &MainArgs) -> TokenStream {
    let library = &args.library;
    let flavor = match args.flavor {
        Some((Flavor::CurrentThread, _)) => quote_spanned!(Span::mixed_site()=> .current_thread()),
        Some((Flavor::MultiThread, _)) | None => TokenStream::new(),
    };
    let threads = args.worker_threads.as_ref().map(|argument| {
        let value = &argument.value;
        quote_spanned!(value.span()=> .worker_threads(#value))
    });
    quote_spanned!(Span::mixed_site()=> #library::__private::Runtime::new()#flavor #threads)
}

/// A `main` without parameters, `async` or a body's demands, so that the mistake stays the only error.
fn placeholder(function: &Function) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        ..
    } = function;
    let is_theirs = |attribute: &Attribute| {
        let path = attribute.path();
        is_runtime_attribute(attribute) || is_test(path) || is_launch(path)
    };
    let attributes = attributes.iter().filter(|attribute| !is_theirs(attribute));
    let name = &signature.ident;
    quote_spanned! {Span::mixed_site()=>
        #(#attributes)*
        #visibility fn #name() {}
    }
}
