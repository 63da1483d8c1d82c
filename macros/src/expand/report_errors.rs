//! `#[report_errors]` on a function.

use super::{async_body, site, sync_body, tail};
use crate::args::{Field, Ignored, Library, ReportArgs, Show, Trace};
use crate::future::{self, Kind};
use crate::item::{Binding, Function, Shape};
use crate::mark::{AsyncBlocks, Exits, mark};
use crate::{check, diag};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ReturnType;
use syn::spanned::Spanned as _;

/// The attribute: reads, checks, expands; on a mistake the item as it was, and the error beside it.
pub(crate) fn attribute(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let (read, wrong_args) = ReportArgs::read(args.clone());
    let shape = syn::parse2::<Shape>(item.clone());
    let function = match (shape, &wrong_args) {
        (Ok(Shape::Items(_, _, braces)), None) if read.skip.is_none() => {
            return super::items::annotate(item, &braces, &read.library, args);
        }
        (Ok(Shape::Items(..)), _) => Ok(None),
        (shape, _) => shape
            .and_then(|shape| check::function("report_errors", shape))
            .map(Some),
    };
    if read.skip.is_some() && wrong_args.is_none() {
        return item.clone();
    }
    let function = function.and_then(|function| match function {
        Some(function) => check::fallible(&function).map(|()| Some(function)),
        None => Ok(None),
    });
    match (function, wrong_args) {
        (Ok(Some(function)), None) => expand(&read, function),
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
    let report = Report { args, library };
    let future = match function.signature.asyncness {
        Some(_) => None,
        None => future::returned(&function.signature.output),
    };
    let keeps_caller = function.signature.asyncness.is_none()
        && future.is_none()
        && function
            .attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("track_caller"));
    let blocks = match future {
        Some(_) => AsyncBlocks::Within,
        None => AsyncBlocks::Apart,
    };
    let exits = if keeps_caller {
        Exits::Report(report.of_error())
    } else if args.trace == Trace::Off {
        Exits::Unmarked
    } else {
        Exits::Marked
    };
    let marked = mark(&function.body, library, blocks, &exits);
    function.body = marked.body;
    let mut bindings = if keeps_caller {
        Vec::new()
    } else {
        function.name_parameters()
    };
    for binding in &mut bindings {
        binding.used |= report.records(&binding.name);
    }
    let rebound = match function.signature.asyncness {
        Some(_) => function.rebind_references(),
        None => TokenStream::new(),
    };
    let returned = match &function.signature.output {
        ReturnType::Default => function.signature.ident.span(),
        ReturnType::Type(_, output) => output.span(),
    };
    let statements = match future {
        Some(future) => report.future(&future, &mut function, &bindings, returned),
        None => report.result(&function, &bindings, &rebound, returned, keeps_caller),
    };
    let more = [tail(marked.tail), report.of_site()].into_iter().collect();
    let site = site(library, &function, &more);
    let exit = marked.tries.then(|| {
        let name = Ident::new(
            if keeps_caller { "Inspect" } else { "Exit" },
            Span::mixed_site(),
        );
        quote_spanned!(Span::mixed_site()=> use #library::__private::#name as _;)
    });
    let kept = report.kept();
    let statements = quote_spanned! {Span::mixed_site()=>
        #site
        #exit
        use #library::__private::View as _;
        #kept
        #statements
    };
    let Function {
        attributes,
        visibility,
        defaultness,
        signature,
        body,
    } = &function;
    let mut braces = Group::new(Delimiter::Brace, statements);
    braces.set_span(body.span());
    quote_spanned! {Span::mixed_site()=>
        #(#attributes)*
        #visibility #defaultness #signature #braces
    }
}

/// What happens to an error.
struct Report<'a> {
    args: &'a ReportArgs,
    library: &'a Library,
}

impl Report<'_> {
    /// Runs the body, and looks at what it returns.
    fn result(
        &self,
        function: &Function,
        bindings: &[Binding],
        rebound: &TokenStream,
        returned: Span,
        keeps_caller: bool,
    ) -> TokenStream {
        let library = self.library;
        let result = if function.signature.asyncness.is_some() {
            let body = async_body(library, function, bindings, rebound);
            quote_spanned!(Span::mixed_site()=> #body.await)
        } else if keeps_caller {
            let body = &function.body;
            let label = super::label(function);
            // a closure would lose the caller's location, so each exit in the body reports by itself
            quote_spanned!(Span::mixed_site()=> #label #body)
        } else {
            sync_body(library, function, bindings)
        };
        let typed = keeps_caller.then(|| {
            let output = super::output(function);
            quote_spanned!(Span::mixed_site()=> : #output)
        });
        // an argument that a closure owns counts as never read if it is only assigned to, or not used;
        // of a function's own arguments the compiler says no such thing
        let unread =
            |binding: &Binding| !binding.used && !names(function.body.stream(), &binding.name);
        let assigned = (function.has_mutable_parameter() || bindings.iter().any(unread))
            .then(|| quote_spanned!(Span::mixed_site()=> #[allow(unused_assignments)]));
        let looked = self.look(
            &quote_spanned!(Span::mixed_site()=> &__dragonfly_result),
            returned,
        );
        quote_spanned! {Span::mixed_site()=>
            #assigned
            let __dragonfly_result #typed = #result;
            #looked
            __dragonfly_result
        }
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
    fn future(
        &self,
        future: &future::Future,
        function: &mut Function,
        bindings: &[Binding],
        returned: Span,
    ) -> TokenStream {
        let library = self.library;
        let looked = self.look(
            &quote_spanned!(Span::mixed_site()=> __dragonfly_result),
            returned,
        );
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
        let (rebox, made) = (located_at(returned, rebox), located_at(returned, made));
        quote_spanned! {Span::mixed_site()=>
            let #made = #body;
            #rebox(#made, #watch)
        }
    }

    /// Reports the error of a result, if it is one.
    fn look(&self, result: &TokenStream, returned: Span) -> TokenStream {
        let library = self.library;
        let checked = located_at(
            returned,
            quote_spanned!(Span::mixed_site()=> #library::__private::Fallible::error(#result)),
        );
        let report = self.of_error();
        quote_spanned! {Span::mixed_site()=>
            if let #library::__private::Some(__dragonfly_error) = #checked {
                #report
            }
        }
    }

    /// Reports `__dragonfly_error`.
    ///
    /// ```text
    /// // Output:
    /// if !::dragonfly::__private::is_expected(|| ..) {
    ///     ::dragonfly::__private::report_with(&__DRAGONFLY_SITE, view, |__dragonfly_details| { .. });
    /// }
    /// ```
    fn of_error(&self) -> TokenStream {
        let library = self.library;
        let view = quote_spanned!(Span::mixed_site()=>
            (&&&&&&#library::__private::Probe(__dragonfly_error)).__dragonfly_view()
        );
        let told = self.told();
        let report = if told.is_empty() {
            quote_spanned!(Span::mixed_site()=> #library::__private::report(&__DRAGONFLY_SITE, #view);)
        } else {
            quote_spanned! {Span::mixed_site()=>
                #library::__private::report_with(&__DRAGONFLY_SITE, #view, |__dragonfly_details| {
                    use #library::__private::{FieldText as _, FieldValue as _};
                    #told
                });
            }
        };
        if self.args.ignored.is_empty() {
            return report;
        }
        let asked = self.args.ignored.iter().map(|ignored| match ignored {
            Ignored::Pattern(pattern, guard) => {
                let guard = guard.as_ref().map(|guard| quote!(if #guard));
                quote_spanned! {Span::mixed_site()=>
                    (&&&#library::__private::Expected(__dragonfly_error)).__dragonfly_matches(
                        #[allow(unreachable_patterns, clippy::all, clippy::pedantic, clippy::restriction)]
                        |__dragonfly_error: &_| match __dragonfly_error {
                            #pattern #guard => true,
                            _ => false,
                        }
                    )
                }
            }
            Ignored::Predicate(path) => quote_spanned! {Span::mixed_site()=>
                (&&&#library::__private::Predicate(__dragonfly_error, #path)).__dragonfly_holds()
            },
        });
        quote_spanned! {Span::mixed_site()=>
            use #library::__private::{
                ExpectedInside as _, ExpectedItself as _, PredicateInside as _, PredicateItself as _,
            };
            if !#library::__private::is_expected(|| #(#asked)||*) {
                #report
            }
        }
    }

    /// Keeps the values that are to be told, before the body can consume them.
    ///
    /// ```text
    /// // Output:
    /// let __dragonfly_field_0 = (&&Keep(&(items.len()))).__dragonfly_keep(|value, f| (&&Show(value)).__dragonfly_show(f));
    /// ```
    fn kept(&self) -> TokenStream {
        let library = self.library;
        let kept = self.values().map(|(name, field)| {
            let (value, at) = (&field.value, field.value.span());
            let show = match &field.show {
                Show::Best => quote_spanned! {Span::mixed_site().located_at(at)=>
                    (&&#library::__private::Show(__dragonfly_value)).__dragonfly_show(__dragonfly_formatter)
                },
                Show::As(format) => quote_spanned! {Span::mixed_site().located_at(at)=>
                    __dragonfly_formatter.write_fmt(#library::__private::format_args!(#format, __dragonfly_value))
                },
            };
            quote_spanned! {Span::mixed_site().located_at(at)=>
                let #name = (&&#library::__private::Keep(&(#value))).__dragonfly_keep(
                    |__dragonfly_value, __dragonfly_formatter| #show,
                );
            }
        });
        let mut kept = kept.peekable();
        if kept.peek().is_none() {
            return TokenStream::new();
        }
        quote_spanned! {Span::mixed_site()=>
            #[allow(unused_imports)]
            use #library::__private::{KeepCopy as _, KeepText as _, ShowDebug as _, ShowDisplay as _};
            #(#kept)*
        }
    }

    fn values(&self) -> impl Iterator<Item = (Ident, &Field)> {
        let named = |kind: &'static str| {
            move |(index, field)| {
                (
                    format_ident!("__dragonfly_{kind}_{index}", span = Span::mixed_site()),
                    field,
                )
            }
        };
        let message = self.args.message.iter().flat_map(|message| &message.values);
        let fields = self.args.fields.iter().enumerate().map(named("field"));
        let tags = self.args.tags.iter().enumerate().map(named("tag"));
        message
            .enumerate()
            .map(named("message"))
            .chain(fields)
            .chain(tags)
    }

    fn records(&self, name: &Ident) -> bool {
        self.values()
            .any(|(_, field)| names(field.value.to_token_stream(), name))
    }

    /// What is told of a call that failed.
    fn told(&self) -> TokenStream {
        let library = self.library;
        let names: Vec<(Ident, &Field)> = self.values().collect();
        let (messages, rest) = names.split_at(
            self.args
                .message
                .as_ref()
                .map_or(0, |message| message.values.len()),
        );
        let (fields, tags) = rest.split_at(self.args.fields.len());
        let message = self.args.message.as_ref().map(|message| {
            let format = &message.format;
            let values = messages.iter().map(|(name, _)| name);
            quote_spanned! {Span::mixed_site()=>
                __dragonfly_details.message(#library::__private::format_args!(#format #(, #values)*));
            }
        });
        let fields = fields.iter().map(|(name, field)| {
            let key = &field.name;
            if let Show::As(_) = field.show {
                return quote_spanned!(Span::mixed_site()=> __dragonfly_details.text(#key, &#name););
            }
            quote_spanned! {Span::mixed_site()=>
                __dragonfly_details.field(#key, (&&#library::__private::Field(&#name)).__dragonfly_value());
            }
        });
        let tags = tags.iter().map(|(name, field)| {
            let key = &field.name;
            quote_spanned!(Span::mixed_site()=> __dragonfly_details.tag(#key, &#name);)
        });
        quote_spanned!(Span::mixed_site()=> #message #(#fields)* #(#tags)*)
    }

    /// What the site says beyond its place.
    fn of_site(&self) -> TokenStream {
        let library = self.library;
        let level = self.args.level.as_ref().map(
            |level| quote_spanned!(Span::mixed_site()=> .level(#library::__private::Level::#level)),
        );
        let handled = self
            .args
            .handled
            .as_ref()
            .map(|handled| quote_spanned!(Span::mixed_site()=> .handled(#handled)));
        let parts = &self.args.fingerprint;
        let fingerprint = (!parts.is_empty())
            .then(|| quote_spanned!(Span::mixed_site()=> .fingerprint(&[#(#parts),*])));
        quote_spanned!(Span::mixed_site()=> #level #handled #fingerprint)
    }
}

fn names(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == *name,
        TokenTree::Group(group) => names(group.stream(), name),
        _ => false,
    })
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
