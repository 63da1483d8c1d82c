//! What a run of tokens is, as far as it can be told without parsing it.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;

/// Words before which no expression has ended.
pub(super) const KEYWORDS: &[&str] = &[
    "as", "async", "box", "break", "const", "continue", "dyn", "else", "for", "if", "impl", "in",
    "let", "loop", "match", "move", "mut", "ref", "return", "static", "unsafe", "where", "while",
    "yield",
];

/// The tail expression of a body.
pub(crate) struct Tail {
    pub(crate) start: Span,
    pub(crate) from: From,
}

/// Where the result that an expression is came from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum From {
    /// The tokens do not tell.
    Somewhere,
    /// Out of something else that was no failure, `handle.await?`, `channel.recv().unwrap()`, or from other
    /// threads: `files.par_iter().try_for_each(load)`.
    Value,
    /// A function or method of this name returned it: `shop.load(id).await`.
    Call(String),
}

/// The tail expression, if the tokens of a body end in one.
pub(super) fn tail(tokens: &[TokenTree]) -> Option<Tail> {
    let is_end = |token: &TokenTree| is_punct(token, &[';']);
    let mut start = tokens.iter().rposition(is_end).map_or(0, |end| end + 1);
    loop {
        let rest = tokens.get(start..)?;
        let first = rest.first()?;
        let length = block_statement(rest);
        let goes_on = |next: &TokenTree| is_punct(next, &['.', '?']);
        match rest.get(length) {
            Some(next) if length > 0 && !goes_on(next) => start += length,
            _ => {
                return Some(Tail {
                    start: first.span(),
                    from: came_from(rest),
                });
            }
        }
    }
}

/// The length of a statement that ends with its braces; 0 if it is none.
fn block_statement(tokens: &[TokenTree]) -> usize {
    const WORDS: &[&str] = &["for", "if", "loop", "match", "unsafe", "while"];
    let starts = match tokens.first() {
        Some(TokenTree::Ident(word)) => is_any(word, WORDS),
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    if !starts {
        return 0;
    }
    let mut length = up_to_braces(tokens);
    while let Some([TokenTree::Ident(word), rest @ ..]) = tokens.get(length..)
        && word == "else"
    {
        length += 1 + up_to_braces(rest);
    }
    length
}

/// The length of `bail!(..)`, or of snafu's `whatever!("..")`, which goes on if it is given a result.
pub(super) fn bail(tokens: &[TokenTree]) -> Option<usize> {
    let is_text = |length: &usize| match tokens.get(length - 1) {
        Some(TokenTree::Group(arguments)) => {
            let mut arguments = arguments.stream().into_iter();
            matches!(arguments.next(), Some(TokenTree::Literal(_)))
        }
        _ => false,
    };
    call_of("bail", tokens).or_else(|| call_of("whatever", tokens).filter(is_text))
}

/// The length of `ensure!(..)`, or of snafu's `ensure_whatever!(..)`.
pub(super) fn ensure(tokens: &[TokenTree]) -> Option<usize> {
    call_of("ensure", tokens).or_else(|| call_of("ensure_whatever", tokens))
}

/// The length of `anyhow::bail!(..)` or `bail!(..)`, if that is the macro's name.
fn call_of(called: &str, tokens: &[TokenTree]) -> Option<usize> {
    match tokens {
        [
            TokenTree::Ident(name),
            TokenTree::Punct(bang),
            TokenTree::Group(_),
            ..,
        ] if name == called && bang.as_char() == '!' => Some(3),
        [
            TokenTree::Ident(_),
            TokenTree::Punct(colon),
            TokenTree::Punct(_),
            rest @ ..,
        ] if colon.as_char() == ':' => Some(3 + call_of(called, rest)?),
        _ => None,
    }
}

/// The length of a closure, from its first `|`; 0 if it is a pattern's.
pub(super) fn closure(tokens: &[TokenTree]) -> usize {
    let is_bar = |token: &TokenTree| is_punct(token, &['|']);
    let Some(end) = tokens.iter().skip(1).position(is_bar) else {
        return 0;
    };
    let mut at = end + 2;
    if tokens.get(at).is_some_and(|token| is_punct(token, &['-'])) {
        return at + up_to_braces(tokens.get(at..).unwrap_or_default());
    }
    while at < tokens.len() {
        match tokens.get(at..).unwrap_or_default() {
            [TokenTree::Punct(end), ..] if matches!(end.as_char(), ',' | ';') => break,
            [TokenTree::Punct(equals), arrow, ..]
                if equals.as_char() == '=' && is_punct(arrow, &['>']) =>
            {
                return 0;
            }
            [TokenTree::Punct(colon), open, ..]
                if colon.as_char() == ':' && is_punct(open, &['<']) =>
            {
                at += angles(tokens.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
        at += 1;
    }
    at
}

/// The length of `<..>`.
fn angles(tokens: &[TokenTree]) -> usize {
    let mut depth = 0_usize;
    let mut after_dash = false;
    for (index, token) in tokens.iter().enumerate() {
        if is_punct(token, &['<']) {
            depth += 1;
        } else if is_punct(token, &['>']) && !after_dash {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return index + 1;
            }
        }
        after_dash = is_punct(token, &['-']);
    }
    tokens.len()
}

/// The length of `async move { .. }`.
pub(crate) fn async_block(tokens: &[TokenTree]) -> usize {
    match tokens {
        [TokenTree::Ident(word), TokenTree::Group(_), ..] if word == "async" => 2,
        [
            TokenTree::Ident(word),
            TokenTree::Ident(by),
            TokenTree::Group(_),
            ..,
        ] if word == "async" && by == "move" => 3,
        _ => 0,
    }
}

/// The length of an item: up to its braces, or its `;`.
pub(super) fn item(tokens: &[TokenTree]) -> usize {
    up_to_end(tokens, |_| true)
}

/// The length of an item: up to its `;`, or to braces that may end it; those of `Grid<{ N }>` do not.
pub(crate) fn up_to_end(tokens: &[TokenTree], may_end: impl Fn(usize) -> bool) -> usize {
    let mut depth = 0_usize;
    let mut after_arrow = false;
    let end = tokens.iter().enumerate().position(|(index, token)| {
        if is_punct(token, &['<']) {
            depth += 1;
        } else if is_punct(token, &['>']) && !after_arrow {
            depth = depth.saturating_sub(1);
        }
        after_arrow = is_punct(token, &['-', '=']);
        is_punct(token, &[';']) || depth == 0 && is_braces(token) && may_end(index)
    });
    end.map_or(tokens.len(), |end| end + 1)
}

fn up_to_braces(tokens: &[TokenTree]) -> usize {
    tokens
        .iter()
        .position(is_braces)
        .map_or(tokens.len(), |end| end + 1)
}

/// Whether an expression may have ended before this token.
pub(super) fn ends_expression(tokens: &[TokenTree], at: usize) -> bool {
    let Some((last, before)) = tokens.get(..at).and_then(<[TokenTree]>::split_last) else {
        return false;
    };
    match last {
        TokenTree::Ident(word) => !is_any(word, KEYWORDS),
        TokenTree::Literal(_) | TokenTree::Group(_) => true,
        TokenTree::Punct(punct) => match punct.as_char() {
            '?' => true,
            // `Vec::<u8>`, but not `=>`
            '>' => !before.last().is_some_and(|token| is_punct(token, &['='])),
            _ => false,
        },
    }
}

pub(super) fn is_second_bar(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    matches!(before, Some(TokenTree::Punct(bar)) if bar.as_char() == '|' && bar.spacing() == Spacing::Joint)
}

pub(super) fn is_after_arrow(tokens: &[TokenTree], at: usize) -> bool {
    let before = tokens.get(at.saturating_sub(2)..at).unwrap_or_default();
    matches!(before, [equals, arrow] if is_punct(equals, &['=']) && is_punct(arrow, &['>']))
}

/// `Err (..)`.
pub(super) fn is_error(name: &Ident, value: &Group) -> bool {
    name == "Err" && value.delimiter() == Delimiter::Parenthesis
}

/// What `return` is followed by, if it is a call and no more.
pub(super) fn returned_call(exit: &[TokenTree]) -> Option<(&Ident, &Group)> {
    match exit {
        [TokenTree::Ident(name), TokenTree::Group(value), rest @ ..]
            if value.delimiter() == Delimiter::Parenthesis
                && rest.first().is_none_or(|next| is_punct(next, &[';', ','])) =>
        {
            Some((name, value))
        }
        _ => None,
    }
}

/// Whether `return` is followed by `Ok(..)`, which no error leaves by.
pub(super) fn is_success(exit: &[TokenTree]) -> bool {
    returned_call(exit).is_some_and(|(name, _)| name == "Ok")
}

/// What a `macro_rules!` was given as `$e:expr` and the like.
pub(super) fn is_fragment(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::None)
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

pub(super) fn is_punct(token: &TokenTree, any: &[char]) -> bool {
    matches!(token, TokenTree::Punct(punct) if any.contains(&punct.as_char()))
}

pub(super) fn is_any(word: &Ident, words: &[&str]) -> bool {
    words.iter().any(|other| word == other)
}

/// The user's own group with something else in it: of a body whose braces an attribute wrote, coverage would
/// count no line.
pub(crate) fn regrouped(group: &Group, inner: TokenStream) -> Group {
    let mut regrouped = Group::new(group.delimiter(), inner);
    regrouped.set_span(group.span());
    regrouped
}

/// Where the result came from that these tokens end with, whatever its error became since: that of
/// `handle.await?.context("joining")` out of a value, that of `load(id).await.map_err(answer)` of `load`.
pub(super) fn came_from(tokens: &[TokenTree]) -> From {
    const TAKE_OUT: &[&str] = &["expect", "unwrap"];
    const GO_ON: &[&str] = &["and_then", "or_else"];
    const CHANGE: &[&str] = &[
        "change_context",
        "context",
        "inspect_err",
        "into_diagnostic",
        "map",
        "map_err",
        "whatever_context",
        "with_context",
        "with_whatever_context",
        "wrap_err",
        "wrap_err_with",
    ];
    if is_parallel(tokens) {
        return From::Value;
    }
    let mut rest = tokens;
    loop {
        match rest {
            [.., TokenTree::Punct(mark)] if mark.as_char() == '?' => return From::Value,
            [before @ .., dot, TokenTree::Ident(word)]
                if is_punct(dot, &['.']) && word == "await" =>
            {
                rest = before;
            }
            [
                before @ ..,
                TokenTree::Ident(name),
                TokenTree::Group(called),
            ] if called.delimiter() == Delimiter::Parenthesis && !is_any(name, KEYWORDS) => {
                let receiver = match before {
                    [receiver @ .., dot] if is_punct(dot, &['.']) => Some(receiver),
                    _ => None,
                };
                match receiver {
                    Some(_) if is_any(name, TAKE_OUT) => return From::Value,
                    Some(receiver) if is_any(name, CHANGE) => rest = receiver,
                    Some(_) if is_any(name, GO_ON) => return called_by(called),
                    _ => return From::Call(name.unraw().to_string()),
                }
            }
            _ => return From::Somewhere,
        }
    }
}

/// Where the result of what `.and_then(..)` is given came from: `load`, or `|shop| shop.load(id)`.
fn called_by(given: &Group) -> From {
    let tokens: Vec<TokenTree> = given.stream().into_iter().collect();
    let is_bar = |token: &TokenTree| is_punct(token, &['|']);
    match (tokens.as_slice(), tokens.iter().rposition(is_bar)) {
        ([.., TokenTree::Group(braces)], Some(bar)) if tokens.len() == bar + 2 => {
            let body: Vec<TokenTree> = braces.stream().into_iter().collect();
            came_from(&body)
        }
        (_, Some(bar)) => came_from(tokens.get(bar + 1..).unwrap_or_default()),
        ([.., TokenTree::Ident(name)], None) => From::Call(name.unraw().to_string()),
        _ => From::Somewhere,
    }
}

/// Whether calls that follow each other have other threads work for them, as in rayon's
/// `files.par_iter().map(read).collect::<Result<_, _>>()`.
fn is_parallel(tokens: &[TokenTree]) -> bool {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().rev() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        match token {
            TokenTree::Ident(name) if depth == 0 => {
                let name = name.to_string();
                if !before.is_some_and(|dot| is_punct(dot, &['.'])) {
                    return false;
                }
                if name.starts_with("par_") || name.starts_with("into_par_") {
                    return true;
                }
            }
            TokenTree::Punct(mark) => match mark.as_char() {
                '>' if !before.is_some_and(|before| is_punct(before, &['-', '='])) => depth += 1,
                '<' if depth > 0 => depth -= 1,
                '.' | ':' => {}
                _ if depth == 0 => return false,
                _ => {}
            },
            _ => {}
        }
    }
    false
}

/// Whether an error is new where it is written: it names no value that may be an error, or hold one.
pub(super) fn is_made_here(written: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = written.into_iter().collect();
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Group(group) => {
            group.delimiter() != Delimiter::None && is_made_here(group.stream())
        }
        // a text may name a value in braces
        TokenTree::Literal(literal) => !literal.to_string().contains('{'),
        TokenTree::Punct(_) => true,
        TokenTree::Ident(word) => {
            let is_type = word.to_string().starts_with(char::is_uppercase);
            let is_called = match tokens.get(at + 1..).unwrap_or_default() {
                [TokenTree::Group(call), ..] => call.delimiter() == Delimiter::Parenthesis,
                [next, ..] => is_punct(next, &['!', ':']),
                [] => false,
            };
            is_type || is_called || is_any(word, &["true", "false"])
        }
    })
}

/// Whether some token says so, at any depth.
pub(crate) fn any_token(tokens: TokenStream, says: impl Fn(&TokenTree) -> bool + Copy) -> bool {
    tokens.into_iter().any(|token| match &token {
        TokenTree::Group(group) => any_token(group.stream(), says),
        other => says(other),
    })
}
