//! The async block that a function which is not async waits for at its end: its exits are the function's.

use super::shape::{Tail, async_block, is_punct, tail};
use super::{any_token, is_word};
use proc_macro2::{Delimiter, Group, TokenTree};
use std::ops::Range;

/// Where it is in a body, and its braces.
pub(super) struct Waited {
    /// The tokens of the body that hold it.
    pub(super) at: Range<usize>,
    block: Group,
}

/// ```text
/// { let runtime = Runtime::new()?; runtime.block_on(async { serve().await? }) }
/// { let body = async { serve().await? }; { return Runtime::new().block_on(body); } } // by `#[tokio::main]`
/// ```
///
/// Whatever waits for it does so on this thread, and what it resolves to is what the function returns.
pub(super) fn waited(tokens: &[TokenTree]) -> Option<Waited> {
    let (last, before) = tokens.split_last()?;
    if let Some(arguments) = waiting(before, last) {
        let (at, block) = block_at_end(&arguments)?;
        let is_apart = arguments
            .get(..at)?
            .last()
            .is_none_or(|comma| is_punct(comma, &[',']));
        let at = before.len()..tokens.len();
        return is_apart.then_some(Waited { at, block });
    }
    let (TokenTree::Group(ending), [first, TokenTree::Ident(name), equals, rest @ ..]) =
        (last, tokens)
    else {
        return None;
    };
    let length = async_block(rest);
    let Some(TokenTree::Group(block)) = rest.get(..length)?.last() else {
        return None;
    };
    let ending: Vec<TokenTree> = ending.stream().into_iter().collect();
    let [before @ .., last, end] = ending.as_slice() else {
        return None;
    };
    let arguments = waiting(before, last)?;
    let is_for_it = matches!(arguments.as_slice(), [TokenTree::Ident(waited)] if waited == name);
    let is_left_within = |token: &TokenTree| is_punct(token, &['?']);
    let is_it = is_word(first, &["let"])
        && is_punct(equals, &['='])
        && is_for_it
        && is_punct(end, &[';'])
        && !any_token(ending.iter().cloned().collect(), is_left_within);
    is_it.then(|| Waited {
        at: 3..3 + length,
        block: block.clone(),
    })
}

impl Waited {
    /// Its tail expression, within the braces of a body that an attribute put into it.
    pub(super) fn tail(&self) -> Option<Tail> {
        let mut block = self.block.clone();
        loop {
            let tokens: Vec<TokenTree> = block.stream().into_iter().collect();
            match tokens.as_slice() {
                [TokenTree::Group(inner)] if inner.delimiter() == Delimiter::Brace => {
                    block = inner.clone();
                }
                tokens => return tail(tokens),
            }
        }
    }
}

/// The arguments of `block_on(..)`, if that is what these tokens end with.
fn waiting(before: &[TokenTree], last: &TokenTree) -> Option<Vec<TokenTree>> {
    match (before.last()?, last) {
        (name, TokenTree::Group(called))
            if is_word(name, &["block_on"]) && called.delimiter() == Delimiter::Parenthesis =>
        {
            Some(called.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// An async block that arguments end with, and where it begins.
fn block_at_end(arguments: &[TokenTree]) -> Option<(usize, Group)> {
    let arguments = match arguments.split_last() {
        Some((comma, before)) if is_punct(comma, &[',']) => before,
        _ => arguments,
    };
    let at = arguments
        .iter()
        .position(|token| is_word(token, &["async"]))?;
    let block = arguments.get(at..)?;
    match block.last() {
        Some(TokenTree::Group(braces)) if async_block(block) == block.len() => {
            Some((at, braces.clone()))
        }
        _ => None,
    }
}
