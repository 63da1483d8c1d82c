//! `#[report_errors]` on an `impl` block or an inline module: on every fallible function in it, in traits too.

use crate::args::{BY_NAME, Library};
use crate::future::is_fallible;
use crate::mark::{regrouped, up_to_end};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Signature};

/// ```text
/// // Input:
/// impl Shop { fn open() -> io::Result<Self> { .. } fn name(&self) -> &str { .. } }
/// // Output:
/// impl Shop { #[::dragonfly::report_errors(__dragonfly_by_name,)] fn open() -> io::Result<Self> { .. } fn name(&self) -> &str { .. } }
/// ```
///
/// A function counts as fallible by the name of its written return type, as no other thing is
/// known here: what turns out to be no `Result` is not reported. One with an attribute of its own, and
/// a `const fn`, are left alone.
pub(crate) fn annotate(
    item: &TokenStream,
    braces: &Group,
    library: &Library,
    args: &TokenStream,
) -> TokenStream {
    let by_name = Ident::new(BY_NAME, Span::mixed_site());
    let attribute =
        quote_spanned!(Span::mixed_site()=> #[#library::report_errors(#by_name, #args)]);
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    if tokens.pop().is_some() {
        tokens.push(TokenTree::Group(within(braces, &attribute)));
    }
    tokens.into_iter().collect()
}

fn within(braces: &Group, attribute: &TokenStream) -> Group {
    let mut tokens: Vec<TokenTree> = braces.stream().into_iter().collect();
    let mut annotated = TokenStream::new();
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let start = attributes_length(rest);
        if let Some(fragment) = rest.get(start).and_then(fragment) {
            tokens.splice(at + start..=at + start, fragment);
            continue;
        }
        let length = item_length(rest);
        let item = rest.get(..length).unwrap_or(rest);
        at += length;
        let (attributes, bare) = item.split_at_checked(start).unwrap_or((&[], item));
        let is_container = bare.iter().any(|token| {
            matches!(token, TokenTree::Ident(word) if word == "impl" || word == "mod" || word == "trait")
        }) && !bare.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"));
        annotated.extend(attributes.iter().cloned());
        match bare.split_last() {
            _ if is_annotated(attributes) => annotated.extend(bare.iter().cloned()),
            Some((TokenTree::Group(inner), head))
                if is_container && inner.delimiter() == Delimiter::Brace =>
            {
                annotated.extend(head.iter().cloned());
                annotated.extend([TokenTree::Group(within(inner, attribute))]);
            }
            _ => {
                if is_fallible_function(bare) {
                    annotated.extend(attribute.clone());
                }
                annotated.extend(bare.iter().cloned());
            }
        }
    }
    regrouped(braces, annotated)
}

/// The tokens of an item, or of a visibility, that a `macro_rules!` was given.
fn fragment(token: &TokenTree) -> Option<TokenStream> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => Some(group.stream()),
        _ => None,
    }
}

/// The length of the item that starts here: up to its braces, or its `;`.
fn item_length(tokens: &[TokenTree]) -> usize {
    let is = |token: &TokenTree, any: &[&str]| matches!(token, TokenTree::Ident(word) if any.iter().any(|other| word == other));
    let keyword = tokens.iter().position(|token| {
        is(
            token,
            &["fn", "impl", "mod", "trait", "struct", "enum", "union"],
        )
    });
    // those of `const X: S = S { .. };` end nothing
    up_to_end(tokens, |index| {
        keyword.is_some_and(|keyword| keyword < index)
            || !tokens
                .iter()
                .take(index)
                .any(|token| is(token, &["const", "static", "type", "use"]))
    })
}

fn attributes_length(tokens: &[TokenTree]) -> usize {
    let mut length = 0;
    loop {
        match tokens.get(length..).unwrap_or_default() {
            [TokenTree::Punct(hash), TokenTree::Group(_), ..] if hash.as_char() == '#' => {
                length += 2;
            }
            [
                TokenTree::Punct(hash),
                TokenTree::Punct(bang),
                TokenTree::Group(_),
                ..,
            ] if hash.as_char() == '#' && bang.as_char() == '!' => {
                length += 3;
            }
            _ => return length,
        }
    }
}

fn is_annotated(attributes: &[TokenTree]) -> bool {
    attributes.iter().any(|token| match token {
        TokenTree::Group(group) => group
            .stream()
            .into_iter()
            .take_while(|token| !matches!(token, TokenTree::Group(_)))
            .any(|token| matches!(token, TokenTree::Ident(word) if word == "report_errors")),
        _ => false,
    })
}

fn is_fallible_function(tokens: &[TokenTree]) -> bool {
    let parse = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        if input.peek(syn::Ident)
            && input
                .fork()
                .parse::<Ident>()
                .is_ok_and(|word| word == "default")
        {
            input.parse::<Ident>()?;
        }
        let signature: Signature = input.parse()?;
        let body = input.parse::<TokenTree>()?;
        let has_body = matches!(body, TokenTree::Group(_));
        input.parse::<TokenStream>()?;
        Ok(has_body && signature.constness.is_none() && is_fallible(&signature.output))
    };
    parse
        .parse2(tokens.iter().cloned().collect())
        .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::within;
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::quote;

    #[track_caller]
    fn check(items: TokenStream, expected: &TokenStream) {
        let annotated = within(&Group::new(Delimiter::Brace, items), &quote!(#[here]));
        assert_eq!(annotated.stream().to_string(), expected.to_string());
    }

    #[test]
    fn annotates_what_can_fail() {
        check(
            quote! {
                const A: S = S { a: 1 };
                /// Docs.
                pub(crate) async fn a() -> io::Result<()> { x? }
                fn b() -> u8 { 1 }
                const fn c() -> Result<(), ()> { Ok(()) }
                #[report_errors(skip)]
                fn d() -> Result<(), ()> { Ok(()) }
                fn e() -> Result<(), ()>;
                type F = Result<(), ()>;
                fn g() -> Result<(), ()> where S: Sized { Ok(()) }
            },
            &quote! {
                const A: S = S { a: 1 };
                /// Docs.
                #[here] pub(crate) async fn a() -> io::Result<()> { x? }
                fn b() -> u8 { 1 }
                const fn c() -> Result<(), ()> { Ok(()) }
                #[report_errors(skip)]
                fn d() -> Result<(), ()> { Ok(()) }
                fn e() -> Result<(), ()>;
                type F = Result<(), ()>;
                #[here] fn g() -> Result<(), ()> where S: Sized { Ok(()) }
            },
        );
    }

    #[test]
    fn knows_the_braces_that_end_an_item() {
        check(
            quote! {
                const A: bool = 1 < 2;
                impl Grid<{ 1 }> { fn a() -> io::Result<Grid<{ 2 }>> { x? } }
                fn b() -> Result<Grid<{ 3 }>, E> where Grid<{ 4 }>: Sized { x? }
                fn c() -> Result<(), E> { x? }
            },
            &quote! {
                const A: bool = 1 < 2;
                impl Grid<{ 1 }> { #[here] fn a() -> io::Result<Grid<{ 2 }>> { x? } }
                #[here] fn b() -> Result<Grid<{ 3 }>, E> where Grid<{ 4 }>: Sized { x? }
                #[here] fn c() -> Result<(), E> { x? }
            },
        );
    }

    #[test]
    fn knows_items_that_a_macro_was_given() {
        let given = |tokens| TokenTree::Group(Group::new(Delimiter::None, tokens));
        let (import, function) = (
            given(quote!(
                use std::io;
            )),
            given(quote!(
                fn a() -> io::Result<()> {
                    x?
                }
            )),
        );
        let visibility = given(quote!(pub));
        check(
            quote!(#import #[inline] #function #visibility fn b() -> io::Result<()> { x? }),
            &quote! {
                use std::io;
                #[inline] #[here] fn a() -> io::Result<()> { x? }
                #[here] pub fn b() -> io::Result<()> { x? }
            },
        );
    }

    #[test]
    fn goes_into_modules_and_blocks() {
        check(
            quote! { mod m { impl Display for S { fn fmt(&self) -> fmt::Result { x } } struct T {} } m! { fn f() -> Result {} } },
            &quote! { mod m { impl Display for S { #[here] fn fmt(&self) -> fmt::Result { x } } struct T {} } m! { fn f() -> Result {} } },
        );
    }
}
