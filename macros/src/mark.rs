//! Marks the places at which an error leaves a body, in its tokens: the body is never parsed.
//!
//! What belongs to the function itself is marked; what belongs to a closure, an async block, an
//! item, or to a macro of unknown meaning inside it is left as it stands. A place that is missed
//! only makes the return trace less precise, so every doubt is decided against a mark.

use crate::args::Library;
use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// A body with its exits marked.
pub(crate) struct Marked {
    pub(crate) body: Group,
    /// Whether a `?` was marked, for which a trait has to be in scope.
    pub(crate) tries: bool,
    /// Where the tail expression starts, if an error that passed no mark can only have come from there.
    pub(crate) tail: Option<Span>,
}

/// What is put at an exit.
pub(crate) enum Exits {
    Unmarked,
    /// A note of the place, for the function to pick up.
    Marked,
    /// A report of `__dragonfly_error`, in a function that cannot look at its own result.
    Report(TokenStream),
}

/// Whose exits the async blocks of a body are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsyncBlocks {
    /// Their own.
    Apart,
    /// Those of the function, which returns such a block as its future.
    Within,
}

/// Macros of the standard library whose arguments are expressions that they do not print.
const TAKE_EXPRESSIONS: &[&str] = &[
    "assert_eq",
    "assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "matches",
    "print",
    "println",
    "vec",
    "write",
    "writeln",
];

/// Other well-known macros that do not return from the function around them.
const RETURN_NOT: &[&str] = &[
    "anyhow",
    "assert",
    "cfg",
    "concat",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "error",
    "eyre",
    "info",
    "json",
    "panic",
    "todo",
    "trace",
    "unimplemented",
    "unreachable",
    "warn",
];

/// Words before which no expression has ended.
const KEYWORDS: &[&str] = &[
    "as", "async", "box", "break", "const", "continue", "dyn", "else", "for", "if", "impl", "in",
    "let", "loop", "match", "move", "mut", "ref", "return", "static", "unsafe", "where", "while",
    "yield",
];

/// ```text
/// // Input:
/// { let text = read(path)?; if text.is_empty() { return Err(Empty); } parse(text) }
/// // Output:
/// {
///     let text = read(path).__dragonfly_at(&__DRAGONFLY_SITE)?;
///     if text.is_empty() { return { __DRAGONFLY_SITE.leave(); Err(Empty) }; }
///     parse(text)
/// }
/// ```
///
/// What is inserted stands at the token that it marks, so that the compiler's own location is the mark's.
pub(crate) fn mark(body: &Group, library: &Library, blocks: AsyncBlocks, exits: &Exits) -> Marked {
    if matches!(exits, Exits::Unmarked) {
        return Marked {
            body: body.clone(),
            tries: false,
            tail: None,
        };
    }
    let mut marker = Marker {
        exits,
        library,
        blocks,
        tries: false,
        certain: true,
    };
    let tokens = marker.stream(body.stream(), Place::Body);
    let tail = marker
        .certain
        .then(|| tail(&body.stream().into_iter().collect::<Vec<_>>()))
        .flatten();
    Marked {
        body: tokens.map_or_else(|| body.clone(), |tokens| regrouped(body, tokens)),
        tries: marker.tries,
        tail,
    }
}

struct Marker<'a> {
    exits: &'a Exits,
    library: &'a Library,
    blocks: AsyncBlocks,
    tries: bool,
    /// Whether every way out but the tail is marked.
    certain: bool,
}

/// What the tokens stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The body's own braces.
    Body,
    /// Braces within: statements, or the arms of a `match`.
    Braces,
    /// Parentheses or brackets.
    Other,
}

impl Marker<'_> {
    /// The tokens with their marks; `None` if there are none, so that they can stay as the compiler gave them.
    fn stream(&mut self, stream: TokenStream, place: Place) -> Option<TokenStream> {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        if tokens.iter().any(is_fragment) {
            // a macro's `$fragment` loses its precedence when it is put together again
            self.certain = false;
            return None;
        }
        let mut marked = Vec::with_capacity(tokens.len());
        let mut changed = false;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if let Some((length, replaced)) = self.exit(&tokens, at, place) {
                marked.extend(replaced);
                changed = true;
                at += length;
                continue;
            }
            let block = self.own_block(&tokens, at);
            if block > 0 {
                let mut inner = tokens
                    .iter()
                    .skip(at)
                    .take(block)
                    .cloned()
                    .collect::<Vec<_>>();
                self.blocks = AsyncBlocks::Apart;
                if let Some(TokenTree::Group(braces)) = inner.last_mut() {
                    *braces = self.group(braces);
                }
                self.blocks = AsyncBlocks::Within;
                marked.extend(inner);
                changed = true;
                at += block;
                continue;
            }
            let apart = self.apart(&tokens, at);
            if apart > 0 {
                marked.extend(tokens.iter().skip(at).take(apart).cloned());
                at += apart;
                continue;
            }
            match token {
                TokenTree::Group(group) => match self.stream(group.stream(), Place::of(group)) {
                    Some(inner) => {
                        marked.push(TokenTree::Group(regrouped(group, inner)));
                        changed = true;
                    }
                    None => marked.push(token.clone()),
                },
                TokenTree::Punct(mark) if mark.as_char() == '?' && ends_expression(&tokens, at) => {
                    self.tries = true;
                    changed = true;
                    marked.extend(self.at(mark.span()));
                    marked.push(token.clone());
                }
                _ => marked.push(token.clone()),
            }
            at += 1;
        }
        changed.then(|| marked.into_iter().collect())
    }

    /// How many tokens from here on are none of the function's own code.
    fn apart(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let rest = tokens.get(at..).unwrap_or_default();
        match rest {
            [TokenTree::Punct(hash), TokenTree::Group(_), ..] if hash.as_char() == '#' => 2,
            [TokenTree::Ident(word), TokenTree::Ident(_), ..]
                if is_any(word, &["fn", "trait", "mod"]) =>
            {
                item(rest)
            }
            [TokenTree::Ident(word), ..] if word == "impl" => item(rest),
            [TokenTree::Ident(word), ..] if word == "async" => async_block(rest),
            [TokenTree::Ident(name), TokenTree::Punct(bang), rest @ ..]
                if bang.as_char() == '!' && !is_any(name, KEYWORDS) =>
            {
                match rest {
                    [TokenTree::Group(_), ..] if is_any(name, TAKE_EXPRESSIONS) => 0,
                    [TokenTree::Group(_), ..] => {
                        self.certain &= is_any(name, RETURN_NOT);
                        3
                    }
                    [TokenTree::Ident(_), TokenTree::Group(_), ..] => 4,
                    _ => 0,
                }
            }
            [TokenTree::Punct(bar), ..]
                if bar.as_char() == '|'
                    && !ends_expression(tokens, at)
                    && !is_second_bar(tokens, at) =>
            {
                closure(rest)
            }
            _ => 0,
        }
    }

    /// The length of an async block that is the function's own future.
    fn own_block(&self, tokens: &[TokenTree], at: usize) -> usize {
        match self.blocks {
            AsyncBlocks::Within => async_block(tokens.get(at..).unwrap_or_default()),
            AsyncBlocks::Apart => 0,
        }
    }

    /// An exit that its first tokens tell: how many they are, and what stands for them.
    fn exit(
        &mut self,
        tokens: &[TokenTree],
        at: usize,
        place: Place,
    ) -> Option<(usize, TokenStream)> {
        let rest = tokens.get(at..)?;
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        match rest {
            [TokenTree::Ident(word), exit @ ..] if word == "return" => {
                let [TokenTree::Ident(err), TokenTree::Group(value), rest @ ..] = exit else {
                    self.certain = false;
                    return None;
                };
                if !is_error(err, value)
                    || !rest.first().is_none_or(|next| is_punct(next, &[';', ',']))
                {
                    self.certain = false;
                    return None;
                }
                let leave = leave(word.span());
                let value = self.group(value);
                if let Exits::Report(report) = self.exits {
                    let library = self.library;
                    let inspect = quote_spanned!(Span::mixed_site()=> #library::__private::inspect);
                    let look =
                        quote_spanned!(Span::mixed_site()=> |__dragonfly_error: &_| { #report });
                    return Some((3, quote!(#word #inspect(#err #value, #look))));
                }
                Some((3, quote!(#word { #leave #err #value })))
            }
            [TokenTree::Ident(err), TokenTree::Group(value)]
                if place == Place::Body
                    && is_error(err, value)
                    && before.is_none_or(|before| is_punct(before, &[';'])) =>
            {
                let leave = leave(err.span());
                let value = self.group(value);
                Some((2, quote!(#leave #err #value)))
            }
            [TokenTree::Ident(first), ..] => {
                let length = bail(rest)?;
                let call = rest.get(..length)?.iter().cloned().collect::<TokenStream>();
                let leave = leave(first.span());
                let is_statement = match before {
                    None => place != Place::Other,
                    Some(TokenTree::Group(before)) => before.delimiter() == Delimiter::Brace,
                    Some(before) => is_punct(before, &[';']),
                };
                if is_statement {
                    Some((length, quote!(#leave #call)))
                } else if is_after_arrow(tokens, at) {
                    Some((length, quote!({ #leave #call })))
                } else {
                    self.certain = false;
                    None
                }
            }
            _ => None,
        }
    }

    fn at(&self, at: Span) -> TokenStream {
        match self.exits {
            Exits::Report(report) => {
                let look = quote_spanned!(Span::mixed_site()=> |__dragonfly_error: &_| { #report });
                quote_spanned!(at=> .__dragonfly_inspect(#look))
            }
            _ => quote_spanned!(at=> .__dragonfly_at(&__DRAGONFLY_SITE)),
        }
    }

    fn group(&mut self, group: &Group) -> Group {
        match self.stream(group.stream(), Place::of(group)) {
            Some(inner) => regrouped(group, inner),
            None => group.clone(),
        }
    }
}

impl Place {
    fn of(group: &Group) -> Self {
        match group.delimiter() {
            Delimiter::Brace => Self::Braces,
            _ => Self::Other,
        }
    }
}

fn leave(at: Span) -> TokenStream {
    quote_spanned!(at=> __DRAGONFLY_SITE.leave();)
}

/// The start of the tail expression, if the tokens of a body end in one.
fn tail(tokens: &[TokenTree]) -> Option<Span> {
    let is_end = |token: &TokenTree| is_punct(token, &[';']);
    let mut start = tokens.iter().rposition(is_end).map_or(0, |end| end + 1);
    loop {
        let rest = tokens.get(start..)?;
        let first = rest.first()?;
        let length = block_statement(rest);
        let goes_on = |next: &TokenTree| is_punct(next, &['.', '?']);
        match rest.get(length) {
            Some(next) if length > 0 && !goes_on(next) => start += length,
            _ => return Some(first.span()),
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

/// The length of `anyhow::bail!(..)` or `bail!(..)`, which always returns.
fn bail(tokens: &[TokenTree]) -> Option<usize> {
    match tokens {
        [
            TokenTree::Ident(name),
            TokenTree::Punct(bang),
            TokenTree::Group(_),
            ..,
        ] if name == "bail" && bang.as_char() == '!' => Some(3),
        [
            TokenTree::Ident(_),
            TokenTree::Punct(colon),
            TokenTree::Punct(_),
            rest @ ..,
        ] if colon.as_char() == ':' => Some(3 + bail(rest)?),
        _ => None,
    }
}

/// The length of a closure, from its first `|`; 0 if it is a pattern's.
fn closure(tokens: &[TokenTree]) -> usize {
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
fn item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| is_braces(token) || is_punct(token, &[';']);
    tokens
        .iter()
        .position(ends)
        .map_or(tokens.len(), |end| end + 1)
}

fn up_to_braces(tokens: &[TokenTree]) -> usize {
    tokens
        .iter()
        .position(is_braces)
        .map_or(tokens.len(), |end| end + 1)
}

/// Whether an expression may have ended before this token.
fn ends_expression(tokens: &[TokenTree], at: usize) -> bool {
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

fn is_second_bar(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    matches!(before, Some(TokenTree::Punct(bar)) if bar.as_char() == '|' && bar.spacing() == Spacing::Joint)
}

fn is_after_arrow(tokens: &[TokenTree], at: usize) -> bool {
    let before = tokens.get(at.saturating_sub(2)..at).unwrap_or_default();
    matches!(before, [equals, arrow] if is_punct(equals, &['=']) && is_punct(arrow, &['>']))
}

/// `Err (..)`.
fn is_error(name: &Ident, value: &Group) -> bool {
    name == "Err" && value.delimiter() == Delimiter::Parenthesis
}

/// What a `macro_rules!` was given as `$e:expr` and the like.
fn is_fragment(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::None)
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_punct(token: &TokenTree, any: &[char]) -> bool {
    matches!(token, TokenTree::Punct(punct) if any.contains(&punct.as_char()))
}

fn is_any(word: &Ident, words: &[&str]) -> bool {
    words.iter().any(|other| word == other)
}

fn regrouped(group: &Group, inner: TokenStream) -> Group {
    let mut regrouped = Group::new(group.delimiter(), inner);
    regrouped.set_span(group.span());
    regrouped
}

#[cfg(test)]
mod tests {
    use super::{AsyncBlocks, Exits, Marked, mark};
    use crate::args::Library;
    use proc_macro2::{Delimiter, Group, TokenStream};
    use quote::quote;

    fn marked(body: TokenStream, blocks: AsyncBlocks) -> Marked {
        mark(
            &Group::new(Delimiter::Brace, body),
            &Library::default(),
            blocks,
            &Exits::Marked,
        )
    }

    /// The body with `@` for each mark.
    fn shown(body: TokenStream) -> String {
        let marked = marked(body, AsyncBlocks::Apart);
        let text = marked.body.stream().to_string();
        text.replace(". __dragonfly_at (& __DRAGONFLY_SITE) ?", "@ ?")
            .replace("__DRAGONFLY_SITE . leave () ;", "@")
    }

    #[track_caller]
    fn check(body: TokenStream, expected: &str) {
        let without_space = |text: &str| text.replace(' ', "");
        assert_eq!(without_space(&shown(body)), without_space(expected));
    }

    #[test]
    fn marks_every_try_of_the_function_itself() {
        check(quote!(a()?.b?[0]?), "a () @ ? . b @ ? [0] @ ?");
        check(quote!(f(x.await?)?;), "f (x . await @ ?) @ ? ;");
        check(
            quote!(x.0.1?; { y }?; S { z }?; "a"?),
            r#"x.0.1@?; {y}@?; S {z}@?; "a"@?"#,
        );
        check(quote!(a??), "a @ ? @ ?");
        check(
            quote!(match x? {
                A | B => c?,
                _ => d || e?,
            }),
            "match x @ ? { A | B => c @ ? , _ => d || e @ ? , }",
        );
        check(
            quote!(if !(a?) {
                b?
            }),
            "if ! (a @ ?) { b @ ? }",
        );
    }

    #[test]
    fn leaves_bounds_alone() {
        for body in [
            quote!(let x: &dyn Fn() = &f::<T>; g::<dyn A + ?Sized>()),
            quote!(
                struct S<T: ?Sized>(Box<T>);
            ),
        ] {
            let plain = body.to_string();
            assert_eq!(shown(body), plain);
        }
    }

    #[test]
    fn leaves_alone_what_has_exits_of_its_own() {
        for body in [
            quote!(let f = |x| x?; let g = || -> R { y? };),
            quote!(run(|a, b| f::<A, B>(a)?, 1)),
            quote!(async { x? }.await),
            quote!(async move { x? }),
            quote!(
                fn inner() -> R {
                    x?
                }
            ),
            quote!(impl S { fn inner() -> R { return Err(x?) } }),
            quote!(
                mod m {
                    fn inner() -> R {
                        x?
                    }
                }
            ),
            quote!(
                macro_rules! m {
                    ($x:expr) => {
                        $x?
                    };
                }
            ),
            quote!(try_all!(x?)),
            quote!(assert!(x?)),
            quote!(
                #[doc = "?"]
                x
            ),
        ] {
            let plain = body.to_string();
            assert_eq!(shown(body), plain);
        }
    }

    #[test]
    fn goes_on_after_it() {
        check(quote!(run(|x| x?, y?)?), "run (| x | x ? , y @ ?) @ ?");
        check(quote!(a.map(|x| x? + 1)?), "a . map (| x | x ? + 1) @ ?");
        check(quote!(println!("{}", x?)), r#"println!("{}", x@?)"#);
        check(
            "match x { | A | B => y?, }".parse().unwrap(),
            "match x { | A | B => y @ ?, }",
        );
    }

    #[test]
    fn marks_errors_that_are_returned() {
        check(
            quote!(if a { return Err(e?); } Ok(1)),
            "if a { return { @ Err (e @ ?) } ; } Ok (1)",
        );
        check(
            quote!(match a {
                A => return Err(e),
                B => bail!("x"),
            }),
            r#"match a { A => return { @ Err(e) }, B => { @ bail!("x") }, }"#,
        );
        check(quote!(anyhow::bail!("x");), r#"@ anyhow::bail!("x");"#);
        check(quote!(a; Err(e)), "a ; @ Err (e)");
        check(
            quote!(let r = { Err(e) }; return Err(e).map(f);),
            "let r = { Err (e) } ; return Err (e) . map (f) ;",
        );
    }

    #[test]
    fn knows_the_tail_only_where_nothing_else_can_fail_unseen() {
        let has_tail = |body| marked(body, AsyncBlocks::Apart).tail.is_some();
        assert!(has_tail(quote!(a?; b())));
        assert!(has_tail(
            quote!(if a { return Err(e); } match x { _ => b() })
        ));
        assert!(has_tail(quote!(bail!("x"); b())));
        assert!(!has_tail(quote!(a()?;)));
        assert!(!has_tail(quote!(if a { return x; } b())));
        assert!(!has_tail(quote!(ensure!(a); b())));
    }

    #[test]
    fn async_blocks_may_be_the_function() {
        let marked = marked(quote!(Box::pin(async move { x? })), AsyncBlocks::Within);
        assert!(marked.body.stream().to_string().contains("__dragonfly_at"));
    }
}
