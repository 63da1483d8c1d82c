//! The user's body, run where its `return` and `?` end only the body.

use crate::args::Library;
use crate::binding::Binding;
use crate::future::{self, Future, Kind};
use crate::item::{Function, names};
use crate::mark::regrouped;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{Attribute, Lifetime, Meta, MetaList};

/// How the body is run.
pub(super) enum Body {
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
    pub(super) fn of(function: &Function) -> Self {
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

    /// What the site of such a function says.
    pub(super) fn asynchronous(&self) -> TokenStream {
        match self {
            Self::Async | Self::Future(_) => {
                quote_spanned!(Span::mixed_site()=> .asynchronous())
            }
            Self::Closure | Self::InPlace => TokenStream::new(),
        }
    }

    /// Runs it, and binds what comes out of it.
    ///
    /// ```text
    /// // Output:
    /// #[allow(clippy::result_large_err, clippy::large_stack_frames)]
    /// let __dragonfly_result = ::dragonfly::__private::call(move || -> Ret { body });
    /// ```
    pub(super) fn result(
        &self,
        library: &Library,
        function: &mut Function,
        bindings: &[Binding],
    ) -> TokenStream {
        if let Self::InPlace = self {
            let (output, body) = (output(function), &function.body);
            // where the body never ends, what follows it would be unreachable
            return quote_spanned! {Span::mixed_site()=>
                let __dragonfly_result: #output =
                    if false { #library::__private::never::<#output>() } else #body;
            };
        }
        let unread = unread(function, bindings);
        let result = if let Self::Async = self {
            let rebound = function.rebind();
            let block = async_body(library, function, bindings, &rebound);
            quote_spanned!(Span::mixed_site()=> #block.await)
        } else {
            sync_body(library, function, bindings)
        };
        // that the error, or the frame, is large was said of the function
        quote_spanned! {Span::mixed_site()=>
            #[allow(#unread clippy::result_large_err, clippy::large_stack_frames)]
            let __dragonfly_result = #result;
        }
    }
}

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
pub(super) fn sync_body(
    library: &Library,
    function: &Function,
    bindings: &[Binding],
) -> TokenStream {
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
    let block = regrouped(body, statements);
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
pub(super) fn async_body(
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
    let block = regrouped(body, statements);
    quote_spanned!(Span::mixed_site()=> async move #block)
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

pub(super) fn output(function: &Function) -> TokenStream {
    function
        .inferable_output()
        .unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> ()))
}

const BODY: &str = "__dragonfly_body";

/// A body on one line gets a label, as its braces would look needless inside ours.
fn label(function: &Function) -> Option<TokenStream> {
    let braces = function.body.span();
    let is_on_one_line = proc_macro::is_available() && {
        let braces = braces.unwrap();
        braces.start().line() == braces.end().line()
    };
    is_on_one_line.then(|| {
        let label = Lifetime::new(&format!("'{BODY}"), braces);
        quote_spanned!(Span::mixed_site()=> #label:)
    })
}

/// What the compiler would say of arguments that a closure owns, and says of no function's: they count as
/// never read if they are only assigned to, or not used. Where that is allowed of an argument, the body may
/// name it all the same: under a `#[cfg]`, or to a macro that does nothing.
pub(super) fn unread(function: &Function, bindings: &[Binding]) -> Option<TokenStream> {
    let is_unread = |binding: &Binding| {
        !binding.used && !names(function.body.stream(), &binding.name.to_string())
    };
    let is_allowed = |attribute: &Attribute| {
        let tokens = attribute.to_token_stream();
        ["unused", "unused_variables"]
            .iter()
            .any(|lint| names(tokens.clone(), lint))
    };
    (function.has_mutable_parameter()
        || bindings.iter().any(is_unread)
        || function.attributes.iter().any(is_allowed))
    .then(|| quote_spanned!(Span::mixed_site()=> unused_assignments,))
}

/// Makes the future, which `wrap` looks at before it is boxed, and `rebox` in its box where that is not seen.
///
/// ```text
/// // Input:
/// fn load(&self) -> BoxFuture<'_, Result<(), E>> { Box::pin(async move { body }) }
/// // Output:
/// { Box::pin(::dragonfly::__private::watch::<Result<(), E>, _, _>(async move { body }, |r| ..)) }
/// ```
pub(super) fn future_body(
    library: &Library,
    (future, function): (&Future, &Function),
    bindings: &[Binding],
    wrap: impl Fn(TokenStream) -> TokenStream,
    rebox: impl Fn(TokenStream) -> TokenStream,
) -> TokenStream {
    if future.kind == Kind::Opaque {
        return wrap(sync_body(library, function, bindings));
    }
    let boxed = future
        .output
        .as_ref()
        .and_then(|_| future::wrap_boxed(&function.body, wrap));
    if let Some(body) = boxed {
        // in the body that another attribute wrote there is one already
        let label = label(function).filter(|_| !names(body.stream(), BODY));
        return quote_spanned!(Span::mixed_site()=> #label #body);
    }
    rebox(sync_body(library, function, bindings))
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

/// Tokens that resolve as before while errors in them point elsewhere.
pub(super) fn located_at(place: Span, tokens: TokenStream) -> TokenStream {
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

/// The arguments of a call, for errors in the call as a whole to point elsewhere.
pub(super) fn arguments_at(place: Span, arguments: TokenStream) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, arguments);
    group.set_span(Span::mixed_site().located_at(place));
    group
}

/// The function with other statements in its body.
pub(super) fn with_statements(function: &Function, statements: TokenStream) -> TokenStream {
    let Function {
        attributes,
        visibility,
        defaultness,
        signature,
        body,
    } = function;
    let braces = regrouped(body, statements);
    let attributes = attributes.iter().map(without_expectation);
    quote_spanned! {Span::mixed_site()=>
        #(#attributes)*
        #visibility #defaultness #signature #braces
    }
}
