//! What sentry-cli needs to know, from our settings.
//!
//! It reads the same file, but takes a DSN in `[defaults] url`, which ours may hold, for an address,
//! and so fails. What it is given in its environment is stronger than the file.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use dragonfly::config::{self, Setting, Settings, Source, Token};
use serde_json::Value;

use super::Options;
use crate::screen;

/// Where sentry-cli goes by itself.
const SENTRY: &str = "https://sentry.io";

/// Whether a project must be known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Project,
    Organization,
}

/// Who acts, and where.
pub(crate) struct Access {
    token: Setting<Token>,
    url: String,
    org: String,
    project: Option<String>,
}

impl Access {
    /// Says on stderr all that is missing.
    pub(crate) fn find(options: &Options, settings: &Settings, needs: Needs) -> Option<Self> {
        for note in &settings.notes {
            screen::say(note);
        }
        let found = config::Access::find();
        let embedded = found.token.as_ref().and_then(Embedded::of);
        let url = url(options, &found, embedded.as_ref(), settings);
        let org = org(options, settings, embedded.as_ref());
        let project = options
            .project
            .clone()
            .or_else(|| settings.project.value.clone());
        let mut complaints = Vec::new();
        if found.token.is_none() {
            complaints.push(
                "a token is missing: set `SENTRY_AUTH_TOKEN`, or write `token = ..` below `[auth]` into \
                 .sentryclirc; Sentry makes one in the settings of the organization"
                    .to_owned(),
            );
        }
        if org.is_none() {
            complaints.push(missing("organization", "org"));
        }
        if needs == Needs::Project && project.is_none() {
            complaints.push(missing("project", "project"));
        }
        if let (Err(why), Some(_)) = (&url, &found.token) {
            complaints.push(why.clone());
        }
        for complaint in &complaints {
            screen::say(complaint);
        }
        if !complaints.is_empty() {
            return None;
        }
        Some(Self {
            token: found.token?,
            url: url.ok()?,
            org: org?,
            project,
        })
    }

    pub(super) fn token(&self) -> &str {
        self.token.value.reveal()
    }

    /// The environment of sentry-cli, but for the token.
    pub(super) fn variables(&self) -> Vec<(&'static str, &str)> {
        let project = self.project.as_deref();
        [
            ("SENTRY_URL", Some(&*self.url)),
            ("SENTRY_ORG", Some(&*self.org)),
            ("SENTRY_PROJECT", project),
            // whose file is not among our settings
            ("SENTRY_LOAD_DOTENV", Some("0")),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// What was tried.
    pub(super) fn in_words(&self) -> String {
        let project = self.project.as_deref().map(|project| format!("/{project}"));
        format!(
            "it went to `{}{}` on {}, with the token of {}",
            self.org,
            project.unwrap_or_default(),
            self.url,
            self.token.source
        )
    }
}

fn missing(what: &str, key: &str) -> String {
    format!(
        "the {what} is missing: name it by `--{key}`, in `SENTRY_{}`, or as `{key} = ..` below \
         `[defaults]` in .sentryclirc",
        key.to_ascii_uppercase()
    )
}

fn org(options: &Options, settings: &Settings, embedded: Option<&Embedded>) -> Option<String> {
    let set = settings.org.value.clone();
    let by_variable = set
        .clone()
        .filter(|_| matches!(settings.org.source, Source::Env(_)));
    let by_token = embedded.map(|embedded| embedded.org.clone());
    options.org.clone().or(by_variable).or(by_token).or(set)
}

/// The server that the token belongs to.
///
/// As sentry-cli does it, a server and a token count only if both were said at the same place: else a
/// file in a strange folder could have the token sent anywhere.
fn url(
    options: &Options,
    found: &config::Access,
    embedded: Option<&Embedded>,
    settings: &Settings,
) -> Result<String, String> {
    let url = match (
        embedded.and_then(|embedded| embedded.url.clone()),
        &options.url,
    ) {
        // sentry-cli uses no other, and speaks of each that differs
        (Some(url), None) => url,
        (Some(_), Some(_)) => {
            return Err(
                "`--url` is of no use with the token of an organization, which names its server"
                    .to_owned(),
            );
        }
        (None, Some(url)) => url.clone(),
        (None, None) => named(found)?,
    };
    if settings.allows(&url) {
        Ok(url)
    } else {
        Err(format!(
            "`{url}` is refused as a server for the token: expected `https://`, or a host that \
             `DRAGONFLY_ALLOW_HTTP` names"
        ))
    }
}

fn named(found: &config::Access) -> Result<String, String> {
    let Some(token) = &found.token else {
        return Ok(SENTRY.to_owned());
    };
    let by_the_same = |server: &&Setting<String>| match (&server.source, &token.source) {
        (Source::File { path, .. }, Source::File { path: other, .. }) => path == other,
        (Source::File { .. }, _) | (_, Source::File { .. }) => false,
        _ => true,
    };
    let is_sentrys = |server: &&Setting<String>| {
        let host = server.value.strip_prefix("https://").unwrap_or_default();
        host == "sentry.io" || host.ends_with(".sentry.io")
    };
    let servers = &found.servers;
    let trusted = servers
        .iter()
        .find(by_the_same)
        .or_else(|| servers.iter().find(is_sentrys));
    match (trusted, servers.first()) {
        (Some(server), _) => Ok(server.value.clone()),
        (None, None) => Ok(SENTRY.to_owned()),
        (None, Some(server)) => Err(format!(
            "the token is of {}, and the server of {}: say both at one place (`SENTRY_AUTH_TOKEN` and \
             `SENTRY_URL`, or one file), or name the server by `--url`, so that no other file decides \
             where the token goes",
            token.source, server.source
        )),
    }
}

/// What the token of an organization says of itself.
struct Embedded {
    /// Servers that do not know their address leave it out.
    url: Option<String>,
    org: String,
}

impl Embedded {
    /// `sntrys_<payload>_<secret>`, the payload JSON in base64.
    fn of(token: &Setting<Token>) -> Option<Self> {
        let (payload, _) = token
            .value
            .reveal()
            .strip_prefix("sntrys_")?
            .split_once('_')?;
        let payload = BASE64_STANDARD.decode(payload).ok()?;
        let payload: Value = serde_json::from_slice(&payload).ok()?;
        let text = |key: &str| payload[key].as_str().filter(|text| !text.is_empty());
        Some(Self {
            url: text("url").map(str::to_owned),
            org: text("org")?.to_owned(),
        })
    }
}
