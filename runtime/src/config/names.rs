//! What each setting is called: in code, as a variable, in a file.

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

pub(super) const AUTH_DSN: Key = ("auth", "dsn");
pub(super) const SERVER: Key = ("defaults", "url");
pub(super) const DSN: Names = own("dsn", "SENTRY_DSN", &[AUTH_DSN, SERVER]);
pub(super) const ENVIRONMENT: Names = own(
    "environment",
    "SENTRY_ENVIRONMENT",
    &[("dragonfly", "environment"), ("defaults", "environment")],
);
pub(super) const RELEASE: Names = own("release", "SENTRY_RELEASE", &[("dragonfly", "release")]);
pub(super) const RELEASE_FROM: Names = own(
    "release_from",
    "DRAGONFLY_RELEASE_FROM",
    &[("dragonfly", "release_from")],
);
pub(super) const DIST: Names = own("dist", "SENTRY_DIST", &[("dragonfly", "dist")]);
pub(super) const SAMPLE_RATE: Names = own(
    "sample_rate",
    "SENTRY_SAMPLE_RATE",
    &[("dragonfly", "sample_rate")],
);
pub(super) const TRACES_SAMPLE_RATE: Names = own(
    "traces_sample_rate",
    "SENTRY_TRACES_SAMPLE_RATE",
    &[("dragonfly", "traces_sample_rate")],
);
pub(super) const SEND_DEFAULT_PII: Names = own(
    "send_default_pii",
    "DRAGONFLY_SEND_DEFAULT_PII",
    &[("dragonfly", "send_default_pii")],
);
pub(super) const SHUTDOWN_TIMEOUT: Names = own(
    "shutdown_timeout",
    "DRAGONFLY_SHUTDOWN_TIMEOUT",
    &[("dragonfly", "shutdown_timeout")],
);
pub(super) const DEBUG: Names = own("debug", "SENTRY_DEBUG", &[("dragonfly", "debug")]);
pub(super) const SPOTLIGHT: Names = own(
    "spotlight",
    "SENTRY_SPOTLIGHT",
    &[("dragonfly", "spotlight")],
);
pub(super) const IGNORE_ERRORS: Names = own(
    "ignore_errors",
    "DRAGONFLY_IGNORE_ERRORS",
    &[("dragonfly", "ignore_errors")],
);
pub(super) const MAX_PER_MINUTE: Names = own(
    "max_per_minute",
    "DRAGONFLY_MAX_PER_MINUTE",
    &[("dragonfly", "max_per_minute")],
);
pub(super) const SCRUB_ALLOW: Names = own(
    "scrub(allow = ..)",
    "DRAGONFLY_SCRUB_ALLOW",
    &[("dragonfly", "scrub_allow")],
);
pub(super) const SCRUB_DENY: Names = own(
    "scrub(deny = ..)",
    "DRAGONFLY_SCRUB_DENY",
    &[("dragonfly", "scrub_deny")],
);
pub(super) const DRY_RUN: Names = own("dry_run", "DRAGONFLY_DRY_RUN", &[("dragonfly", "dry_run")]);
pub(super) const SESSIONS: Names = own(
    "sessions",
    "DRAGONFLY_SESSIONS",
    &[("dragonfly", "sessions")],
);
pub(super) const ANONYMOUS_USERS: Names = own(
    "anonymous_users",
    "DRAGONFLY_ANONYMOUS_USERS",
    &[("dragonfly", "anonymous_users")],
);
pub(super) const SPOOL: Names = own("spool", "DRAGONFLY_SPOOL", &[("dragonfly", "spool")]);
pub(super) const ALLOW_HTTP: Names = own(
    "allow_http",
    "DRAGONFLY_ALLOW_HTTP",
    &[("dragonfly", "allow_http")],
);
pub(super) const ORG: Names = own("org", "SENTRY_ORG", &[("defaults", "org")]);
pub(super) const PROJECT: Names = own("project", "SENTRY_PROJECT", &[("defaults", "project")]);
pub(super) const ADDRESS: Names = own("url", "SENTRY_URL", &[SERVER]);
pub(super) const TOKEN: Names = own("token", "SENTRY_AUTH_TOKEN", &[("auth", "token")]);

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
