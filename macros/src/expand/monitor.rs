//! `#[monitor]` on a function.

use super::body::{Body, with_statements};
use super::trace::{below, end, place_of};
use super::{expanded, function};
use crate::args::MonitorArgs;
use crate::check;
use crate::item::Function;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The attribute on a function.
pub(crate) fn attribute(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let (read, wrong_args) = MonitorArgs::read(args.clone());
    let function = function("monitor", item, check::job);
    expanded(item, function, wrong_args, |function| {
        match place_of("report_errors", &function) {
            Some(place) => below("monitor", &function, place, &read.library, args),
            None => expand(&read, function),
        }
    })
}

/// ```text
/// // Input:
/// #[monitor(slug = "nightly")]
/// fn tidy_up() -> io::Result<()> { body }
/// // Output:
/// fn tidy_up() -> io::Result<()> {
///     static __DRAGONFLY_MONITOR: ::dragonfly::__private::Monitor = ::dragonfly::__private::Monitor::new("nightly");
///     let __dragonfly_span = ::dragonfly::__private::CheckIn::begin(&__DRAGONFLY_MONITOR);
///     let __dragonfly_result = ::dragonfly::__private::call(move || -> io::Result<()> { body });
///     __dragonfly_span.end((&&::dragonfly::__private::Outcome(&__dragonfly_result)).__dragonfly_error().is_some());
///     __dragonfly_result
/// }
/// ```
fn expand(args: &MonitorArgs, mut function: Function) -> TokenStream {
    let library = &args.library;
    let monitor = args.to_constant();
    let bindings = function.name_parameters();
    let end = end(library);
    let result = Body::of(&function).result(library, &mut function, &bindings);
    let statements = quote_spanned! {Span::mixed_site()=>
        static __DRAGONFLY_MONITOR: #library::__private::Monitor = #monitor;
        let __dragonfly_span = #library::__private::CheckIn::begin(&__DRAGONFLY_MONITOR);
        #result
        #end
        __dragonfly_result
    };
    with_statements(&function, statements)
}
