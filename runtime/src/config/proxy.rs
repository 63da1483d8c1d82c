//! The proxy on the way to a server, as the environment names it.

use super::is_loopback;
use sentry::types::{Dsn, Scheme};
use std::borrow::Cow;
use ureq::Proxy;

/// Variables, the stronger first: a server of either kind is reached through what is named for its
/// kind, else through what is named for all. `HTTP_PROXY` serves HTTPS as well, as for Sentry's SDKs.
const FOR_HTTPS: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "HTTP_PROXY",
    "http_proxy",
];
const FOR_HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxy to a DSN's server: that of the program's code, or of the environment. The error names where it
/// stands and never shows it, as it may hold a password.
pub(crate) fn to(dsn: &Dsn, in_code: &Proxies) -> Result<Option<Proxy>, String> {
    let variable = || named(dsn, |name| std::env::var(name).ok());
    let Some((name, value)) = in_code.named(dsn).or_else(variable) else {
        return Ok(None);
    };
    read(&value).map(Some).ok_or_else(|| {
        format!(
            "the proxy in `{name}` cannot be read, expected such as `http://proxy:3128` (in a \
             password, `%23` is `#`)"
        )
    })
}

/// Names the variable that says which proxy stands on the way to a DSN's server; `None` if none does.
/// The value may hold a password.
///
/// ```
/// let local = "http://key@127.0.0.1:8000/1".parse().unwrap();
/// assert_eq!(dragonfly::config::proxy_variable(&local), None);
/// ```
pub fn variable(dsn: &Dsn) -> Option<&'static str> {
    named(dsn, |name| std::env::var(name).ok()).map(|(name, _)| name)
}

/// The proxies that Sentry's options name: for plain HTTP and for what has none of its own, and for HTTPS.
#[derive(Debug, Default)]
pub(crate) struct Proxies {
    pub(crate) http: Option<Cow<'static, str>>,
    pub(crate) https: Option<Cow<'static, str>>,
}

impl Proxies {
    fn named(&self, dsn: &Dsn) -> Option<(&'static str, String)> {
        let of_https = self
            .https
            .as_ref()
            .filter(|_| dsn.scheme() == Scheme::Https);
        let https = of_https.map(|value| ("ClientOptions::https_proxy", value));
        let http = || Some(("ClientOptions::http_proxy", self.http.as_ref()?));
        let (name, value) = https.or_else(http)?;
        Some((name, value.clone().into_owned()))
    }
}

fn read(value: &str) -> Option<Proxy> {
    let (_, place) = value.split_once("://").unwrap_or_default();
    let place = if place.is_empty() { value } else { place };
    // a password that is not escaped would end the host, and its user's name be looked up as one
    let place = place.strip_suffix('/').unwrap_or(place);
    if place.contains(['/', '?', '#', '\\']) {
        return None;
    }
    Proxy::new(value).ok()
}

/// The variable that counts, and what it says.
fn named(
    dsn: &Dsn,
    variable: impl Fn(&'static str) -> Option<String>,
) -> Option<(&'static str, String)> {
    let set = |name| {
        let value = variable(name)?.trim().to_owned();
        (!value.is_empty()).then_some((name, value))
    };
    if is_loopback(dsn.host()) {
        return None;
    }
    if let Some((_, list)) = EXCEPTIONS.into_iter().find_map(set)
        && is_excepted(dsn, &list)
    {
        return None;
    }
    let names: &[&str] = match dsn.scheme() {
        Scheme::Https => &FOR_HTTPS,
        Scheme::Http => &FOR_HTTP,
    };
    // in a CGI program it is the header `Proxy` of whoever asks: <https://httpoxy.org>
    let is_cgi = variable("REQUEST_METHOD").is_some();
    let mut names = names
        .iter()
        .copied()
        .filter(|name| !(is_cgi && *name == "HTTP_PROXY"));
    names.find_map(set)
}

/// Whether a list with commas names the server: by `*`, its host with or without the port, or a domain
/// above it.
fn is_excepted(dsn: &Dsn, list: &str) -> bool {
    let host = dsn.host().trim_matches(['[', ']']).to_ascii_lowercase();
    let port = format!(":{}", dsn.port());
    let mut entries = list.split([',', ' ']).map(str::to_ascii_lowercase);
    entries.any(|entry| {
        let name = match entry.strip_suffix(&port) {
            Some(name) if !name.contains(':') || name.ends_with(']') => name,
            _ => &entry,
        };
        let name = name.trim_matches(['[', ']']);
        let name = name.strip_prefix('*').unwrap_or(name);
        let name = name.strip_prefix('.').unwrap_or(name);
        let below = host.strip_suffix(name);
        match name {
            "" => entry == "*",
            _ => below.is_some_and(|below| below.is_empty() || below.ends_with('.')),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{is_excepted, named, read};

    fn of(dsn: &str, set: &[(&str, &str)]) -> Option<String> {
        let variable = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name)?;
            Some(found.1.to_owned())
        };
        named(&dsn.parse().unwrap(), variable).map(|(_, value)| value)
    }

    const HTTPS: &str = "https://key@sentry.example.com/1";
    const HTTP: &str = "http://key@sentry.example.com/1";

    #[test]
    fn what_is_named_for_the_kind_of_server_comes_first() {
        let all = [
            ("ALL_PROXY", "all"),
            ("HTTP_PROXY", "http"),
            ("https_proxy", "https"),
        ];
        assert_eq!(of(HTTPS, &all).unwrap(), "https");
        assert_eq!(of(HTTP, &all).unwrap(), "http");
        assert_eq!(of(HTTPS, &all[..2]).unwrap(), "all");
        assert_eq!(of(HTTPS, &all[1..2]).unwrap(), "http");
        assert_eq!(of(HTTP, &all[2..]), None);
        assert_eq!(of(HTTPS, &[("HTTPS_PROXY", " ")]), None, "blank is not set");
    }

    #[test]
    fn whoever_asks_a_cgi_program_names_no_proxy() {
        let asked = [("HTTP_PROXY", "theirs"), ("REQUEST_METHOD", "GET")];
        assert_eq!((of(HTTP, &asked), of(HTTPS, &asked)), (None, None));
        assert_eq!(of(HTTP, &asked[..1]).unwrap(), "theirs");
        let ours = [asked[1], ("http_proxy", "ours")];
        assert_eq!(of(HTTP, &ours).unwrap(), "ours");
    }

    #[test]
    fn loopback_and_exceptions_are_reached_directly() {
        let proxy = ("ALL_PROXY", "all");
        assert_eq!(of("http://key@127.0.0.1:9000/1", &[proxy]), None);
        assert_eq!(
            of(HTTPS, &[proxy, ("NO_PROXY", "sentry.example.com")]),
            None
        );
        assert!(of(HTTPS, &[proxy, ("no_proxy", "other")]).is_some());
    }

    #[test]
    fn a_password_that_is_not_escaped_is_not_taken_for_a_host() {
        for value in [
            "proxy",
            "http://proxy:3128/",
            "u:p%23%2F@proxy:1",
            "socks5h://u:p@proxy",
        ] {
            assert_eq!(read(value).unwrap().host(), "proxy", "{value}");
        }
        for value in [
            "http://u:p#w@proxy",
            "u:p/w@proxy",
            "http://u:p?w@proxy",
            "http://",
            "ftp://proxy",
        ] {
            assert!(read(value).is_none(), "{value}");
        }
    }

    #[test]
    fn exceptions_are_hosts_and_domains() {
        let excepts = |list: &str| is_excepted(&HTTPS.parse().unwrap(), list);
        for list in [
            "*",
            "sentry.example.com",
            "a, Example.com ,b",
            ".example.com",
            "*.example.com",
            "com",
            "sentry.example.com:443",
            "a b example.com",
        ] {
            assert!(excepts(list), "{list}");
        }
        for list in [
            "",
            ",",
            ".",
            "ample.com",
            "sentry.example.com:444",
            "sentry",
            "x.sentry.example.com",
            "*x",
        ] {
            assert!(!excepts(list), "{list}");
        }
        let six = "https://key@[2001:db8::1]:444/1".parse().unwrap();
        for list in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:444"] {
            assert!(is_excepted(&six, list), "{list}");
        }
        assert!(!is_excepted(&six, "2001:db8::2"));
    }
}
