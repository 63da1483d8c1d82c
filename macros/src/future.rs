//! Functions that return a future without being `async`: which they are, and where the future is made.

use crate::item::{names, without_impl_trait};
use crate::mark::{async_block, regrouped};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound, TypePath};

/// A future, as far as the written return type tells.
pub(crate) struct Future {
    pub(crate) kind: Kind,
    /// What it resolves to, with every `impl Trait` replaced by `_`.
    pub(crate) output: Option<TokenStream>,
}

impl Future {
    /// What it resolves to, as far as it is known.
    pub(crate) fn output(&self) -> TokenStream {
        self.output.clone().unwrap_or_else(|| quote!(_))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `impl Future`: may become another type.
    Opaque,
    /// `Pin<Box<dyn Future>>`, `BoxFuture`, or a name that ends in `Future`.
    Boxed,
}

/// What a function returns, if it is a future by its name.
pub(crate) fn returned(output: &ReturnType) -> Option<Future> {
    let ReturnType::Type(_, output) = output else {
        return None;
    };
    future(output)
}

/// Whether the written type is a `Result`, or a future of one, by its name: what `#[report_errors]`
/// on a whole `impl` block or module goes by.
pub(crate) fn is_fallible(output: &ReturnType) -> bool {
    let ReturnType::Type(_, written) = output else {
        return false;
    };
    match future(written) {
        Some(future) => future
            .output
            .and_then(|output| syn::parse2::<Type>(output).ok())
            .is_some_and(|output| is_result(&output)),
        None => is_result(written),
    }
}

fn is_result(written: &Type) -> bool {
    match bare(written) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident.to_string().ends_with("Result")),
        _ => false,
    }
}

fn future(written: &Type) -> Option<Future> {
    match bare(written) {
        Type::ImplTrait(opaque) => Some(Future {
            kind: Kind::Opaque,
            output: opaque.bounds.iter().find_map(bound_output)?,
        }),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if last.ident == "Pin" {
                let [Type::Path(boxed)] = types(path).as_slice() else {
                    return None;
                };
                let inner = types(boxed);
                return match inner.first()? {
                    Type::TraitObject(object) => Some(Future {
                        kind: Kind::Boxed,
                        output: object.bounds.iter().find_map(bound_output)?,
                    }),
                    _ => None,
                };
            }
            // that of a `BoxTryFuture<T, E>` is not among its arguments
            let output = match types(path).as_slice() {
                [output] => Some(inferable(output)),
                _ => None,
            };
            last.ident
                .to_string()
                .ends_with("Future")
                .then_some(Future {
                    kind: Kind::Boxed,
                    output,
                })
        }
        _ => None,
    }
}

/// A `Future<Output = T>` among bounds; its output, if it says one.
#[expect(
    clippy::option_option,
    reason = "no future, a future of something unsaid, a future of a type"
)]
fn bound_output(bound: &TypeParamBound) -> Option<Option<TokenStream>> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    let last = bound.path.segments.last()?;
    if last.ident != "Future" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Some(None);
    };
    Some(arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assigned) if assigned.ident == "Output" => {
            Some(inferable(&assigned.ty))
        }
        _ => None,
    }))
}

fn inferable(written: &Type) -> TokenStream {
    without_impl_trait(written.to_token_stream())
}

fn types(path: &TypePath) -> Vec<&Type> {
    match path.path.segments.last().map(|last| &last.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(written) => Some(bare(written)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn bare(written: &Type) -> &Type {
    match written {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        other => other,
    }
}

/// Wraps the future that a body ends by boxing, with `Box::pin(..)` or `async { .. }.boxed()`, if nothing
/// else can return from the body. It may stand in braces, as `#[report_errors]` puts it there.
pub(crate) fn wrap_boxed(body: &Group, wrap: impl Fn(TokenStream) -> TokenStream) -> Option<Group> {
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let wrapped = match tokens.as_slice() {
        [.., TokenTree::Punct(end), TokenTree::Group(braces)]
            if matches!(end.as_char(), ';' | ':') && braces.delimiter() == Delimiter::Brace =>
        {
            let inner = wrap_boxed(braces, wrap)?;
            tokens.pop();
            vec![TokenTree::Group(inner)]
        }
        [.., TokenTree::Ident(pin), TokenTree::Group(boxed)]
            if pin == "pin" && boxed.delimiter() == Delimiter::Parenthesis =>
        {
            let last = boxed.stream().into_iter().last()?;
            if matches!(last, TokenTree::Punct(comma) if comma.as_char() == ',') {
                return None;
            }
            let group = regrouped(boxed, wrap(boxed.stream()));
            tokens.pop();
            vec![TokenTree::Group(group)]
        }
        [
            ..,
            TokenTree::Punct(_),
            TokenTree::Ident(method),
            TokenTree::Group(_),
        ] if method == "boxed" || method == "boxed_local" => {
            let start = tokens.len().checked_sub(3)?;
            let length = [3, 2].into_iter().find(|length| {
                start.checked_sub(*length).is_some_and(|from| {
                    async_block(tokens.get(from..start).unwrap_or_default()) == *length
                })
            })?;
            let call = tokens.split_off(start);
            let block = tokens.split_off(start - length);
            wrap(block.into_iter().collect())
                .into_iter()
                .chain(call)
                .collect()
        }
        _ => return None,
    };
    if names(tokens.iter().cloned().collect(), "return") {
        return None;
    }
    tokens.extend(wrapped);
    Some(regrouped(body, tokens.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::{Kind, is_fallible, returned, wrap_boxed};
    use proc_macro2::{Delimiter, Group, TokenStream};
    use quote::quote;
    use syn::ReturnType;

    fn parse(written: &TokenStream) -> ReturnType {
        syn::parse2(quote!(-> #written)).unwrap()
    }

    #[test]
    fn knows_futures_by_their_names() {
        for (written, kind, fallible) in [
            (
                quote!(impl Future<Output = Result<u8, E>> + Send + '_),
                Kind::Opaque,
                true,
            ),
            (
                quote!(impl core::future::Future<Output = u8>),
                Kind::Opaque,
                false,
            ),
            (
                quote!(Pin<Box<dyn Future<Output = io::Result<u8>> + Send + 'a>>),
                Kind::Boxed,
                true,
            ),
            (quote!(BoxFuture<'a, Result<u8, E>>), Kind::Boxed, true),
            (quote!(BoxFuture<u8, io::Result<u8>>), Kind::Boxed, false),
            (quote!(Self::Future), Kind::Boxed, false),
        ] {
            let output = parse(&written);
            assert!(returned(&output).is_some_and(|future| future.kind == kind));
            assert_eq!(is_fallible(&output), fallible);
        }
        for (written, fallible) in [
            (quote!(io::Result<u8>), true),
            (quote!(fmt::Result), true),
            (quote!(Option<u8>), false),
            (quote!(impl Iterator<Item = Result<u8, E>>), false),
            (quote!(Vec<Result<u8, E>>), false),
        ] {
            let output = parse(&written);
            assert!(returned(&output).is_none());
            assert_eq!(is_fallible(&output), fallible);
        }
    }

    #[test]
    fn wraps_the_block_that_is_boxed_last() {
        let wrapped = |body| {
            let group = Group::new(Delimiter::Brace, body);
            wrap_boxed(&group, |block| quote!(watch(#block))).map(|body| body.stream().to_string())
        };
        let expected = quote!(a(); Box::pin(watch(async move { b })));
        assert_eq!(
            wrapped(quote!(a(); Box::pin(async move { b }))),
            Some(expected.to_string())
        );
        let expected = quote!(watch(async { b }).boxed());
        assert_eq!(
            wrapped(quote!(async { b }.boxed())),
            Some(expected.to_string())
        );
        let expected = quote!(Box::pin(watch(inner())));
        assert_eq!(
            wrapped(quote!(Box::pin(inner()))),
            Some(expected.to_string())
        );
        let expected = quote!(use a::B as _;, 'body: {
            a();
            Box::pin(watch(async { b }))
        });
        assert_eq!(
            wrapped(quote!(use a::B as _;, 'body: {
                a();
                Box::pin(async { b })
            })),
            Some(expected.to_string())
        );
        assert_eq!(wrapped(quote!(inner())), None);
        assert_eq!(wrapped(quote!(if a { return b; } Box::pin(async {}))), None);
    }
}
