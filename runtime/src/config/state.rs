use std::fmt;

use super::source::Source;

/// Says whether reports are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reporting {
    /// There is a DSN that may be used.
    On,
    /// Nothing is sent, and nothing is started.
    Off(OffReason),
}

impl Reporting {
    /// Whether reports are sent.
    pub fn is_on(&self) -> bool {
        matches!(self, Self::On)
    }
}

impl fmt::Display for Reporting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On => f.write_str("on"),
            Self::Off(reason) => write!(f, "off: {reason}"),
        }
    }
}

/// Says why nothing is sent; never holds a key.
///
/// ```
/// use dragonfly::config::OffReason;
///
/// assert_eq!(OffReason::NoDsn.to_string(), "no DSN");
/// assert!(OffReason::Veto.is_intended());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OffReason {
    /// No source names a DSN.
    NoDsn,
    /// The operator set `SENTRY_DSN` to nothing.
    Veto,
    /// The DSN cannot be read. A lower source is not asked: reports must not go where nobody
    /// wanted them.
    Malformed {
        /// Where it stands.
        source: Source,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The DSN says `http://`, its host is not loopback, and nobody allowed it.
    PlainHttp {
        /// Where it stands.
        source: Source,
        /// The host.
        host: String,
    },
}

impl OffReason {
    /// Whether this is a way to run on purpose, not a mistake.
    pub fn is_intended(&self) -> bool {
        matches!(self, Self::NoDsn | Self::Veto)
    }
}

impl fmt::Display for OffReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDsn => f.write_str("no DSN"),
            Self::Veto => f.write_str("SENTRY_DSN is set to nothing"),
            Self::Malformed { source, why } => {
                write!(f, "the DSN in `{source}` is malformed: {why}")
            }
            Self::PlainHttp { source, host } => {
                write!(
                    f,
                    "`http://` is refused for `{host}`, the host of the DSN in `{source}`"
                )
            }
        }
    }
}
