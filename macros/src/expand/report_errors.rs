//! `#[report_errors]` on a function.

use super::report::Report;
use super::{async_body, counted, items, label, output, site, sync_body, tail};
use crate::args::{Library, ReportArgs, Trace};
use crate::binding::Binding;
use crate::future::{self, Future, Kind};
use crate::item::{Function, Shape, names};
use crate::mark::{AsyncBlocks, Exits, mark};
use crate::{check, diag};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Meta, MetaList, ReturnType};

/// The attribute: reads, checks, expands; on a mistake the item as it was, and the error beside it.
pub(crate) fn attribute(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let (read, wrong_args) = ReportArgs::read(args.clone());
    let function = match syn::parse2(item.clone()) {
        Ok(Shape::Items(_, _, braces)) => {
            return match wrong_args {
                Some(error) => diag::beside(item, &error),
                None if read.skip => item.clone(),
                None => items::annotate(item, &braces, &read.library, args),
            };
        }
        shape => shape.and_then(|shape| check::function("report_errors", shape)),
    };
    if read.skip && wrong_args.is_none() {
        return item.clone();
    }
    let function = function.and_then(|function| check::fallible(&function).map(|()| function));
    match (function, wrong_args) {
        (Ok(function), None) => expand(&read, function),
        (function, wrong_args) => {
            let errors = function.err().into_iter().chain(wrong_args);
            diag::combine(errors).map_or(item.clone(), |error| diag::beside(item, &error))
        }
    }
}

/// ```text
/// // Input:
/// fn load(path: &str) -> io::Result<Config> { let text = read(path)?; parse(text) }
/// // Output:
/// fn load(path: &str) -> io::Result<Config> {
///     static __DRAGONFLY_SITE: ::dragonfly::__private::Site = ..;
///     use ::dragonfly::__private::{Exit as _, View as _};
///     #[allow(clippy::result_large_err)]
///     let __dragonfly_result = ::dragonfly::__private::call(move || -> io::Result<Config> {
///         let text = read(path).__dragonfly_at(&__DRAGONFLY_SITE)?;
///         parse(text)
///     });
///     if let Some(__dragonfly_error) = ::dragonfly::__private::Fallible::error(&__dragonfly_result) {
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
    let report = Report(args);
    let body = Body::of(&function);
    let blocks = match body {
        Body::Future(_) => AsyncBlocks::Within,
        _ => AsyncBlocks::Apart,
    };
    let exits = match (&body, args.trace) {
        (Body::InPlace, trace) => Exits::Reported(report.of_error(), trace),
        (_, Trace::On) => Exits::Noted,
        (_, Trace::Off) => Exits::Unmarked,
    };
    let marked = mark(&function.body, library, blocks, &exits);
    function.body = marked.body;
    let statements = Statements {
        library,
        report: &report,
        returned: match &function.signature.output {
            ReturnType::Default => function.signature.ident.span(),
            ReturnType::Type(_, output) => output.span(),
        },
    };
    let asynchronous = match body {
        Body::Async | Body::Future(_) => {
            quote_spanned!(Span::mixed_site()=> .asynchronous())
        }
        Body::Closure | Body::InPlace => TokenStream::new(),
    };
    let statements = match body {
        Body::Future(future) => statements.future(&future, &mut function),
        body => statements.result(&body, &mut function),
    };
    let more = [tail(marked.tail), asynchronous, report.of_site()];
    let more = more.into_iter().collect();
    let site = site(library, &function, &more);
    let exit = marked.tries.then(|| {
        let name = match exits {
            Exits::Reported(..) => "Inspect",
            _ => "Exit",
        };
        let name = Ident::new(name, Span::mixed_site());
        quote_spanned!(Span::mixed_site()=> use #library::__private::#name as _;)
    });
    let kept = report.kept();
    let Function {
        attributes,
        visibility,
        defaultness,
        signature,
        body,
    } = &function;
    let statements = quote_spanned! {Span::mixed_site()=>
        #site
        #exit
        use #library::__private::View as _;
        #kept
        #statements
    };
    let braces = counted(body, statements);
    let attributes = attributes.iter().map(without_expectation);
    quote_spanned! {Span::mixed_site()=>
        #(#attributes)*
        #visibility #defaultness #signature #braces
    }
}

/// `#[expect(clippy::..)]` becomes `#[allow(clippy::..)]`: some lints of clippy look away from what
/// an attribute wrote, and what was expected of the function as it was would be missed.
fn without_expectation(attribute: &Attribute) -> TokenStream {
    let is_clippys = |list: &MetaList| {
        let lints = list.tokens.clone().into_iter();
        let names = lints.filter(|token| matches!(token, TokenTree::Ident(_)));
        list.path.is_ident("expect") && names.take(1).any(|name| name.to_string() == "clippy")
    };
    match &attribute.meta {
        Meta::List(list) if is_clippys(list) => {
            let lints = &list.tokens;
            quote_spanned!(Span::mixed_site()=> #[allow(#lints)])
        }
        _ => attribute.to_token_stream(),
    }
}

/// How the body is run.
enum Body {
    /// In a closure, which its `return` and `?` end.
    Closure,
    /// In an async block.
    Async,
    /// Where it stands: `#[track_caller]` does not reach into a closure.
    InPlace,
    /// In a closure, to make a future.
    Future(Future),
}

impl Body {
    fn of(function: &Function) -> Self {
        let keeps_caller = |attribute: &Attribute| attribute.path().is_ident("track_caller");
        if function.signature.asyncness.is_some() {
            Self::Async
        } else if let Some(future) = future::returned(&function.signature.output) {
            Self::Future(future)
        } else if function.attributes.iter().any(keeps_caller) {
            Self::InPlace
        } else {
            Self::Closure
        }
    }
}

/// Writes what stands in the function now.
struct Statements<'a> {
    library: &'a Library,
    report: &'a Report<'a>,
    /// The return type, where the error for what cannot fail belongs.
    returned: Span,
}

impl Statements<'_> {
    /// Runs the body, and looks at what it returns.
    fn result(&self, body: &Body, function: &mut Function) -> TokenStream {
        let looked = self.look(&quote_spanned!(Span::mixed_site()=> &__dragonfly_result));
        if let Body::InPlace = body {
            let (output, label, body) = (output(function), label(function), &function.body);
            return quote_spanned! {Span::mixed_site()=>
                let __dragonfly_result: #output = #label #body;
                #looked
                __dragonfly_result
            };
        }
        // an argument that a closure owns counts as never read if it is only assigned to, or not used;
        // of a function's own arguments the compiler says no such thing; that the error is large was
        // said of the function
        let is_assigned = function.has_mutable_parameter();
        let bindings = self.bindings(function);
        let is_unread = |binding: &Binding| {
            !binding.used && !names(function.body.stream(), &binding.name.to_string())
        };
        let unread = (is_assigned || bindings.iter().any(is_unread))
            .then(|| quote_spanned!(Span::mixed_site()=> unused_assignments,));
        let result = if let Body::Async = body {
            let rebound = function.rebind_references();
            let body = async_body(self.library, function, &bindings, &rebound);
            quote_spanned!(Span::mixed_site()=> #body.await)
        } else {
            sync_body(self.library, function, &bindings)
        };
        quote_spanned! {Span::mixed_site()=>
            #[allow(#unread clippy::result_large_err)]
            let __dragonfly_result = #result;
            #looked
            __dragonfly_result
        }
    }

    /// The names that the parameters bind; what is recorded counts as used.
    fn bindings(&self, function: &mut Function) -> Vec<Binding> {
        let mut bindings = function.name_parameters();
        for binding in &mut bindings {
            binding.used |= self.report.records(&binding.name);
        }
        bindings
    }

    /// Makes the future, and looks at what it resolves to.
    ///
    /// ```text
    /// // Input:
    /// fn load(&self) -> BoxFuture<'_, Result<(), E>> { Box::pin(async move { body }) }
    /// // Output:
    /// fn load(&self) -> BoxFuture<'_, Result<(), E>> {
    ///     ::dragonfly::__private::call(move || -> BoxFuture<'_, Result<(), E>> {
    ///         Box::pin(::dragonfly::__private::watch::<Result<(), E>, _, _>(async move { body }, |r| ..))
    ///     })
    /// }
    /// ```
    fn future(&self, future: &Future, function: &mut Function) -> TokenStream {
        let library = self.library;
        let bindings = &self.bindings(function);
        let looked = self.look(&quote_spanned!(Span::mixed_site()=> __dragonfly_result));
        let watch = quote_spanned!(Span::mixed_site()=> move |__dragonfly_result: &_| { #looked });
        let output = future
            .output
            .clone()
            .unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> _));
        let wrap = |block| quote_spanned!(Span::mixed_site()=> #library::__private::watch::<#output, _, _>(#block, #watch));
        if future.kind == Kind::Opaque {
            return wrap(sync_body(library, function, bindings));
        }
        let boxed = future
            .output
            .as_ref()
            .and_then(|_| future::wrap_boxed(&function.body, wrap));
        if let Some(body) = boxed {
            function.body = body;
            return sync_body(library, function, bindings);
        }
        let body = sync_body(library, function, bindings);
        let (rebox, made) = (
            quote_spanned!(Span::mixed_site()=> #library::__private::Rebox::rebox),
            quote_spanned!(Span::mixed_site()=> __dragonfly_future),
        );
        let (rebox, made) = (
            located_at(self.returned, rebox),
            located_at(self.returned, made),
        );
        quote_spanned! {Span::mixed_site()=>
            let #made = #body;
            #rebox(#made, #watch)
        }
    }

    /// Reports the error of a result, if it is one.
    fn look(&self, result: &TokenStream) -> TokenStream {
        let library = self.library;
        let checked = located_at(
            self.returned,
            quote_spanned!(Span::mixed_site()=> #library::__private::Fallible::error(#result)),
        );
        let report = self.report.of_error();
        quote_spanned! {Span::mixed_site()=>
            if let #library::__private::Some(__dragonfly_error) = #checked {
                #report
            }
        }
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
