//! What the values of a start's arguments may be.

use super::value::{
    NAMES, NAMES_AND_PATTERNS, RULES, expect_list, is_unit, limit, literal, number, share, string,
    wrong_value,
};
use super::{Argument, Flavor};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, Lit};

pub(super) fn flavor(argument: &Argument) -> syn::Result<Flavor> {
    let text = string(argument)?;
    match text.value().as_str() {
        "multi_thread" => Ok(Flavor::MultiThread),
        "current_thread" => Ok(Flavor::CurrentThread),
        other => Err(syn::Error::new(
            text.span(),
            format!("unknown flavor `{other}`; expected `multi_thread` or `current_thread`"),
        )),
    }
}

pub(super) fn expect_threads(argument: &Argument) -> syn::Result<()> {
    match literal(&argument.value) {
        Some((Lit::Int(number), negative)) => match number.base10_parse::<usize>() {
            Ok(1..) if !negative => Ok(()),
            _ => Err(syn::Error::new_spanned(
                &argument.value,
                "`worker_threads` must be at least 1",
            )),
        },
        Some(_) => Err(wrong_value(argument, "an integer", &argument.value)),
        None => Ok(()),
    }
}

/// Whether the commit is written down is decided where the program is compiled.
fn release_from(argument: &Argument) -> syn::Result<()> {
    match argument.as_text().as_deref() {
        Some("ci" | "package") => Ok(()),
        _ => Err(syn::Error::new_spanned(
            &argument.value,
            "expected `\"ci\"` or `\"package\"`, written out, for `release_from`",
        )),
    }
}

/// `spool = off` is short for `spool = "off"`.
pub(super) fn off_as_text(mut argument: Argument) -> Argument {
    if let Expr::Path(path) = &argument.value
        && argument.key == "spool"
        && path.path.is_ident("off")
    {
        let text = syn::LitStr::new("off", path.span());
        argument.value = Expr::Lit(ExprLit {
            attrs: Vec::new(),
            lit: Lit::Str(text),
        });
    }
    argument
}

/// Literals are checked here, where the error can point at them; other expressions by their type.
pub(super) fn expect_option(argument: &Argument) -> syn::Result<()> {
    match argument.key.to_string().as_str() {
        "ignore_errors" => return expect_list(argument, RULES),
        "scrub_allow" => return expect_list(argument, NAMES),
        "scrub_deny" => return expect_list(argument, NAMES_AND_PATTERNS),
        "scrub" => {
            let message = "expected `scrub(allow = [..], deny = [..], with = ..)`";
            return Err(syn::Error::new(argument.key.span(), message));
        }
        "release_from" => return release_from(argument),
        "max_per_minute" => return limit(argument, u32::MAX).map(drop),
        "tracing" if !cfg!(feature = "tracing") => {
            let message = "`tracing` needs the `tracing` feature: `cargo add dragonfly-sentry --features tracing`";
            return Err(syn::Error::new(argument.key.span(), message));
        }
        "sample_rate" | "traces_sample_rate" => return share(argument).map(drop),
        _ => {}
    }
    let literal = literal(&argument.value);
    if literal.is_none() && !is_unit(&argument.value) {
        return Ok(());
    }
    let out_of_range = |why: &str| {
        let message = format!("`{}` {why}", argument.key);
        Err(syn::Error::new_spanned(&argument.value, message))
    };
    let expected = match argument.key.to_string().as_str() {
        "dsn" | "environment" | "release" | "dist" | "spool" => match literal {
            Some((Lit::Str(_), _)) => return Ok(()),
            _ => "a string",
        },
        "spotlight" => match literal {
            Some((Lit::Bool(_) | Lit::Str(_), _)) => return Ok(()),
            _ => "`true`, `false`, or a URL",
        },
        "send_default_pii" | "debug" | "dry_run" | "sessions" | "anonymous_users" | "tracing" => {
            match literal {
                Some((Lit::Bool(_), _)) => return Ok(()),
                _ => "`true` or `false`",
            }
        }
        "shutdown_timeout" => match literal.and_then(number) {
            Some(0.0..) => return Ok(()),
            Some(_) => return out_of_range("cannot be negative"),
            None => "seconds (such as `2` or `0.5`) or a `Duration`",
        },
        _ => "a function",
    };
    Err(wrong_value(argument, expected, &argument.value))
}
