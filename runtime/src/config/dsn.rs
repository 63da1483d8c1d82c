use std::net::{Ipv4Addr, Ipv6Addr};

use sentry::types::{Dsn, ParseDsnError, Scheme};
use ureq::http::Uri;

/// The form that every note about a DSN shows.
pub(super) const FORM: &str = "https://<key>@<host>/<project>";

/// Where Spotlight listens unless somebody told it otherwise.
pub(super) const SPOTLIGHT: &str = "http://localhost:8969/stream";

/// Reads a DSN as the settings do.
///
/// ```
/// use dragonfly::config::{masked_dsn, parse_dsn};
///
/// let dsn = parse_dsn("https://0123456789abcdef@sentry.example.com/1")?;
/// assert_eq!(masked_dsn(&dsn), "https://0123…@sentry.example.com/1");
///
/// let lost_its_key = parse_dsn("https://sentry.example.com/1");
/// assert_eq!(lost_its_key.unwrap_err(), "it has no key before the host");
/// # Ok::<(), &'static str>(())
/// ```
///
/// # Errors
///
/// What is wrong with it, in words that hold no part of the text.
pub fn parse(text: &str) -> Result<Dsn, &'static str> {
    if text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']) {
        return Err("it has quotes around it");
    }
    // The URL parser would drop tabs and line ends and glue the rest together.
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("it has white space in it");
    }
    if text.matches("://").count() > 1 {
        return Err("it is more than one");
    }
    let dsn = text.parse::<Dsn>().map_err(|error| flaw(text, &error))?;
    // path and project are shown, and belong to no key
    if dsn.path().contains('@') || dsn.project_id().value().contains('@') {
        return Err("it has an `@` after the host");
    }
    if !has_endpoint(&dsn) {
        return Err("it is not a URL");
    }
    Ok(dsn)
}

/// Reads the URL of a Spotlight: a DSN without its key, as it were. Without a path it gets the usual one.
pub(super) fn spotlight(text: &str, allowed: &[String]) -> Result<String, &'static str> {
    const WRONG: &str = "expected `true`, `false`, or a URL such as `http://localhost:8969/stream`";
    let (scheme, rest) = text.split_once("://").ok_or(WRONG)?;
    if scheme.eq_ignore_ascii_case("https") {
        return Err("Spotlight listens to `http://`, not to `https://`");
    }
    if text.contains(['@', '?', '#']) {
        return Err(WRONG);
    }
    let place = rest.trim_end_matches('/');
    let path = if place.contains('/') { "" } else { "/stream" };
    let url = parse(&format!("{scheme}://key@{place}{path}")).map_err(|_| WRONG)?;
    if is_refused(&url, allowed) {
        return Err(
            "`http://` is refused where it leaves this machine, unless `DRAGONFLY_ALLOW_HTTP` names \
             the host",
        );
    }
    let (host, port) = (url.host(), url.port());
    let (path, last) = (url.path(), url.project_id());
    let url = format!("http://{host}:{port}{path}{last}");
    // who sends there reads it by other rules
    url.parse::<Uri>().map(|_| url).map_err(|_| WRONG)
}

fn flaw(text: &str, error: &ParseDsnError) -> &'static str {
    let Some((scheme, _)) = text.split_once("://") else {
        return "it has no scheme";
    };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return "its scheme is not `https`";
    }
    match error {
        ParseDsnError::InvalidUrl => flaw_of_host(text),
        ParseDsnError::InvalidScheme => "its scheme is not `https`",
        ParseDsnError::NoUsername => "it has no key before the host",
        ParseDsnError::NoProjectId | ParseDsnError::InvalidProjectId(_) => {
            "it has no project id after the host"
        }
    }
}

/// Why a text with a scheme is no URL, so far as its host and port say.
fn flaw_of_host(text: &str) -> &'static str {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    // the colons of an address in brackets are none of a port
    let port = place
        .rsplit_once(':')
        .filter(|(_, port)| !port.contains(']'));
    let (host, port) = port.map_or((place, None), |(host, port)| (host, Some(port)));
    let is_port = |port: &str| port.is_empty() || port.parse::<u16>().is_ok();
    if host.is_empty() {
        "it has no host"
    } else if host.contains(':') && !host.starts_with('[') {
        "an IPv6 address in it needs brackets around it"
    } else if port.is_some_and(|port| !is_port(port)) {
        "its port is no number up to 65535"
    } else {
        "it is not a URL"
    }
}

/// Whether `Dsn::envelope_api_url` gives a URL: it panics where it cannot.
fn has_endpoint(dsn: &Dsn) -> bool {
    let (scheme, host, port) = (dsn.scheme(), dsn.host(), dsn.port());
    let (path, project) = (dsn.path(), dsn.project_id());
    let url = format!("{scheme}://key@{host}:{port}{path}api/{project}/envelope/");
    url.parse::<Dsn>().is_ok()
}

/// Shows a DSN without its secret, and with the start of its key only.
///
/// See [`parse_dsn`](super::parse_dsn).
pub fn mask(dsn: &Dsn) -> String {
    let key = dsn.public_key();
    let known: String = if key.len() < 8 {
        String::new()
    } else {
        key.chars().take(4).collect()
    };
    let port = match dsn.port() {
        port if port == dsn.scheme().default_port() => String::new(),
        port => format!(":{port}"),
    };
    let (scheme, host) = (dsn.scheme(), dsn.host());
    let (path, project) = (dsn.path(), dsn.project_id());
    format!("{scheme}://{known}…@{host}{port}{path}{project}")
}

/// Shows the text of a DSN, masked, or nothing of it where it is malformed.
pub(super) fn mask_text(text: &str) -> String {
    parse(text.trim()).map_or_else(|_| "<malformed>".to_owned(), |dsn| mask(&dsn))
}

/// Whether the value of `[defaults] url` means a DSN: the address of a server has no `@`.
pub(super) fn is_meant(url: &str) -> bool {
    url.contains('@')
}

/// Whether an address reads like a DSN that lost its key.
pub(super) fn lacks_key(url: &str) -> bool {
    let url = url.trim_end_matches('/');
    let project = url.rsplit('/').next().unwrap_or_default();
    !is_meant(url)
        && url
            .split_once("://")
            .is_some_and(|(_, rest)| rest.contains('/'))
        && !project.is_empty()
        && project.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether plain HTTP is in use where it may not be.
pub(super) fn is_refused(dsn: &Dsn, allowed: &[String]) -> bool {
    dsn.scheme() == Scheme::Http
        && !is_loopback(dsn.host())
        && !allowed
            .iter()
            .any(|entry| *entry == dsn.host() || *entry == format!("{}:{}", dsn.host(), dsn.port()))
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return address.is_loopback();
    }
    let inner = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    inner
        .and_then(|inner| inner.parse::<Ipv6Addr>().ok())
        .is_some_and(|ip| ip.is_loopback())
}

/// Brings a host, or host and port, into the form that a parsed DSN has.
pub(super) fn host(text: &str) -> Option<String> {
    if text.contains(['/', '?', '#', '@', '\\', '*']) || text.contains(char::is_whitespace) {
        return None;
    }
    let host = format!("http://key@{text}/1")
        .parse::<Dsn>()
        .ok()?
        .host()
        .to_owned();
    match text.rsplit_once(':') {
        Some((_, port)) if !text.ends_with(']') => {
            Some(format!("{host}:{}", port.parse::<u16>().ok()?))
        }
        _ => Some(host),
    }
}
