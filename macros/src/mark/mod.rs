//! Marks the places at which an error leaves a body, in its tokens: the body is never parsed.
//!
//! What belongs to the function itself is marked; what belongs to a closure, an async block, an
//! item, or to a macro of unknown meaning inside it is left as it stands. A place that is missed
//! only makes the return trace less precise, so every doubt is decided against a mark.

mod shape;
#[cfg(test)]
mod tests;
mod waited;

pub(crate) use shape::{From, Tail, any_token, async_block, regrouped, up_to_end};

use crate::args::{Library, Trace};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use shape::{
    KEYWORDS, bail, came_from, closure, ends_expression, ensure, is_after_arrow, is_any, is_error,
    is_fragment, is_made_here, is_punct, is_second_bar, is_success, item, returned_call, tail,
};
use waited::{Waited, waited};

/// A body with its exits marked.
pub(crate) struct Marked {
    pub(crate) body: Group,
    /// Whether a `?` was marked, for which a trait has to be in scope.
    pub(crate) tries: bool,
    /// The tail expression, if an error that passed no mark can only have come from there.
    pub(crate) tail: Option<Tail>,
}

/// What is put at an exit.
pub(crate) enum Exits {
    Unmarked,
    /// A note of the place, for the function to pick up.
    Noted,
    /// A report of `__dragonfly_error`, in a function that cannot look at its own result.
    Reported(TokenStream, Trace),
}

/// Whose exits the async blocks of a body are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsyncBlocks {
    /// Their own.
    Apart,
    /// Those of the function, which returns such a block as its future.
    Within,
    /// Their own, but for one that the function waits for at its end.
    Waited,
}

impl AsyncBlocks {
    /// Of the body of an async function, which is in such a block if `#[tracing::instrument]` stands above.
    pub(crate) fn of_async(body: &Group) -> Self {
        let is_future =
            |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name == INSTRUMENTED);
        if body.stream().into_iter().any(|token| is_future(&token)) {
            Self::Within
        } else {
            Self::Apart
        }
    }
}

/// What `tracing-attributes` calls the future that it makes of a body.
const INSTRUMENTED: &str = "__tracing_instrument_future";

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
    "debug_span",
    "env",
    "error",
    "error_span",
    "eyre",
    "include_bytes",
    "include_str",
    "info",
    "info_span",
    "json",
    "panic",
    "todo",
    "trace",
    "trace_span",
    "unimplemented",
    "unreachable",
    "warn",
    "warn_span",
];

/// ```text
/// // Input:
/// { let text = read?; if text.is_empty() { return Err(Empty); } parse(text) }
/// // Output:
/// {
///     let text = read.__dragonfly_at(&__DRAGONFLY_SITE)?;
///     if text.is_empty() { return { __DRAGONFLY_SITE.leave(); Err(Empty) }; }
///     parse(text)
/// }
/// ```
///
/// What is inserted stands at the token that it marks, so that the compiler's own location is the mark's.
/// Where the tokens tell it, a mark also says where the error is from: `fail()` instead of `leave()` for
/// one that is new, `__dragonfly_received` instead of `__dragonfly_at` for one that came out of a value,
/// `__dragonfly_returned` for one that a call gave.
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
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let is_waiting = blocks == AsyncBlocks::Waited;
    let (tokens, tail) = match is_waiting.then(|| waited(&tokens)).flatten() {
        Some(waited) => (marker.waiting(&tokens, &waited), waited.tail()),
        None => (marker.stream(body.stream(), Place::Body), tail(&tokens)),
    };
    let tail = tail.filter(|_| marker.certain);
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
            let replaced = self
                .exit(&tokens, at, place)
                .or_else(|| self.own_block(&tokens, at));
            if let Some((length, replaced)) = replaced {
                marked.extend(replaced);
                changed = true;
                at += length;
                continue;
            }
            let apart = self.apart(&tokens, at).max(1);
            match token {
                _ if apart > 1 => marked.extend(tokens.iter().skip(at).take(apart).cloned()),
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
                    let from = came_from(tokens.get(..at).unwrap_or_default());
                    marked.extend(self.at(mark.span(), &from));
                    marked.push(token.clone());
                }
                _ => marked.push(token.clone()),
            }
            at += apart;
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
                    [TokenTree::Group(arguments), ..] => {
                        let is_try = |token: &TokenTree| is_punct(token, &['?']);
                        self.certain &=
                            is_any(name, RETURN_NOT) && !any_token(arguments.stream(), is_try);
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

    /// A body that ends by waiting for a block; what an attribute wrote behind the block has no exits.
    fn waiting(&mut self, tokens: &[TokenTree], waited: &Waited) -> Option<TokenStream> {
        let (before, rest) = tokens.split_at_checked(waited.at.start)?;
        let (block, behind) = rest.split_at_checked(waited.at.len())?;
        let stream = |tokens: &[TokenTree]| tokens.iter().cloned().collect::<TokenStream>();
        let before_marked = self.stream(stream(before), Place::Body);
        self.blocks = AsyncBlocks::Within;
        let block_marked = self.stream(stream(block), Place::Other);
        if before_marked.is_none() && block_marked.is_none() {
            return None;
        }
        let before = before_marked.unwrap_or_else(|| stream(before));
        let block = block_marked.unwrap_or_else(|| stream(block));
        Some(quote!(#before #block #(#behind)*))
    }

    /// An async block that is the function's own future, marked; those inside it are not.
    fn own_block(&mut self, tokens: &[TokenTree], at: usize) -> Option<(usize, TokenStream)> {
        if self.blocks != AsyncBlocks::Within {
            return None;
        }
        let rest = tokens.get(at..)?;
        let length = async_block(rest);
        let Some((TokenTree::Group(braces), head)) = rest.get(..length)?.split_last() else {
            return None;
        };
        self.blocks = AsyncBlocks::Apart;
        let braces = self.group(braces);
        self.blocks = AsyncBlocks::Within;
        Some((length, quote!(#(#head)* #braces)))
    }

    /// An exit that its first tokens tell: how many they are, and what stands for them.
    fn exit(
        &mut self,
        tokens: &[TokenTree],
        at: usize,
        place: Place,
    ) -> Option<(usize, TokenStream)> {
        let rest = tokens.get(at..)?;
        match rest {
            [TokenTree::Ident(word), exit @ ..] if word == "return" => {
                let returned = self.returned(word, exit);
                self.certain &= returned.is_some() || is_success(exit);
                Some((3, returned?))
            }
            [TokenTree::Ident(err), TokenTree::Group(value)]
                if place == Place::Body
                    && is_error(err, value)
                    && before(tokens, at).is_none_or(|before| is_punct(before, &[';'])) =>
            {
                let leave = self.leave(err.span(), value)?;
                Some((2, quote!(#leave #err #value)))
            }
            [TokenTree::Ident(first), ..] => {
                let Some(length) = bail(rest) else {
                    return self.ensured(first, tokens, at, place);
                };
                let ended = rest.get(length).is_some_and(|end| is_punct(end, &[';']));
                let length = length + usize::from(ended);
                let bailed = self.bailed(first, rest.get(..length)?, tokens, at, place);
                self.certain &= bailed.is_some();
                Some((length, bailed?))
            }
            _ => None,
        }
    }

    /// `return Err(..)`, from its second token on.
    fn returned(&mut self, word: &Ident, exit: &[TokenTree]) -> Option<TokenStream> {
        let (err, value) = returned_call(exit)?;
        if !is_error(err, value) {
            return None;
        }
        if let Exits::Reported(..) = self.exits {
            let library = self.library;
            let inspect = quote_spanned!(Span::mixed_site()=> #library::__private::inspect);
            let look = self.look(note(word.span(), value.stream()));
            let value = self.group(value);
            return Some(quote!(#word #inspect(#err #value, #look)));
        }
        let leave = self.leave(word.span(), value)?;
        Some(quote!(#word { #leave #err #value }))
    }

    /// `bail!(..)`, where it is a statement or the arm of a `match`.
    fn bailed(
        &mut self,
        first: &Ident,
        call: &[TokenTree],
        tokens: &[TokenTree],
        at: usize,
        place: Place,
    ) -> Option<TokenStream> {
        let arguments = call.iter().find_map(|token| match token {
            TokenTree::Group(group) => Some(group),
            _ => None,
        })?;
        let leave = self.leave(first.span(), arguments)?;
        // one statement or expression, as it was
        (begins_statement(tokens, at, place) || is_after_arrow(tokens, at))
            .then(|| quote!({ #leave #(#call)* }))
    }

    /// `ensure!(..);`, which returns or goes on.
    fn ensured(
        &self,
        first: &Ident,
        tokens: &[TokenTree],
        at: usize,
        place: Place,
    ) -> Option<(usize, TokenStream)> {
        let rest = tokens.get(at..)?;
        let length = ensure(rest)?;
        let [call @ .., end] = rest.get(..=length)? else {
            return None;
        };
        let Some(TokenTree::Group(arguments)) = call.last() else {
            return None;
        };
        // it may be left by what is within, or be dropped while that waits
        let is_left_within =
            |token: &TokenTree| is_punct(token, &['?']) || is_word(token, &["await", "return"]);
        let is_marked = matches!(self.exits, Exits::Noted)
            && begins_statement(tokens, at, place)
            && is_punct(end, &[';'])
            && !any_token(arguments.stream(), is_left_within);
        if !is_marked {
            return None;
        }
        let said = arguments.stream().into_iter();
        let said = said.skip_while(|token| !is_punct(token, &[',']));
        let note = note(first.span(), said.collect());
        let library = self.library;
        let left = quote_spanned!(Span::mixed_site()=> __dragonfly_left);
        let unless = quote_spanned!(Span::mixed_site()=> #library::__private::unless_passed);
        let marked = quote! {{
            let #left = #unless(|| { #note });
            #(#call)* #end
            #left.passed();
        }};
        Some((length + 1, marked))
    }

    /// A note that the function is about to be left with `value`, unless another `?` in there may
    /// leave it first: that one would find the note of this place below its own.
    fn leave(&mut self, at: Span, value: &Group) -> Option<TokenStream> {
        let can_leave = |token: &TokenTree| is_punct(token, &['?']);
        let is_left_before = any_token(value.stream(), can_leave);
        let is_noted = matches!(self.exits, Exits::Noted);
        (is_noted && !is_left_before).then(|| note(at, value.stream()))
    }

    fn at(&self, at: Span, from: &From) -> TokenStream {
        if let Exits::Reported(..) = self.exits {
            let note = match from {
                From::Value => quote_spanned!(at=> __DRAGONFLY_SITE.receive();),
                From::Somewhere | From::Call(_) => quote_spanned!(at=> __DRAGONFLY_SITE.leave();),
            };
            let look = self.look(note);
            return quote_spanned!(at=> .__dragonfly_inspect(#look));
        }
        match from {
            From::Somewhere => quote_spanned!(at=> .__dragonfly_at(&__DRAGONFLY_SITE)),
            From::Value => quote_spanned!(at=> .__dragonfly_received(&__DRAGONFLY_SITE)),
            From::Call(name) => {
                quote_spanned!(at=> .__dragonfly_returned(&__DRAGONFLY_SITE, #name))
            }
        }
    }

    /// Reports an error that is about to leave the function. In this closure, unlike around it, a
    /// location is that of the token.
    fn look(&self, note: TokenStream) -> TokenStream {
        let Exits::Reported(report, trace) = self.exits else {
            return TokenStream::new();
        };
        let note = (*trace == Trace::On).then_some(note);
        quote_spanned!(Span::mixed_site()=> |__dragonfly_error: &_, __dragonfly_floor| { #note #report })
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

fn before(tokens: &[TokenTree], at: usize) -> Option<&TokenTree> {
    at.checked_sub(1).and_then(|before| tokens.get(before))
}

fn begins_statement(tokens: &[TokenTree], at: usize, place: Place) -> bool {
    match before(tokens, at) {
        None => place != Place::Other,
        Some(TokenTree::Group(before)) => before.delimiter() == Delimiter::Brace,
        Some(before) => is_punct(before, &[';']),
    }
}

fn is_word(token: &TokenTree, words: &[&str]) -> bool {
    matches!(token, TokenTree::Ident(word) if is_any(word, words))
}

fn note(at: Span, value: TokenStream) -> TokenStream {
    if is_made_here(value) {
        quote_spanned!(at=> __DRAGONFLY_SITE.fail();)
    } else {
        quote_spanned!(at=> __DRAGONFLY_SITE.leave();)
    }
}
