use std::fmt;

use sentry::types::Dsn;

use super::env::Surroundings;
use super::lookup::Lookup;
use super::names::{ADDRESS, AUTH_DSN, DSN, Names, SERVER, TOKEN};
use super::source::{Setting, Shown};
use super::{dsn, value};

/// Names who may upload, and where to: what tools need, and programs do not.
///
/// It is read on demand, so that no program keeps a token in its memory. What is wrong with the files
/// is among the notes of [`Settings`](super::Settings).
///
/// ```no_run
/// use dragonfly::config::Access;
///
/// let access = Access::find();
/// if let Some(token) = &access.token {
///     println!("the token of {}: {:?}", token.source, token.value); // which shows none of it
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Access {
    /// `SENTRY_AUTH_TOKEN`, or `[auth] token` of the nearest file that has one.
    pub token: Option<Setting<Token>>,
    /// The addresses of the servers that are named, each as scheme, host and port: `SENTRY_URL`,
    /// `SENTRY_DSN`, then `[defaults] url` and `[auth] dsn` of each file, the nearest first. That of a
    /// DSN of Sentry's own is the server of its region.
    pub servers: Vec<Setting<String>>,
}

/// Holds a token; its `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Gives the token away, for the environment of a tool.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Shown for Token {
    fn shown(&self) -> String {
        "…".to_owned()
    }
}

const SERVERS: [Names; 2] = [
    Names {
        keys: &[],
        ..ADDRESS
    },
    Names {
        keys: &[SERVER, AUTH_DSN],
        ..DSN
    },
];

impl Access {
    /// Reads environment and files of this process, by the rules of
    /// [`Settings::resolve`](super::Settings::resolve).
    pub fn find() -> Self {
        Self::find_in(&Surroundings::here())
    }

    pub(super) fn find_in(around: &Surroundings) -> Self {
        let mut lookup = Lookup::new(around);
        let token = lookup.candidates(TOKEN).into_iter().next();
        let servers = SERVERS
            .into_iter()
            .flat_map(|names| lookup.candidates(names))
            .filter_map(|named| Some(Setting::new(root(&named.text)?, named.source)))
            .collect();
        Self {
            token: token.map(|found| Setting::new(Token(found.text), found.source)),
            servers,
        }
    }
}

/// Scheme, host and port of a server's address or of a DSN.
fn root(text: &str) -> Option<String> {
    let known = parse(text)?;
    let scheme = known.scheme();
    let host = region(known.host()).unwrap_or_else(|| known.host().to_owned());
    Some(if known.port() == scheme.default_port() {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}:{}", known.port())
    })
}

/// As a DSN: an address with a key and a project of no meaning.
fn parse(text: &str) -> Option<Dsn> {
    if dsn::is_meant(text) {
        return dsn::parse(text).ok();
    }
    let address = value::server(text).ok()?;
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '\\']).next()?;
    dsn::parse(&format!("{scheme}://key@{host}/1")).ok()
}

/// The server of the region that a host of Sentry's own takes reports for: `us.sentry.io` for
/// `o1.ingest.us.sentry.io`, `sentry.io` for `o1.ingest.sentry.io`.
/// <https://docs.sentry.io/api/#choosing-the-right-api-base-domain>
fn region(host: &str) -> Option<String> {
    let labels = host.strip_suffix(".sentry.io")?.split('.');
    let mut rest: Vec<_> = labels.collect();
    let ingest = rest.iter().position(|label| *label == "ingest")?;
    rest.remove(ingest);
    // the organization's label
    if ingest > 0 {
        rest.remove(0);
    }
    rest.push("sentry.io");
    Some(rest.join("."))
}

/// Whether an address may be spoken to: by `https`, or by `http` where that is allowed.
pub(super) fn is_allowed(address: &str, allowed: &[String]) -> bool {
    parse(address).is_some_and(|known| !dsn::is_refused(&known, allowed))
}
