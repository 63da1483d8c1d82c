use std::time::Duration;

use super::dsn;

/// The longest shutdown timeout: more is a mistake.
pub(super) const LONGEST: Duration = Duration::from_secs(60 * 60);

// Errors say what is expected, never what was there: people paste tokens into wrong places.

pub(super) fn rate(text: &str) -> Result<f32, &'static str> {
    rate_of(text.parse().unwrap_or(f64::NAN))
}

pub(super) fn rate_of(number: f64) -> Result<f32, &'static str> {
    if !(0.0..=1.0).contains(&number) {
        return Err("expected a number from 0 to 1");
    }
    #[expect(clippy::cast_possible_truncation, reason = "sentry's rates are f32")]
    Ok(number.abs() as f32) // `-0` is 0, and is shown so
}

/// What a limit is expected to be.
pub(super) const LIMIT: &str = "expected a whole number from 1";

pub(super) fn limit(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|most| *most > 0).ok_or(LIMIT)
}

pub(super) fn flag(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
        "0" | "false" | "f" | "no" | "n" | "off" => Ok(false),
        _ => Err("expected `true` or `false`"),
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    let (number, per_second) = if let Some(number) = text.strip_suffix("ms") {
        (number, 1000.0)
    } else {
        (text.strip_suffix('s').unwrap_or(text), 1.0)
    };
    let wrong = "expected seconds, such as `2`, `0.5` or `500ms`";
    let seconds = number.trim_end().parse::<f64>().map_err(|_| wrong)? / per_second;
    if !seconds.is_finite() || seconds < 0.0 {
        return Err(wrong);
    }
    // A number too large for a `Duration` is cut to the longest one, as all long ones are.
    Ok(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// Checks what Sentry's servers would refuse: <https://docs.sentry.io/platforms/rust/configuration/releases/>.
pub(super) fn release(text: &str) -> Result<String, &'static str> {
    let bad = |c: char| c.is_control() || c == '/' || c == '\\';
    if text.contains(bad) || text.chars().count() > 200 {
        return Err("expected at most 200 characters without `/`, `\\` and control characters");
    }
    if is_a_word_of_servers(text, "latest") {
        return Err("expected a name that servers take, which `.`, `..` and `latest` are not");
    }
    Ok(text.to_owned())
}

/// Checks what Sentry's servers would refuse.
pub(super) fn dist(text: &str) -> Result<String, &'static str> {
    let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.is_empty() || text.len() > 64 || !text.chars().all(is_good) {
        return Err("expected at most 64 letters, digits, `.`, `_` and `-`");
    }
    Ok(text.to_owned())
}

/// Checks what Sentry's servers would refuse: <https://docs.sentry.io/platforms/rust/configuration/environments/>.
pub(super) fn environment(text: &str) -> Result<String, &'static str> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || c == '/' || c == '\\';
    if text.contains(bad) || text.chars().count() > 64 {
        return Err("expected at most 64 characters without white space, `/` and `\\`");
    }
    if is_a_word_of_servers(text, "none") {
        return Err("expected a name that servers take, which `.`, `..` and `none` are not");
    }
    Ok(text.to_owned())
}

/// Whether Sentry's servers keep a name to themselves: they drop it, as `validate_release` and
/// `validate_environment` of their `sentry-release-parser` say.
fn is_a_word_of_servers(text: &str, word: &str) -> bool {
    matches!(text, "." | "..") || text.eq_ignore_ascii_case(word)
}

/// The hosts of a list with commas, and how many were none.
pub(super) fn hosts(text: &str) -> (Vec<String>, usize) {
    let named: Vec<_> = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let hosts: Vec<_> = named.iter().filter_map(|name| dsn::host(name)).collect();
    let wrong = named.len() - hosts.len();
    (hosts, wrong)
}

pub(super) fn server(text: &str) -> Result<String, &'static str> {
    let start = text.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = start.split_once("://").unwrap_or_default();
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    if !known || rest.is_empty() || start.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("expected a server's address, such as `https://sentry.io/`, or a DSN");
    }
    Ok(start.to_owned())
}
