//! What the attributes refuse, said at the smallest wrong token.

use crate::args::MainArgs;
use crate::diag;
use crate::future;
use crate::item::{Function, Shape};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Path, ReturnType, Type};

/// The function under the attribute, or why there is none.
pub(crate) fn function(attribute: &str, shape: Shape) -> syn::Result<Function> {
    match shape {
        Shape::Function(function) => Ok(*function),
        Shape::Bodyless(semicolon) => Err(syn::Error::new(
            semicolon,
            "no body to wrap; put it on the implementation",
        )),
        Shape::Items(what, at, _) if attribute != "dragonfly::main" => {
            let message = format!(
                "`#[{attribute}]` can only be put on functions; this is {what}: put it on each function in it"
            );
            Err(syn::Error::new(at, message))
        }
        Shape::Items(what, at, _) | Shape::Other(what, at) => {
            let places = match attribute {
                "report_errors" => "functions, `impl` blocks and inline modules",
                _ => "functions",
            };
            let message = format!("`#[{attribute}]` can only be put on {places}; this is {what}");
            Err(syn::Error::new(at, message))
        }
    }
}

/// What `#[trace]` cannot wrap.
pub(crate) fn traceable(function: &Function) -> syn::Result<()> {
    constant("trace", function).map_or(Ok(()), Err)
}

/// What cannot be a job.
pub(crate) fn job(function: &Function) -> syn::Result<()> {
    let mut errors: Vec<syn::Error> = constant("monitor", function).into_iter().collect();
    if function.signature.asyncness.is_none()
        && future::returned(&function.signature.output).is_some()
    {
        errors.push(syn::Error::new(
            function.returned(),
            "`#[monitor]` cannot wait for a future that is returned; make the function an `async fn`",
        ));
    } else if function.never_returns() {
        errors.push(syn::Error::new(
            function.returned(),
            "`#[monitor]` needs a function that returns: each call is one run of the job",
        ));
    }
    diag::combine(errors).map_or(Ok(()), Err)
}

fn constant(attribute: &str, function: &Function) -> Option<syn::Error> {
    let constness = function.signature.constness.as_ref()?;
    let message =
        format!("`#[{attribute}]` cannot wrap a `const fn`; put it on the functions that call it");
    Some(syn::Error::new(constness.span, message))
}

/// What `#[report_errors]` cannot wrap.
pub(crate) fn fallible(function: &Function) -> syn::Result<()> {
    let mut errors: Vec<syn::Error> = constant("report_errors", function).into_iter().collect();
    let unfallible = match &function.signature.output {
        ReturnType::Default => Some(function.signature.ident.span()),
        ReturnType::Type(_, output) => function.never_returns().then(|| output.span()),
    };
    if let Some(at) = unfallible {
        errors.push(syn::Error::new(
            at,
            "`#[report_errors]` needs a function that returns `Result`",
        ));
    }
    diag::combine(errors).map_or(Ok(()), Err)
}

/// What cannot be a `main`.
pub(crate) fn main(function: &Function, args: &MainArgs, runtime: Runtime) -> syn::Result<()> {
    let mut errors = Vec::new();
    if let Some(constness) = &function.signature.constness {
        errors.push(syn::Error::new(
            constness.span,
            "`#[dragonfly::main]` cannot wrap a `const fn`; take the `const` away",
        ));
    }
    errors.extend(function.attributes.iter().filter_map(|attribute| {
        let path = attribute.path();
        let message = if args.library.owns(path, "main") {
            "`#[dragonfly::main]` is there already"
        } else if runtime == Runtime::Ours && is_test(path) {
            "`#[dragonfly::main]` leaves no future to this; begin the test with `let _guard = dragonfly::init!();`"
        } else if runtime == Runtime::Ours && is_launch(path) {
            "`#[dragonfly::main]` leaves no future to this; write a `main` that launches, with `#[rocket::main]` in this place"
        } else {
            return None;
        };
        Some(syn::Error::new_spanned(path, message))
    }));
    if let Some(rocket) = copied_by_launch(function) {
        errors.push(syn::Error::new(
            rocket,
            "`#[launch]` above this runs a copy of the body, without it; put `#[dragonfly::main]` above `#[launch]`",
        ));
    }
    if !function.signature.inputs.is_empty() {
        errors.push(syn::Error::new(
            function.signature.inputs.span(),
            "`main` cannot take parameters; read arguments with `std::env::args`",
        ));
    }
    match runtime {
        Runtime::Ours if !cfg!(feature = "tokio") => errors.push(syn::Error::new(
            function.signature.asyncness.span(),
            "async `main` needs the `tokio` feature (`cargo add dragonfly-sentry --features tokio`), or a runtime's attribute below this one",
        )),
        Runtime::Ours => {}
        Runtime::None | Runtime::Theirs => {
            if let Some((name, at)) = args.of_the_runtime() {
                let why = match runtime {
                    Runtime::Theirs => "belongs in the runtime's own attribute",
                    _ => "needs an `async fn main`",
                };
                errors.push(syn::Error::new(at, format!("`{name}` {why}")));
            }
        }
    }
    diag::combine(errors).map_or(Ok(()), Err)
}

/// Whether an attribute makes a test of a function, such as `#[tokio::test]`.
pub(crate) fn is_test(attribute: &Path) -> bool {
    let last = attribute.segments.last();
    last.is_some_and(|last| last.ident == "test")
}

/// Whether an attribute is rocket's, which makes a `main` of its own.
pub(crate) fn is_launch(attribute: &Path) -> bool {
    let last = attribute.segments.last();
    last.is_some_and(|last| last.ident == "launch")
}

/// Where a function that rocket's attribute has been at, and made its `main` of, returns a `Rocket`.
fn copied_by_launch(function: &Function) -> Option<Span> {
    let ReturnType::Type(_, output) = &function.signature.output else {
        return None;
    };
    let Type::Path(output) = output.as_ref() else {
        return None;
    };
    let is_rocket = output.path.segments.last()?.ident == "Rocket";
    let mut attributes = function.attributes.iter();
    let launches = attributes.any(|attribute| is_launch(attribute.path()));
    (is_rocket && !launches).then(|| output.span())
}

/// Who runs the futures of `main`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// A sync `main`.
    None,
    /// An async `main` under this attribute alone.
    Ours,
    /// An async `main` with another runtime's attribute below ours.
    Theirs,
}
