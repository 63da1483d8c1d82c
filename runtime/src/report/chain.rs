//! The texts of an error and of its causes, taken once, on the failing thread.

#[cfg(feature = "tracing")]
pub(crate) mod logged;

use super::bounded::{Bounded, MOST_BYTES};
use super::types;
use super::view::{ErrorView, Seen};
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Display, Write as _};
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One error of a chain.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    /// `io::Error`, as short as it stays clear.
    pub(crate) type_name: Cow<'static, str>,
    /// Its `Display`, or the next best text; empty where its type offers none.
    pub(crate) value: String,
    /// Where the error lies in memory, where that outlives the function: in a box, or inside one.
    place: Option<usize>,
    /// Whether it was told by the text of the error before it alone.
    is_told: bool,
    /// The beginning of its `Debug`, where somebody may log it so.
    #[cfg(feature = "tracing")]
    debug: String,
}

/// An error and its causes, outermost first; never empty.
#[derive(Debug, Clone)]
pub(crate) struct Chain(pub(crate) Vec<Link>);

/// A chain that loops, or that a `source` makes up as it goes, is cut here.
const MOST_LINKS: usize = 64;

/// Room that is enough for most texts, so that they need not grow.
const MOST_TEXTS: usize = 64;

/// What a text of an error goes on with before the text of its cause.
const BECAUSE: &str = ": ";

impl Chain {
    /// Formats what the view shows. User code runs here (`Display`, `Debug`, `source`); if it
    /// panics, the text says so and the program does not notice.
    pub(crate) fn of(view: ErrorView<'_>) -> Self {
        let links = match view.seen {
            Seen::Error(error) => Self::walk(error, Some(view.type_name)),
            Seen::Inside(error) => Self::walk(error, None),
            Seen::Display(value) => {
                let link = Link::new(view.type_name, text(|out| write!(out, "{value}")), None);
                let cause = types::wraps(view.type_name).then(|| Link::told(&link, value));
                iter::once(link).chain(cause.flatten()).collect()
            }
            Seen::Debug(value) => vec![Link::new(
                view.type_name,
                text(|out| write!(out, "{value:?}")),
                None,
            )],
            Seen::Nothing => vec![Link::new(view.type_name, String::new(), None)],
        };
        Self(links)
    }

    fn walk(outermost: &(dyn Error + '_), type_name: Option<&'static str>) -> Vec<Link> {
        let mut links = vec![match type_name {
            Some(name) => Link {
                #[cfg(feature = "tracing")]
                debug: logged::debug_of(outermost),
                ..Link::new(name, said(outermost), None)
            },
            None => Link::inside(outermost),
        }];
        // what is not in a box moves, and what lies within it
        let place = place_of(outermost);
        let moves = match type_name {
            Some(_) => place..place + size_of_val(outermost),
            None => 0..0,
        };
        let mut source = guarded(|| outermost.source()).flatten();
        while let Some(error) = source {
            if links.len() == MOST_LINKS {
                break;
            }
            let mut link = Link::source(error);
            link.place = link.place.filter(|place| !moves.contains(place));
            links.push(link);
            source = guarded(|| error.source()).flatten();
        }
        links
    }

    /// The memory that the texts take.
    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(Link::bytes).sum()
    }

    /// Where its errors lie in memory, of those that lie in boxes.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().filter_map(|link| link.place)
    }

    /// Whether this chain tells of the same failure as `earlier`, perhaps wrapped since.
    pub(crate) fn contains(&self, earlier: &Self) -> bool {
        let (ours, theirs) = (&self.0, &earlier.0);
        if ours.len() >= theirs.len() {
            let tail = &ours[ours.len() - theirs.len()..];
            if tail.iter().zip(theirs).all(|(our, their)| our.is(their)) {
                return true;
            }
        }
        // as part of a text it has no causes of its own any more
        ours.last()
            .is_some_and(|text| tells_of(&text.value, theirs))
    }

    /// Whether the outermost error is of another type than that of `earlier`, and not in a box, whose type says
    /// nothing.
    pub(crate) fn is_another_type(&self, earlier: &Self) -> bool {
        let (Some(ours), Some(theirs)) = (self.0.first(), earlier.0.first()) else {
            return false;
        };
        ours.place.is_none() && ours.type_name != theirs.type_name
    }

    /// Takes the wider chain, keeping the causes that it no longer names.
    pub(crate) fn widen(&mut self, wider: &Self) {
        let earlier = std::mem::replace(self, wider.clone());
        self.tell_apart(&earlier);
        for link in &mut self.0 {
            // the function closest to the error knew its type best
            if let Some(known) = earlier.0.iter().find(|known| known.value == link.value) {
                link.type_name.clone_from(&known.type_name);
            }
        }
        let missing: Vec<Link> = earlier
            .0
            .into_iter()
            .filter(|link| !self.0.iter().any(|ours| ours.value == link.value))
            .collect();
        self.0.extend(missing);
    }

    /// Takes the errors of an earlier chain out of a text that tells of all of them.
    fn tell_apart(&mut self, earlier: &Self) {
        let Some(told) = self.0.last_mut().filter(|link| link.is_told) else {
            return;
        };
        let values: Vec<&str> = earlier.0.iter().map(|link| link.value.as_str()).collect();
        let Some(before) = told.value.strip_suffix(&values.join(BECAUSE)) else {
            return;
        };
        match before.strip_suffix(BECAUSE).map(str::len) {
            Some(end) => told.value.truncate(end),
            None if before.is_empty() => drop(self.0.pop()),
            None => {}
        }
    }
}

impl Link {
    fn new(type_name: &'static str, value: String, place: Option<usize>) -> Self {
        Self {
            type_name: types::short(type_name),
            value,
            place,
            is_told: false,
            #[cfg(feature = "tracing")]
            debug: String::new(),
        }
    }

    fn bytes(&self) -> usize {
        #[cfg(feature = "tracing")]
        return self.value.len() + self.debug.len();
        #[cfg(not(feature = "tracing"))]
        self.value.len()
    }

    /// What caused an error that has no source, where its `{:#}` tells: that of reports goes on after the
    /// text with the causes.
    fn told(link: &Self, error: &dyn Display) -> Option<Self> {
        let whole = text(|out| write!(out, "{error:#}"));
        let causes = whole.strip_prefix(&link.value)?.strip_prefix(BECAUSE)?;
        Some(Self {
            type_name: "Error".into(),
            is_told: true,
            ..Self::new("", causes.to_owned(), None)
        })
    }

    /// One inside of `anyhow`, `eyre` or a box.
    fn inside(error: &(dyn Error + '_)) -> Self {
        let shown = text(|out| write!(out, "{error}"));
        let type_name = types::from_debug(error, &shown);
        Self {
            type_name,
            ..Self::new("", or_debug(shown, error), Some(place_of(error)))
        }
    }

    /// One that another names as its source.
    fn source(error: &(dyn Error + 'static)) -> Self {
        match types::known(error) {
            Some(path) => Self::new(path, said(error), Some(place_of(error))),
            None => Self::inside(error),
        }
    }

    /// Whether both may be the same error; of two without a text, the type must say so.
    fn is(&self, other: &Self) -> bool {
        self.value == other.value && (!self.value.is_empty() || self.type_name == other.type_name)
    }
}

/// What an error says of itself.
fn said(error: &(dyn Error + '_)) -> String {
    or_debug(text(|out| write!(out, "{error}")), error)
}

/// The `Debug` of an error whose `Display` says nothing, as that of an exit code.
fn or_debug(shown: String, error: &(dyn Error + '_)) -> String {
    if shown.is_empty() {
        text(|out| write!(out, "{error:?}"))
    } else {
        shown
    }
}

fn place_of(error: &(dyn Error + '_)) -> usize {
    std::ptr::from_ref(error).cast::<()>() as usize
}

/// Whether a text tells of a chain: `order 12: closed` of `order 12`, but not of `order 1`, nor of
/// `order 12` because of something else.
fn tells_of(text: &str, chain: &[Link]) -> bool {
    let Some((outermost, causes)) = chain.split_first() else {
        return false;
    };
    !outermost.value.is_empty()
        && text.match_indices(&outermost.value).any(|(at, found)| {
            let (before, rest) = text.split_at(at);
            let after = rest.get(found.len()..).unwrap_or_default();
            !is_one_word(before, found) && !is_one_word(found, after) && goes_on_with(after, causes)
        })
}

/// Whether a text that goes on after an error with what caused it names these causes.
fn goes_on_with(mut text: &str, causes: &[Link]) -> bool {
    for cause in causes {
        let Some(because) = text.strip_prefix(BECAUSE) else {
            return true;
        };
        match because.strip_prefix(&cause.value) {
            Some(rest) if !is_one_word(&cause.value, rest) => text = rest,
            _ => return false,
        }
    }
    true
}

/// Whether a text was cut within a word, or a number.
fn is_one_word(before: &str, after: &str) -> bool {
    before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
}

pub(super) fn guarded<R>(user_code: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(user_code)).ok()
}

pub(super) fn text(format: impl FnOnce(&mut Bounded) -> fmt::Result) -> String {
    let mut out = Bounded::new(MOST_BYTES);
    out.text.reserve(MOST_TEXTS);
    match guarded(|| format(&mut out)) {
        Some(_) => {}
        None => out
            .text
            .push_str("<its text could not be made: formatting it panicked>"),
    }
    out.text
}

#[cfg(test)]
#[expect(
    clippy::needless_borrow,
    reason = "the expansion's own form, whose tiers it counts"
)]
mod tests {
    use super::{Chain, Link, MOST_BYTES, text};
    use crate::report::view::{Probe, View as _};
    use std::fmt::{self, Write as _};
    use std::io;

    fn chain(links: &[&str]) -> Chain {
        let link = |value: &&str| Link::new("E", (*value).into(), None);
        Chain(links.iter().map(link).collect())
    }

    #[test]
    fn walks_the_causes() {
        let error =
            anyhow::Error::from(io::Error::from_raw_os_error(2)).context("reading shop.toml");
        let chain = Chain::of((&&&&&&&Probe(&error)).__dragonfly_view());
        let seen: Vec<_> = chain.0.iter().map(|link| &*link.type_name).collect();
        assert_eq!(seen.last(), Some(&"io::Error"));
        assert_eq!(
            chain.0.first().map(|link| link.value.as_str()),
            Some("reading shop.toml")
        );
    }

    #[test]
    fn a_message_is_no_type() {
        let error = anyhow::anyhow!("Connection refused");
        let chain = Chain::of((&&&&&&&Probe(&error)).__dragonfly_view());
        assert_eq!(chain.0[0].type_name, "Error");
        let error: Box<dyn std::error::Error> = "12"
            .parse::<u8>()
            .map(|_| "x".parse::<u8>())
            .unwrap()
            .unwrap_err()
            .into();
        let chain = Chain::of((&&&&&&&Probe(&error)).__dragonfly_view());
        assert_eq!(chain.0[0].type_name, "ParseIntError");
    }

    #[test]
    fn recognises_the_same_failure() {
        let earlier = chain(&["no such file"]);
        assert!(chain(&["no such file"]).contains(&earlier));
        assert!(chain(&["loading", "no such file"]).contains(&earlier));
        assert!(chain(&["loading: no such file"]).contains(&earlier));
        assert!(!chain(&["permission denied"]).contains(&earlier));
        assert!(!chain(&["x"]).contains(&chain(&[""])));
        assert!(chain(&["order 12: closed"]).contains(&chain(&["order 12"])));
        assert!(!chain(&["order 12: closed"]).contains(&chain(&["order 1"])));
        assert!(!chain(&["disorder 1"]).contains(&chain(&["order 1"])));
        assert!(chain(&["disorder 1, order 1"]).contains(&chain(&["order 1"])));
        assert!(chain(&[""]).contains(&chain(&[""])));
        let refused = chain(&["loading", "refused"]);
        assert!(chain(&["shop: loading: refused"]).contains(&refused));
        assert!(chain(&["shop: loading"]).contains(&refused));
        assert!(!chain(&["shop: loading: closed"]).contains(&refused));
        assert!(!chain(&["a: order 12"]).contains(&chain(&["a", "order 1"])));
        assert!(!chain(&["a: a: closed"]).contains(&chain(&["a", "a", "refused"])));
        assert!(!chain(&["loading", "closed"]).contains(&refused));
    }

    #[test]
    fn widening_keeps_what_the_wrapper_dropped() {
        let mut earlier = chain(&["a: b", "b"]);
        earlier.widen(&chain(&["outer: a: b"]));
        let values: Vec<_> = earlier.0.iter().map(|link| link.value.as_str()).collect();
        assert_eq!(values, ["outer: a: b", "a: b", "b"]);
    }

    #[test]
    fn causes_that_a_text_alone_tells_are_told_apart_once_they_are_known() {
        /// What goes on after its text with its causes, if it is asked to.
        struct Report(&'static [&'static str]);
        impl fmt::Display for Report {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let shown = if f.alternate() { self.0.len() } else { 1 };
                f.write_str(&self.0[..shown].join(": "))
            }
        }
        fn told(texts: &'static [&'static str]) -> Chain {
            Chain::of((&&&&&&&Probe(&Box::new(Report(texts)))).__dragonfly_view())
        }
        let values = |chain: &Chain| -> Vec<String> {
            chain.0.iter().map(|link| link.value.clone()).collect()
        };
        assert_eq!(values(&told(&["a"])), ["a"]);
        let mut earlier = told(&["b", "c"]);
        assert_eq!(values(&earlier), ["b", "c"]);
        for (wider, expected) in [
            (told(&["a", "b", "c"]), &["a", "b", "c"][..]),
            (told(&["z", "y", "a", "b", "c"]), &["z", "y", "a", "b", "c"]),
        ] {
            assert!(wider.contains(&earlier));
            earlier.widen(&wider);
            assert_eq!(values(&earlier), expected);
        }
        assert!(!told(&["a", "b", "d"]).contains(&told(&["b", "c"])));
    }

    struct Endless;
    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            loop {
                f.write_str("é and on and on ")?;
            }
        }
    }

    #[test]
    fn an_endless_text_ends() {
        let cut = text(|out| write!(out, "{Endless}"));
        assert!(cut.len() <= MOST_BYTES && cut.len() > MOST_BYTES - 8);
    }
}
