//! The release by the commit, as the build or the platform named it.

use crate::program::Program;
use dragonfly::inbox::Inbox;

const PACKAGE: &str = concat!("dragonfly-tests@", env!("CARGO_PKG_VERSION"));
const BUILT: &str = env!("GITHUB_SHA");
const PLACED: &str = "0123456789abcdef0123456789abcdef01234567";

/// The release of what a program reports, and what it said.
#[track_caller]
fn release_of(path: &str, variables: &[(&str, &str)]) -> (String, String) {
    let inbox = Inbox::start().unwrap();
    let program = Program::new(path).reporting_to(inbox.dsn());
    let program = variables
        .iter()
        .fold(program, |program, (name, value)| program.env(name, value));
    let ended = program.run();
    let events = inbox.events();
    assert_eq!(events.len(), 1, "{}", ended.stderr());
    let release = events[0].release().unwrap_or_default().to_owned();
    let said = ended.stderr();
    let said = said.lines().find(|line| line.starts_with("dragonfly: "));
    (release, said.unwrap_or_default().to_owned())
}

#[test]
fn what_the_build_wrote_down_is_the_release() {
    let released = env!("CARGO_BIN_EXE_released");
    let by_commit = format!("{PACKAGE}+{BUILT}");
    for elsewhere in ["GITHUB_SHA", "RENDER_GIT_COMMIT"] {
        let (release, said) = release_of(released, &[(elsewhere, PLACED)]);
        assert_eq!((release, &*said), (by_commit.clone(), ""), "{elsewhere}");
    }
    let named = release_of(released, &[("SENTRY_RELEASE", "shop@1")]);
    assert_eq!(named.0, "shop@1");
    // programs that do not ask know nothing of it
    let shop = env!("CARGO_BIN_EXE_shop");
    assert_eq!(release_of(shop, &[]).0, PACKAGE);
}

#[test]
fn a_platform_names_the_commit_where_it_is_asked_to() {
    let shop = env!("CARGO_BIN_EXE_shop");
    let asked = ("DRAGONFLY_RELEASE_FROM", "ci");
    for name in ["HEROKU_BUILD_COMMIT", "RENDER_GIT_COMMIT", "SOURCE_VERSION"] {
        assert_eq!(release_of(shop, &[(name, PLACED)]).0, PACKAGE, "{name}");
        let release = release_of(shop, &[asked, (name, PLACED)]).0;
        assert_eq!(release, format!("{PACKAGE}+{PLACED}"), "{name}");
        let release = release_of(shop, &[asked, (name, "no/commit")]);
        assert_eq!(release, (PACKAGE.to_owned(), String::new()));
    }
    // a tool in somebody's CI is not built from what that builds
    assert_eq!(
        release_of(shop, &[asked, ("GITHUB_SHA", PLACED)]).0,
        PACKAGE
    );
}

#[test]
fn what_else_it_may_be_made_of_is_said() {
    let shop = env!("CARGO_BIN_EXE_shop");
    let wrong = release_of(shop, &[("DRAGONFLY_RELEASE_FROM", "git")]);
    assert_eq!(wrong.0, PACKAGE);
    assert!(
        wrong.1.ends_with("failed: expected `ci` or `package`"),
        "{}",
        wrong.1
    );
}
