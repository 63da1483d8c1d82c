//! `#[report_errors]` on a function.

use super::body::{Body, arguments_at, future_body, located_at, with_statements};
use super::recorded::Keeper;
use super::report::{Floor, Report};
use super::{expanded, items, site, tail};
use crate::args::{Library, ReportArgs, Trace};
use crate::binding::Binding;
use crate::future::Future;
use crate::item::{Function, Shape};
use crate::mark::{AsyncBlocks, Exits, mark};
use crate::{check, diag};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

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
    expanded(item, function, wrong_args, |function| {
        expand(&read, function)
    })
}

/// ```text
/// // Input:
/// fn load(path: &str) -> io::Result<Config> { let text = read(path)?; parse(text) }
/// // Output:
/// fn load(path: &str) -> io::Result<Config> {
///     static __DRAGONFLY_SITE: ::dragonfly::__private::Site = ..;
///     use ::dragonfly::__private::{Exit as _, View as _};
///     #[allow(clippy::result_large_err, clippy::large_stack_frames)]
///     let __dragonfly_result = ::dragonfly::__private::call(move || -> io::Result<Config> {
///         let text = read(path).__dragonfly_at(&__DRAGONFLY_SITE)?;
///         parse(text)
///     });
///     if let Some(__dragonfly_error) = ::dragonfly::__private::Fallible::error(&__dragonfly_result) {
///         ::dragonfly::__private::report(
///             &__DRAGONFLY_SITE,
///             (&&&&&&&::dragonfly::__private::Probe(__dragonfly_error)).__dragonfly_view(),
///             ::dragonfly::__private::Floor::HERE,
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
    let report = Report {
        args,
        returned: function.returned(),
    };
    let body = Body::of(&function);
    let blocks = match body {
        Body::Future(_) => AsyncBlocks::Within,
        Body::Async => AsyncBlocks::of_async(&function.body),
        Body::Closure => AsyncBlocks::Waited,
        Body::InPlace => AsyncBlocks::Apart,
    };
    let exits = match (&body, args.trace) {
        (Body::InPlace, trace) => Exits::Reported(report.of_error(Floor::Laid), trace),
        (_, Trace::On) => Exits::Noted,
        (_, Trace::Off) => Exits::Unmarked,
    };
    let marked = mark(&function.body, library, blocks, &exits);
    function.body = marked.body;
    let statements = Statements {
        library,
        report: &report,
    };
    let asynchronous = body.asynchronous();
    let keeper = match body {
        Body::Future(_) => Keeper::Future,
        Body::Async | Body::Closure | Body::InPlace => Keeper::Call,
    };
    let statements = match body {
        Body::Future(future) => statements.future(&future, &mut function),
        body => statements.result(&body, &mut function),
    };
    let more = [tail(marked.tail.as_ref()), asynchronous, report.of_site()];
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
    let kept = report.recorded().kept(keeper);
    let statements = quote_spanned! {Span::mixed_site()=>
        #site
        #exit
        use #library::__private::View as _;
        #kept
        #statements
    };
    with_statements(&function, statements)
}

/// Writes what stands in the function now.
struct Statements<'a> {
    library: &'a Library,
    report: &'a Report<'a>,
}

impl Statements<'_> {
    /// Runs the body, and looks at what it returns.
    fn result(&self, body: &Body, function: &mut Function) -> TokenStream {
        let looked = self.look(
            &quote_spanned!(Span::mixed_site()=> &__dragonfly_result),
            Floor::Here,
        );
        let bindings = match body {
            Body::InPlace => Vec::new(),
            _ => self.bindings(function),
        };
        let result = body.result(self.library, function, &bindings);
        quote_spanned!(Span::mixed_site()=> #result #looked __dragonfly_result)
    }

    /// The names that the parameters bind; what is recorded counts as used.
    fn bindings(&self, function: &mut Function) -> Vec<Binding> {
        let mut bindings = function.name_parameters();
        for binding in &mut bindings {
            binding.used |= self.report.recorded().records(&binding.name);
        }
        bindings
    }

    /// Makes the future, and looks at what it resolves to.
    fn future(&self, future: &Future, function: &mut Function) -> TokenStream {
        let library = self.library;
        let bindings = self.bindings(function);
        let looked = self.look(
            &quote_spanned!(Span::mixed_site()=> __dragonfly_result),
            Floor::Laid,
        );
        let watch = quote_spanned!(Span::mixed_site()=> move |__dragonfly_result: &_, __dragonfly_floor| { #looked });
        let output = future.output();
        let wrap = |block| quote_spanned!(Span::mixed_site()=> #library::__private::watch::<#output, _, _>(#block, #watch));
        let rebox = |body| {
            let (rebox, made) = (
                quote_spanned!(Span::mixed_site()=> #library::__private::Rebox::rebox),
                quote_spanned!(Span::mixed_site()=> __dragonfly_future),
            );
            let (rebox, made) = (
                located_at(self.report.returned, rebox),
                located_at(self.report.returned, made),
            );
            let arguments = quote_spanned!(Span::mixed_site()=> #made, #watch);
            let arguments = arguments_at(self.report.returned, arguments);
            quote_spanned! {Span::mixed_site()=>
                let #made = #body;
                #rebox #arguments
            }
        };
        future_body(library, (future, &*function), &bindings, wrap, rebox)
    }

    /// Reports the error of a result, if it is one.
    fn look(&self, result: &TokenStream, floor: Floor) -> TokenStream {
        let library = self.library;
        let report = self.report.of_error(floor);
        if self.report.args.by_name {
            return quote_spanned! {Span::mixed_site()=>
                {
                    #[allow(unused_imports)]
                    use #library::__private::MainError as _;
                    if let #library::__private::Some(__dragonfly_error) =
                        (&&#library::__private::Outcome(#result)).__dragonfly_error()
                    {
                        #report
                    }
                }
            };
        }
        let checked = located_at(
            self.report.returned,
            quote_spanned!(Span::mixed_site()=> #library::__private::Fallible::error(#result)),
        );
        quote_spanned! {Span::mixed_site()=>
            if let #library::__private::Some(__dragonfly_error) = #checked {
                #report
            }
        }
    }
}
