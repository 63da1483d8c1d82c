//! Values of arguments. Literals are checked here, where an error can point at them.

use super::Argument;
use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitBool, LitStr, UnOp};

pub(super) fn literal(value: &Expr) -> Option<(&Lit, bool)> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => Some((lit, false)),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => literal(expr).map(|(lit, _)| (lit, true)),
        _ => None,
    }
}

pub(super) fn number((literal, negative): (&Lit, bool)) -> Option<f64> {
    let number: f64 = match literal {
        Lit::Int(number) => number.base10_parse().ok(),
        Lit::Float(number) => number.base10_parse().ok(),
        _ => None,
    }?;
    Some(if negative { -number } else { number })
}

pub(super) fn is_unit(value: &Expr) -> bool {
    matches!(value, Expr::Tuple(tuple) if tuple.elems.is_empty())
}

pub(super) fn wrong_value(argument: &Argument, expected: &str, found: &Expr) -> syn::Error {
    let kind = match literal(found) {
        Some((Lit::Str(_), _)) => "a string",
        Some((Lit::Int(_), _)) => "an integer",
        Some((Lit::Float(_), _)) => "a float",
        Some((Lit::Bool(_), _)) => "a boolean",
        Some((Lit::Char(_), _)) => "a character",
        _ if is_unit(found) => "`()`",
        _ => match found {
            Expr::Path(_) => "a path",
            Expr::Macro(_) => "a macro",
            Expr::Array(_) => "a list",
            Expr::Closure(_) => "a closure",
            Expr::Call(_) | Expr::MethodCall(_) => "a call",
            _ => "something else",
        },
    };
    let key = argument.key.to_string();
    // what stands within `scrub(..)` is named as it stands there
    let key = key.strip_prefix("scrub_").unwrap_or(&key);
    let message = format!("expected {expected} for `{key}`, found {kind}");
    syn::Error::new_spanned(found, message)
}

/// A share, as an `f64` where it is written out.
pub(super) fn share(argument: &Argument) -> syn::Result<TokenStream> {
    match literal(&argument.value) {
        None if !is_unit(&argument.value) => Ok(argument.value.to_token_stream()),
        literal => match literal.and_then(number) {
            Some(share @ 0.0..=1.0) => Ok(constant(argument, Literal::f64_suffixed(share))),
            Some(wrong) => {
                let percent = (2.0..=100.0).contains(&wrong);
                let percent = percent.then(|| format!("; {wrong} % is `{:?}`", wrong / 100.0));
                let message = format!(
                    "`{}` must be between 0.0 and 1.0{}",
                    argument.key,
                    percent.unwrap_or_default()
                );
                Err(syn::Error::new_spanned(&argument.value, message))
            }
            None => Err(wrong_value(
                argument,
                "a number between 0.0 and 1.0",
                &argument.value,
            )),
        },
    }
}

/// A number from 1 on, as a `u32` where it is written out.
pub(super) fn limit(argument: &Argument, most: u32) -> syn::Result<TokenStream> {
    match literal(&argument.value) {
        Some((Lit::Int(number), negative)) => match number.base10_parse::<u32>() {
            Ok(number) if !negative && (1..=most).contains(&number) => {
                Ok(constant(argument, Literal::u32_suffixed(number)))
            }
            _ => Err(syn::Error::new_spanned(
                &argument.value,
                format!("`{}` must be between 1 and {most}", argument.key),
            )),
        },
        None if !is_unit(&argument.value) => Ok(argument.value.to_token_stream()),
        _ => Err(wrong_value(argument, "an integer", &argument.value)),
    }
}

pub(super) const RULES: &str = "a list of strings such as `[\"io::Error\", \"/timed out/\"]`";
pub(super) const NAMES: &str = "a list of strings such as `[\"session_id\"]`";
pub(super) const NAMES_AND_PATTERNS: &str =
    "a list of strings such as `[\"order_ref\", \"/ORD-[0-9]+/\"]`";

/// A list of strings; what is no literal is checked by its type.
pub(super) fn expect_list(argument: &Argument, expected: &str) -> syn::Result<()> {
    let Expr::Array(list) = &argument.value else {
        return Err(wrong_value(argument, expected, &argument.value));
    };
    let is_wrong = |element: &&Expr| match literal(element) {
        Some((Lit::Str(_), negative)) => negative,
        Some(_) => true,
        None => is_unit(element),
    };
    match list.elems.iter().find(is_wrong) {
        Some(element) => Err(wrong_value(argument, expected, element)),
        None => Ok(()),
    }
}

pub(super) fn string(argument: &Argument) -> syn::Result<LitStr> {
    match literal(&argument.value) {
        Some((Lit::Str(text), false)) => Ok(text.clone()),
        _ => Err(wrong_value(argument, "a string", &argument.value)),
    }
}

pub(super) fn boolean(argument: &Argument) -> syn::Result<LitBool> {
    match literal(&argument.value) {
        Some((Lit::Bool(value), false)) => Ok(value.clone()),
        _ => Err(wrong_value(argument, "`true` or `false`", &argument.value)),
    }
}

pub(super) fn strings(argument: &Argument) -> syn::Result<Vec<LitStr>> {
    const EXPECTED: &str = "a list of strings such as `[\"{{ default }}\", \"part\"]`";
    let Expr::Array(list) = &argument.value else {
        return Err(wrong_value(argument, EXPECTED, &argument.value));
    };
    list.elems
        .iter()
        .map(|element| match literal(element) {
            Some((Lit::Str(text), false)) => Ok(text.clone()),
            _ => Err(wrong_value(argument, EXPECTED, element)),
        })
        .collect()
}

/// A number that was written out, in the type that it is needed in.
fn constant(argument: &Argument, mut number: Literal) -> TokenStream {
    number.set_span(syn::spanned::Spanned::span(&argument.value));
    TokenTree::Literal(number).into()
}
