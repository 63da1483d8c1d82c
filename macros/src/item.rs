//! The annotated function: its signature read, its body kept as tokens.

use crate::binding::Binding;
use crate::mark::{any_token, regrouped};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, Meta, Pat, PatIdent, ReturnType, Signature, Token, Type, Visibility};

/// A function whose body is quoted once and never parsed, so that a syntax error in it is the compiler's alone.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) defaultness: Option<Ident>,
    pub(crate) signature: Signature,
    /// The user's own braces: the edition of their span rules how long temporaries live.
    pub(crate) body: Group,
}

/// What stands where a body was expected.
pub(crate) enum Shape {
    Function(Box<Function>),
    /// A method of a trait without a default body; the span is that of its `;`.
    Bodyless(Span),
    /// An `impl` block or an inline module, by name; the span of its keyword; its braces.
    Items(&'static str, Span, Group),
    /// Something else, by name; the span is that of its keyword.
    Other(&'static str, Span),
}

impl Parse for Shape {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let defaultness = default_keyword(input)?;
        if let Some((name, span)) = other_item(input) {
            let rest: TokenStream = input.parse()?;
            if let ("an `impl` block" | "a module", Some(TokenTree::Group(braces))) =
                (name, rest.into_iter().last())
                && braces.delimiter() == Delimiter::Brace
            {
                return Ok(Self::Items(name, span, braces));
            }
            return Ok(Self::Other(name, span));
        }
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            return Ok(Self::Bodyless(input.parse::<Token![;]>()?.span));
        }
        let (attributes, body) = split_body(attributes, input.parse()?)?;
        let function = Function {
            attributes,
            visibility,
            defaultness,
            signature,
            body,
        };
        Ok(Self::Function(Box::new(function)))
    }
}

impl Function {
    /// The bindings that the parameters make, each with the `#[cfg]`s it stands under.
    ///
    /// A parameter that is only `_` gets a name, so that it can be moved, and dropped, with the others.
    pub(crate) fn name_parameters(&mut self) -> Vec<Binding> {
        let mut bindings = Vec::new();
        for (index, parameter) in self.signature.inputs.iter_mut().enumerate() {
            let (attributes, names) = match parameter {
                FnArg::Receiver(receiver) => (
                    &receiver.attrs,
                    vec![Binding::of(Ident::new("self", receiver.self_token.span))],
                ),
                FnArg::Typed(typed) => {
                    if let Pat::Wild(wild) = &*typed.pat {
                        let span = Span::mixed_site().located_at(wild.underscore_token.span);
                        let name = Ident::new(&format!("__dragonfly_{index}"), span);
                        *typed.pat = Pat::Ident(PatIdent {
                            attrs: Vec::new(),
                            by_ref: None,
                            mutability: None,
                            ident: name.clone(),
                            subpat: None,
                        });
                        (&typed.attrs, vec![Binding::of(name)])
                    } else {
                        (&typed.attrs, Binding::all_in(&typed.pat))
                    }
                }
            };
            bindings.extend(names.into_iter().map(|binding| binding.under(attributes)));
        }
        bindings
    }

    /// Whether a parameter can be assigned to.
    pub(crate) fn has_mutable_parameter(&self) -> bool {
        self.signature
            .inputs
            .iter()
            .any(|parameter| match parameter {
                FnArg::Receiver(receiver) => receiver.mutability.is_some(),
                FnArg::Typed(typed) => names(typed.pat.to_token_stream(), "mut"),
            })
    }

    /// Takes the `mut` off arguments that may hold a reference, and gives the statements that bind them
    /// anew inside an async body: what a future captures cannot be made to point at what lives inside
    /// that future.
    ///
    /// Where it is more than a reference, so that there may be something to drop, the arguments after it
    /// are bound anew, too: they are dropped before it.
    pub(crate) fn rebind(&mut self) -> TokenStream {
        let mut rebound = TokenStream::new();
        let mut goes_on = false;
        for parameter in &mut self.signature.inputs {
            let FnArg::Typed(typed) = parameter else {
                continue;
            };
            let is_reference = matches!(*typed.ty, Type::Reference(_));
            let bindings = Binding::all_in(&typed.pat);
            let is_mutable = bindings.iter().any(|binding| binding.mutability.is_some());
            if is_mutable && may_hold_reference(&typed.ty) {
                goes_on |= !is_reference;
            } else if !goes_on || is_reference {
                continue;
            }
            *typed.pat = Pat::Verbatim(without_mut(typed.pat.to_token_stream()));
            let allowed = typed.attrs.iter();
            let allowed = allowed.filter(|attribute| attribute.path().is_ident("allow"));
            let allowed: Vec<_> = allowed.collect();
            for binding in bindings {
                let Binding {
                    conditions,
                    mutability,
                    name,
                    ..
                } = binding.under(&typed.attrs);
                rebound.extend(quote_spanned! {Span::mixed_site()=>
                    #(#conditions)* #(#allowed)* #[allow(clippy::shadow_same, clippy::used_underscore_binding)]
                    let #mutability #name = #name;
                });
            }
        }
        rebound
    }

    /// The written return type with every `impl Trait` replaced by `_`, as a closure or a `let` may spell it.
    pub(crate) fn inferable_output(&self) -> Option<TokenStream> {
        match &self.signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, output) => Some(without_impl_trait(output.to_token_stream())),
        }
    }

    /// Where the return type stands, or would.
    pub(crate) fn returned(&self) -> Span {
        match &self.signature.output {
            ReturnType::Default => self.signature.ident.span(),
            ReturnType::Type(_, output) => output.span(),
        }
    }

    /// Whether the function is declared never to return.
    pub(crate) fn never_returns(&self) -> bool {
        matches!(&self.signature.output, ReturnType::Type(_, output) if matches!(**output, Type::Never(_)))
    }
}

/// Whether a word stands among the tokens, at any depth.
pub(crate) fn names(tokens: TokenStream, word: &str) -> bool {
    any_token(
        tokens,
        |token| matches!(token, TokenTree::Ident(other) if other == word),
    )
}

/// Whether a value of a type may be made to hold another reference, as far as the type is written out.
/// Of an `impl Trait` nobody can make another one.
fn may_hold_reference(written: &Type) -> bool {
    !matches!(written, Type::ImplTrait(_))
        && any_token(
            written.to_token_stream(),
            |token| matches!(token, TokenTree::Punct(punct) if matches!(punct.as_char(), '&' | '\'')),
        )
}

/// `(mut a, ref mut b)` becomes `(a, ref mut b)`.
fn without_mut(pattern: TokenStream) -> TokenStream {
    let mut borrows = false;
    let tokens = pattern.into_iter().filter_map(|token| {
        let is_kept = borrows || !matches!(&token, TokenTree::Ident(word) if word == "mut");
        borrows = match &token {
            TokenTree::Ident(word) => word == "ref",
            TokenTree::Punct(punct) => punct.as_char() == '&',
            _ => false,
        };
        is_kept.then(|| match token {
            TokenTree::Group(group) => {
                TokenTree::Group(regrouped(&group, without_mut(group.stream())))
            }
            other => other,
        })
    });
    tokens.collect()
}

fn default_keyword(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let ahead = input.fork();
    match ahead.parse::<Ident>() {
        Ok(word) if word == "default" => input.parse().map(Some),
        _ => Ok(None),
    }
}

fn other_item(input: ParseStream<'_>) -> Option<(&'static str, Span)> {
    let ahead = input.fork();
    let mut first = None;
    while let Ok(token) = ahead.parse::<TokenTree>() {
        let TokenTree::Ident(word) = &token else {
            // `extern "C"` and the like may come before `fn`; anything else is no function.
            if matches!(token, TokenTree::Literal(_)) && first.is_some() {
                continue;
            }
            break;
        };
        let name = match word.to_string().as_str() {
            "fn" => return None,
            "struct" => "a struct",
            "enum" => "an enum",
            "union" => "a union",
            "trait" => "a trait",
            "impl" => "an `impl` block",
            "mod" => "a module",
            "static" => "a static",
            "type" => "a type alias",
            "use" => "an import",
            "macro_rules" => "a macro",
            "const" | "async" | "unsafe" | "extern" | "safe" => {
                first.get_or_insert_with(|| (word.to_string(), word.span()));
                continue;
            }
            _ => break,
        };
        return Some((name, word.span()));
    }
    match first {
        Some((word, span)) if word == "const" => Some(("a constant", span)),
        Some((_, span)) => Some(("something else", span)),
        None => Some((not_an_item(input), input.span())),
    }
}

/// What an attribute is also tried on, and the compiler has yet to allow.
fn not_an_item(input: ParseStream<'_>) -> &'static str {
    if input.peek(Token![let]) {
        "a statement"
    } else if input.peek(Token![|]) || input.peek(Token![||]) || input.peek(Token![move]) {
        "a closure"
    } else if input.peek(syn::token::Brace) {
        "a block"
    } else {
        "something else"
    }
}

/// Takes the braces, also out of the invisible group that a `$body:block` arrives in, and lifts the
/// attributes that stand inside them (`#![..]`) out to the function, where they mean the same.
fn split_body(
    mut attributes: Vec<Attribute>,
    token: TokenTree,
) -> syn::Result<(Vec<Attribute>, Group)> {
    let at = token.span();
    let braces = match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            group.stream().into_iter().next()
        }
        other => Some(other),
    };
    let group = match braces {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        _ => return Err(syn::Error::new(at, "expected the function's body")),
    };
    let starts_with_attribute = {
        let mut tokens = group.stream().into_iter();
        matches!(tokens.next(), Some(TokenTree::Punct(hash)) if hash.as_char() == '#')
            && matches!(tokens.next(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!')
    };
    if !starts_with_attribute {
        return Ok((attributes, group));
    }
    let split = |input: ParseStream<'_>| {
        let inner = input.call(Attribute::parse_inner)?;
        Ok((inner, input.parse::<TokenStream>()?))
    };
    let (inner, rest) = syn::parse::Parser::parse2(split, group.stream())?;
    attributes.extend(inner.into_iter().map(|mut attribute| {
        attribute.style = syn::AttrStyle::Outer;
        attribute
    }));
    Ok((attributes, regrouped(&group, rest)))
}

/// `Result<impl Iterator<Item = u8> + '_, E>` becomes `Result<_, E>`.
pub(crate) fn without_impl_trait(tokens: TokenStream) -> TokenStream {
    let mut output = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "impl" => {
                let mut depth = 0_usize;
                let mut after_dash = false;
                while let Some(next) = tokens.peek() {
                    if let TokenTree::Punct(punct) = next {
                        match punct.as_char() {
                            '<' => depth += 1,
                            '>' if after_dash => {}
                            '>' | ',' if depth == 0 => break,
                            '>' => depth -= 1,
                            _ => {}
                        }
                        after_dash = punct.as_char() == '-';
                    } else {
                        after_dash = false;
                    }
                    tokens.next();
                }
                output.extend([TokenTree::Ident(Ident::new("_", word.span()))]);
            }
            TokenTree::Group(group) => {
                let inner = without_impl_trait(group.stream());
                output.extend([TokenTree::Group(regrouped(&group, inner))]);
            }
            other => output.extend([other]),
        }
    }
    output
}

/// Whether an attribute is another runtime's, such as `#[tokio::main]`.
pub(crate) fn is_runtime_attribute(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    let is_value = matches!(attribute.meta, Meta::NameValue(_));
    !is_value && last.is_some_and(|last| last.ident == "main")
}

#[cfg(test)]
mod tests {
    use super::{Shape, without_impl_trait, without_mut};
    use quote::quote;

    #[test]
    fn impl_trait_is_left_to_inference() {
        let cases = [
            (
                quote!(Result<impl Iterator<Item = u8> + '_, E>),
                quote!(Result<_, E>),
            ),
            (quote!(impl Fn(u8) -> Vec<u8>), quote!(_)),
            (quote!(Result<(), impl Error>), quote!(Result<(), _>)),
            (quote!((impl A, Box<impl B>)), quote!((_, Box<_>))),
            (quote!(io::Result<()>), quote!(io::Result<()>)),
        ];
        for (written, expected) in cases {
            assert_eq!(
                without_impl_trait(written).to_string(),
                expected.to_string()
            );
        }
    }

    #[test]
    fn takes_mut_off_bindings_alone() {
        for (written, expected) in [
            (quote!(mut a), quote!(a)),
            (quote!((mut a, &mut b)), quote!((a, &mut b))),
            (
                quote!(S { ref mut a, b: mut c, mut d }),
                quote!(S { ref mut a, b: c, d }),
            ),
        ] {
            assert_eq!(without_mut(written).to_string(), expected.to_string());
        }
    }

    #[test]
    fn tells_items_apart() {
        for (tokens, expected) in [
            (
                quote!(
                    struct S;
                ),
                "a struct",
            ),
            (
                quote!(
                    pub(crate) const X: u8 = 1;
                ),
                "a constant",
            ),
            (
                quote!(
                    unsafe impl Send for S {}
                ),
                "an `impl` block",
            ),
            (quote!(let x = 1;), "a statement"),
            (quote!(move || 1), "a closure"),
            (quote!(1 + 1), "something else"),
        ] {
            match syn::parse2::<Shape>(tokens) {
                Ok(Shape::Other(name, _) | Shape::Items(name, ..)) => assert_eq!(name, expected),
                _ => panic!("expected {expected}"),
            }
        }
        let function = quote!(
            pub(crate) unsafe extern "C" fn f() -> u8 {
                1
            }
        );
        assert!(matches!(
            syn::parse2::<Shape>(function),
            Ok(Shape::Function(_))
        ));
        assert!(matches!(
            syn::parse2::<Shape>(quote!(
                fn f();
            )),
            Ok(Shape::Bodyless(_))
        ));
    }
}
