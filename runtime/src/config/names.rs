//! What each setting is called: in code, as a variable, in a file.

use super::env;

/// Section and key of a file.
pub(super) type Key = (&'static str, &'static str);

/// The names of one setting.
#[derive(Clone, Copy)]
pub(super) struct Names {
    /// In code.
    pub(super) code: &'static str,
    pub(super) variable: &'static str,
    /// In a file, the stronger first.
    pub(super) keys: &'static [Key],
}

pub(super) const SERVER: Key = ("defaults", "url");
pub(super) const DSN: Names = Names {
    code: "dsn",
    variable: env::DSN,
    keys: &[("auth", "dsn"), SERVER],
};
pub(super) const ENVIRONMENT: Names = Names {
    code: "environment",
    variable: env::ENVIRONMENT,
    keys: &[("dragonfly", "environment"), ("defaults", "environment")],
};
pub(super) const RELEASE: Names = own("release", env::RELEASE, &[("dragonfly", "release")]);
pub(super) const RELEASE_FROM: Names = own(
    "release_from",
    env::RELEASE_FROM,
    &[("dragonfly", "release_from")],
);
pub(super) const DIST: Names = own("dist", env::DIST, &[("dragonfly", "dist")]);
pub(super) const SAMPLE_RATE: Names = own(
    "sample_rate",
    env::SAMPLE_RATE,
    &[("dragonfly", "sample_rate")],
);
pub(super) const TRACES_SAMPLE_RATE: Names = own(
    "traces_sample_rate",
    env::TRACES_SAMPLE_RATE,
    &[("dragonfly", "traces_sample_rate")],
);
pub(super) const SEND_DEFAULT_PII: Names = own(
    "send_default_pii",
    env::SEND_DEFAULT_PII,
    &[("dragonfly", "send_default_pii")],
);
pub(super) const SHUTDOWN_TIMEOUT: Names = own(
    "shutdown_timeout",
    env::SHUTDOWN_TIMEOUT,
    &[("dragonfly", "shutdown_timeout")],
);
pub(super) const DEBUG: Names = own("debug", env::DEBUG, &[("dragonfly", "debug")]);
pub(super) const SPOTLIGHT: Names = own("spotlight", env::SPOTLIGHT, &[("dragonfly", "spotlight")]);
pub(super) const IGNORE_ERRORS: Names = own(
    "ignore_errors",
    env::IGNORE_ERRORS,
    &[("dragonfly", "ignore_errors")],
);
pub(super) const MAX_PER_MINUTE: Names = own(
    "max_per_minute",
    env::MAX_PER_MINUTE,
    &[("dragonfly", "max_per_minute")],
);
pub(super) const SCRUB_ALLOW: Names = own(
    "scrub(allow = ..)",
    env::SCRUB_ALLOW,
    &[("dragonfly", "scrub_allow")],
);
pub(super) const SCRUB_DENY: Names = own(
    "scrub(deny = ..)",
    env::SCRUB_DENY,
    &[("dragonfly", "scrub_deny")],
);
pub(super) const DRY_RUN: Names = own("dry_run", env::DRY_RUN, &[("dragonfly", "dry_run")]);
pub(super) const SESSIONS: Names = own("sessions", env::SESSIONS, &[("dragonfly", "sessions")]);
pub(super) const ANONYMOUS_USERS: Names = own(
    "anonymous_users",
    env::ANONYMOUS_USERS,
    &[("dragonfly", "anonymous_users")],
);
pub(super) const SPOOL: Names = own("spool", env::SPOOL, &[("dragonfly", "spool")]);
pub(super) const ALLOW_HTTP: Names = own(
    "allow_http",
    env::ALLOW_HTTP,
    &[("dragonfly", "allow_http")],
);
pub(super) const ORG: Names = own("org", env::ORG, &[("defaults", "org")]);
pub(super) const PROJECT: Names = own("project", env::PROJECT, &[("defaults", "project")]);
pub(super) const ADDRESS: Names = own("url", env::URL, &[SERVER]);
pub(super) const TOKEN: Names = own("token", env::TOKEN, &[("auth", "token")]);

const fn own(code: &'static str, variable: &'static str, keys: &'static [Key]) -> Names {
    Names {
        code,
        variable,
        keys,
    }
}

/// Every setting.
pub(super) const ALL: [Names; 24] = [
    DSN,
    ENVIRONMENT,
    RELEASE,
    RELEASE_FROM,
    DIST,
    SAMPLE_RATE,
    TRACES_SAMPLE_RATE,
    SEND_DEFAULT_PII,
    SHUTDOWN_TIMEOUT,
    DEBUG,
    SPOTLIGHT,
    IGNORE_ERRORS,
    MAX_PER_MINUTE,
    SCRUB_ALLOW,
    SCRUB_DENY,
    DRY_RUN,
    SESSIONS,
    ANONYMOUS_USERS,
    SPOOL,
    ALLOW_HTTP,
    ORG,
    PROJECT,
    ADDRESS,
    TOKEN,
];

/// Every variable that is read, besides those of platforms.
pub(super) fn variables() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|names| names.variable)
}

/// The keys of `[dragonfly]`.
pub(super) fn own_keys() -> impl Iterator<Item = &'static str> {
    let keys = ALL.iter().flat_map(|names| names.keys);
    keys.filter(|(section, _)| *section == "dragonfly")
        .map(|(_, key)| *key)
}
