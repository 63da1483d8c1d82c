//! The guide's page of all settings, made of the names that they are looked up by.

use crate::config::names::{ALL, Names};
use std::fmt::Write as _;

/// Name in code, default, meaning.
const DESCRIBED: [(&str, &str, &str); ALL.len()] = [
    ("dsn", "none: nothing is reported", "where reports go"),
    (
        "environment",
        "`development` with debug assertions, else `production`",
        "the name of the environment",
    ),
    (
        "release",
        "`package@version` of the crate with `main`",
        "the name of the release",
    ),
    (
        "release_from",
        "`package`",
        "`ci`: the release names the commit too",
    ),
    ("dist", "none", "which of the builds of the release this is"),
    (
        "sample_rate",
        "`1`",
        "the share of errors that is sent, 0 to 1",
    ),
    (
        "traces_sample_rate",
        "`1` in `development`, else `0.1`",
        "the share of transactions, 0 to 1",
    ),
    (
        "send_default_pii",
        "`false`",
        "lets through who is affected and where; never secrets",
    ),
    (
        "shutdown_timeout",
        "`2s`, at most one hour",
        "the longest that the end may take: `2`, `0.5`, `500ms`, `2s`",
    ),
    ("debug", "`false`", "says on stderr what goes on"),
    (
        "spotlight",
        "`false`",
        "a copy of everything for Spotlight: `true`, or its URL",
    ),
    (
        "ignore_errors",
        "none",
        "errors that pass unreported: types, kinds of `io::Error`, patterns; commas between",
    ),
    (
        "max_per_minute",
        "no limit",
        "the most events that one function makes in a minute",
    ),
    (
        "scrub(allow = ..)",
        "none",
        "names that look like those of secrets and are none; commas between",
    ),
    (
        "scrub(deny = ..)",
        "none",
        "names of secrets, and patterns such as `/ORD-[0-9]+/`; commas between",
    ),
    (
        "dry_run",
        "`false`",
        "prints what would be sent, and sends nothing",
    ),
    (
        "sessions",
        "`false`",
        "counts runs, or the requests of a service, for the health of the release",
    ),
    (
        "anonymous_users",
        "`false`",
        "counts affected users, by a random id of the installation",
    ),
    (
        "spool",
        "`dragonfly/spool` where the platform keeps state",
        "the folder for what is not delivered yet, or `off`; `~/` is the home folder, a relative path begins at the folder of the `.sentryclirc` that names it, else at the working directory",
    ),
    (
        "allow_http",
        "none",
        "hosts besides loopback that plain `http://` may be sent to, with or without a port; commas between",
    ),
    (
        "org",
        "none",
        "the organization, for `dragonfly symbols` and `release`",
    ),
    ("project", "none", "the project, for the same"),
    (
        "url",
        "that of the DSN",
        "the address of the server, for the same",
    ),
    (
        "token",
        "none",
        "the token, for the same; never sent with reports",
    ),
];

/// Settings of the operator and of tools: no arguments in code.
const NOT_IN_CODE: [&str; 5] = ["allow_http", "org", "project", "url", "token"];

const HEAD: &str = "\
<!-- written by a test: DRAGONFLY_WRITE=1 cargo test --package dragonfly-sentry --lib reference -->
Every setting, and where it may stand.

What code says (an argument of [`main`](macro@crate::main) or [`init!`](macro@crate::init)) is stronger than the
environment, the environment than `.sentryclirc`, and that than the default. One thing belongs to the operator:
`SENTRY_DSN` set to nothing turns everything off, whatever code and file say. `dragonfly config` shows what counts
where it is run, and where each value came from.

| in code | variable | `.sentryclirc` | default | meaning |
| --- | --- | --- | --- | --- |
";

const TAIL: &str = "
Besides these, in code alone: `before_send`, `traces_sampler`, `scrub(with = ..)` and `configure`, functions of the
program; `tracing`; `flavor` and `worker_threads` of an async `main`; `crate`.

Read where they are set: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, also in lower case, but for loopback;
`SSL_CERT_FILE` and `SSL_CERT_DIR`, certificates to trust in the place of the system's; `SENTRY_TRACE` and
`SENTRY_BAGGAGE`, the trace that a parent process began; `XDG_STATE_HOME` and `HOME`, where the spool is by default;
`HOME`, `USER`, `LOGNAME` and `HOSTNAME`, for names to take out of texts; the commit, for `release_from`, by
[the names that platforms have](macro@crate::main#release); `RUST_LIB_BACKTRACE` and `RUST_BACKTRACE`, for what
`anyhow` knows of a stack; with `tracing`, `RUST_LOG`; by the tool `SENTRY_CLI`, where sentry-cli is, and `NO_COLOR`.

Yes and no are `true` and `false`, also `1` and `0`, `yes` and `no`, `on` and `off`. A variable that is set to nothing
counts as not set, but for `SENTRY_DSN`, and for `SENTRY_SPOTLIGHT`, which is `false` then. As servers refuse others,
an `environment` has at most 64 characters and no white space, a `release` at most 200, neither has `/` or `\\`; a
`dist` has at most 64 letters, digits, `.`, `_` and `-`.

`.sentryclirc` is the nearest one from the working directory upward, and behind it the one in the home folder. A file
or link that another user but root owns, and a file that everybody may write, are refused. Its syntax is that of
sentry-cli, which reads the same file.

What is wrong with a setting is said in one line on stderr, without secrets, and left out: the next place counts, and of
a list the other entries do. But where a DSN, the URL of Spotlight, or yes or no cannot be read, no other place is
asked: it is off.
";

fn row(names: &Names) -> String {
    let (_, default, meaning) = DESCRIBED
        .iter()
        .find(|(code, ..)| *code == names.code)
        .unwrap_or_else(|| panic!("`{}` is not described", names.code));
    let code = if NOT_IN_CODE.contains(&names.code) {
        "—".to_owned()
    } else {
        format!("`{}`", names.code)
    };
    let keys: Vec<_> = names
        .keys
        .iter()
        .map(|(section, key)| format!("`[{section}] {key}`"))
        .collect();
    let keys = keys.join(", ");
    format!(
        "| {code} | `{}` | {keys} | {default} | {meaning} |",
        names.variable
    )
}

#[test]
fn the_guides_reference_is_that_of_the_code() {
    let mut page = HEAD.to_owned();
    for names in &ALL {
        writeln!(page, "{}", row(names)).unwrap();
    }
    page.push_str(TAIL);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/configuration.md");
    if std::env::var_os("DRAGONFLY_WRITE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap();
    assert!(
        there == page,
        "`DRAGONFLY_WRITE=1` and this test write the page anew"
    );
}
