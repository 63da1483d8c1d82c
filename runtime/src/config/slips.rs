//! Names that are read by nobody, and near one that is.

use super::names::{own_keys, variables};

/// What people write for `SENTRY_DSN`.
pub(super) const FOR_DSN: [&str; 6] = [
    "SENTRY_DNS",
    "SENTRY_SDN",
    "SENTY_DSN",
    "SENTRYDSN",
    "DRAGONFLY_DSN",
    "sentry_dsn",
];

/// The variable that was meant by one of another name, for tools that explain settings; `None` if that is read, or
/// near none that is.
///
/// It may still be somebody else's, so programs say nothing of it, unless it holds a DSN and nothing else does.
///
/// ```
/// use dragonfly::config::meant_by;
///
/// assert_eq!(meant_by("SENTRY_ENV"), Some("SENTRY_ENVIRONMENT"));
/// assert_eq!(meant_by("SENTRY_SPOOL"), Some("DRAGONFLY_SPOOL"));
/// assert_eq!(meant_by("SENTRY_DSN"), None);
/// assert_eq!(meant_by("PATH"), None);
/// ```
pub fn meant_by(variable: &str) -> Option<&'static str> {
    const OTHERS: [&str; 1] = ["SENTRY_TRACE"];

    let upper = variable.to_uppercase();
    let rest = without_prefix(&upper)?;
    let is_read = variables().chain(OTHERS).any(|known| known == variable);
    let near =
        variables().filter_map(|known| Some((known, how_far(rest, without_prefix(known)?)?)));
    let nearest = near.min_by_key(|(_, far)| *far);
    nearest.filter(|_| !is_read).map(|(known, _)| known)
}

fn without_prefix(variable: &str) -> Option<&str> {
    ["SENTRY_", "DRAGONFLY_"]
        .into_iter()
        .find_map(|prefix| variable.strip_prefix(prefix))
}

/// How far one is from another that may be meant.
fn how_far(name: &str, known: &str) -> Option<usize> {
    let letters = |name: &str| {
        let mut letters: Vec<_> = name.chars().collect();
        letters.sort_unstable();
        letters
    };
    let far = distance(name, known);
    let is_short = name.len() >= 3 && known.starts_with(name);
    (far <= 1 || is_short || letters(name) == letters(known)).then_some(far)
}

/// The key that was meant, if one is near.
pub(super) fn nearest(key: &str) -> Option<&'static str> {
    let plain = |key: &str| key.to_ascii_lowercase().replace(['_', '-'], "");
    let key = plain(key);
    let (known, far) = own_keys()
        .map(|known| (known, distance(&key, &plain(known))))
        .min_by_key(|(_, far)| *far)?;
    (far <= 2).then_some(known)
}

/// How many characters must be put in, taken out or exchanged.
pub(super) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<_> = other.chars().collect();
    // Longer words are too far from every key, and the table would grow with a hostile line.
    let one: Vec<_> = one.chars().take(other.len() + 3).collect();
    let mut row: Vec<_> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, &above) in other.iter().zip(&row[1..]) {
            left = (diagonal + usize::from(a != b))
                .min(above + 1)
                .min(left + 1);
            diagonal = above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::names::variables;
    use super::meant_by;

    #[test]
    fn what_is_read_is_no_slip_and_what_is_near_it_is() {
        assert!(variables().all(|known| meant_by(known).is_none()));
        for (slip, meant) in [
            ("SENTRY_DNS", "SENTRY_DSN"),
            ("DRAGONFLY_DSN", "SENTRY_DSN"),
            ("sentry_dsn", "SENTRY_DSN"),
            ("SENTRY_ENVIRONEMNT", "SENTRY_ENVIRONMENT"),
            ("SENTRY_ENVIROMENT", "SENTRY_ENVIRONMENT"),
            ("SENTRY_TRACES_SAMPLERATE", "SENTRY_TRACES_SAMPLE_RATE"),
            ("DRAGONFLY_SAMPLE_RATE", "SENTRY_SAMPLE_RATE"),
            ("SENTRY_SEND_DEFAULT_PII", "DRAGONFLY_SEND_DEFAULT_PII"),
            ("DRAGONFLY_SPOL", "DRAGONFLY_SPOOL"),
        ] {
            assert_eq!(meant_by(slip), Some(meant), "{slip}");
        }
        for other in [
            "SENTRY_",
            "SENTRY_TRACE",
            "SENTRY_BAGGAGE",
            "SENTRY_LOG_LEVEL",
            "SENTRY_CLI",
            "DRAGONFLY_HOST",
            "DRAGONFLY_PASSWORD",
            "DSN",
            "RUST_LOG",
        ] {
            assert_eq!(meant_by(other), None, "{other}");
        }
    }
}
