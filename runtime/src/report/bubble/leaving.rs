//! An error that leaves a function, and whether it may be one that is known.

use super::{Entry, Fate};
use crate::report::chain::Chain;
use crate::report::passed::{Exit, ExitKind};
use crate::report::site::Site;
use crate::report::strand::Strand;
use std::sync::Arc;

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claimant {
    /// An annotated function.
    Function,
    /// `main`, where every error ends.
    Main,
}

/// An error that leaves a function.
pub(crate) struct Leaving<'a> {
    pub(crate) who: Claimant,
    pub(crate) site: &'static Site,
    pub(crate) exit: Option<Exit>,
    pub(crate) strand: Strand,
    pub(crate) chain: &'a Arc<Chain>,
}

/// An error that was seen before.
pub(crate) struct Claimed {
    pub(crate) fate: Fate,
    /// Whether it is told of by the one that it became.
    pub(crate) is_told: bool,
}

impl Leaving<'_> {
    pub(super) fn kind(&self) -> ExitKind {
        self.exit.map_or(self.site.tail_is, |exit| exit.kind)
    }

    pub(super) fn claimed(&self, entry: &Entry) -> Claimed {
        Claimed {
            fate: entry.fate,
            is_told: self.is_told_of_by(entry),
        }
    }

    pub(super) fn is_told_of_by(&self, entry: &Entry) -> bool {
        self.chain.contains(&entry.chain)
    }

    /// Whether it is an answer that was made of what the function returned which an entry's error left last.
    fn answers(&self, entry: &Entry) -> bool {
        self.kind() == ExitKind::Returned(entry.site.function)
            && self.chain.is_another_type(&entry.chain)
    }

    /// Whether this may be an entry's error, once it is known which frame of its stack this call is.
    /// In the frame that an error reached, only another function, inlined there, can pass it on.
    pub(super) fn passes_on(&self, entry: &Entry, position: usize) -> bool {
        let is_beyond =
            position > entry.reached || (position == entry.reached && !entry.site.is(self.site));
        is_beyond && (self.is_told_of_by(entry) || self.answers(entry))
    }

    /// Whether this may be an entry's error that came up from another strand, as most do that are
    /// awaited or joined.
    pub(super) fn comes_from_below(&self, entry: &Entry) -> bool {
        self.strand.is_older_than(entry.strand)
            && !entry.site.is(self.site)
            && self.is_told_of_by(entry)
    }
}
