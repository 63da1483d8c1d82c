//! What is not reported: errors that the program expects, the share that sampling leaves out, and
//! what one function has too much of. All is decided on the failing thread, before a report is made.

mod budget;
mod names;

pub(crate) use budget::LeftOut;

use super::chain::{Chain, guarded};
use super::site::Site;
use super::types;
use super::view::{ErrorView, Seen};
use crate::config::{Pattern, Rule};
use budget::Budgets;
use names::Names;
use std::error::Error;
use std::io;
use std::sync::OnceLock;
use std::time::Instant;

/// What the program says of errors that are not to be reported, and what each function has left.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    names: Names,
    /// Variants of `io::ErrorKind`.
    kinds: Vec<String>,
    messages: Vec<Pattern>,
    /// The program's; unset as long as nobody has had the last word over Sentry's options.
    sample_rate: OnceLock<f32>,
    max_per_minute: Option<u32>,
    budgets: Budgets,
}

/// Why an error is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    Sampled,
    Limited,
}

impl Filter {
    /// A filter for entries of `ignore_errors`; those that cannot be read were told of before.
    pub(crate) fn new(ignored: &[String], max_per_minute: Option<u32>) -> Self {
        let mut filter = Self {
            max_per_minute,
            ..Self::default()
        };
        for rule in ignored.iter().filter_map(|entry| Rule::read(entry).ok()) {
            match rule {
                Rule::Type(path) => filter.names.add(path),
                Rule::Kind(variant) => filter.kinds.push(variant),
                Rule::Message(pattern) => filter.messages.push(pattern),
            }
        }
        filter
    }

    /// Sets the share of errors that the program reports.
    pub(crate) fn sample(&self, rate: f32) {
        let _ = self.sample_rate.set(rate);
    }

    /// The share of errors that the program reports.
    pub(crate) fn sample_rate(&self) -> f32 {
        self.sample_rate.get().copied().unwrap_or(1.0)
    }

    /// The texts of an error, unless the program ignores it. Types are asked first: of what is
    /// ignored by its type, no text is made.
    pub(crate) fn chain_of(&self, view: ErrorView<'_>) -> Option<Chain> {
        if self.ignores_type(view) {
            return None;
        }
        let chain = Chain::of(view);
        let is_ignored = |text: &str| self.messages.iter().any(|pattern| pattern.is_match(text));
        let ignored = chain.0.iter().any(|link| is_ignored(&link.value));
        (!ignored).then_some(chain)
    }

    /// Whether the program ignores what `print!` and its like panic with: the failure of a write.
    pub(crate) fn ignores_panic(&self, text: &str) -> bool {
        !self.kinds.is_empty()
            && names::kind_from_print(text).is_some_and(|kind| self.ignores_kind(&kind))
    }

    /// Lets one more error of the function through, or says why not. Where others were left out
    /// before it, it carries their count.
    pub(crate) fn admit(
        &self,
        site: &'static Site,
        sampled: impl FnOnce(f32) -> bool,
    ) -> Result<Option<LeftOut>, Cause> {
        if !sampled(site.sample_rate.unwrap_or_else(|| self.sample_rate())) {
            return Err(Cause::Sampled);
        }
        match site.max_per_minute.or(self.max_per_minute) {
            Some(most) => self.budgets.spend(site, most, Instant::now()),
            None => Ok(None),
        }
    }

    fn ignores_type(&self, view: ErrorView<'_>) -> bool {
        if self.names.is_empty() && self.kinds.is_empty() {
            return false;
        }
        match view.seen {
            Seen::Error(error) => {
                let path = types::inside(view.type_name);
                self.names.have_path(path)
                    || (path == names::IO_ERROR && self.ignores_kind_shown_by(error))
                    || self.ignores_source_of(error)
            }
            Seen::Inside(error) => {
                self.names.have_erased(error)
                    || self.ignores_kind_shown_by(error)
                    || self.ignores_source_of(error)
            }
            Seen::Display(_) | Seen::Debug(_) | Seen::Nothing => {
                self.names.have_path(types::inside(view.type_name))
            }
        }
    }

    fn ignores_source_of(&self, outermost: &(dyn Error + '_)) -> bool {
        /// A chain that loops is cut here.
        const MOST_LINKS: usize = 64;
        let mut next = guarded(|| outermost.source()).flatten();
        for _ in 0..MOST_LINKS {
            let Some(error) = next else { return false };
            let ignored = match error.downcast_ref::<io::Error>() {
                Some(error) => {
                    self.names.have_path(names::IO_ERROR)
                        || self.ignores_kind(&format!("{:?}", error.kind()))
                }
                None => match types::known(error) {
                    Some(path) => self.names.have_path(path),
                    None => self.names.have_erased(error),
                },
            };
            if ignored {
                return true;
            }
            next = guarded(|| error.source()).flatten();
        }
        false
    }

    /// Nothing says of the outermost error how long it lives, so it cannot be asked for its type;
    /// what an `io::Error` prints of itself names its kind.
    fn ignores_kind_shown_by(&self, error: &(dyn Error + '_)) -> bool {
        !self.kinds.is_empty()
            && names::kind_from_debug(error).is_some_and(|kind| self.ignores_kind(&kind))
    }

    fn ignores_kind(&self, kind: &str) -> bool {
        self.kinds.iter().any(|ignored| ignored == kind)
    }
}

#[cfg(test)]
mod tests;
