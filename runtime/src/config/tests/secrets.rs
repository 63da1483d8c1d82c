use std::fmt::Write as _;

use super::*;

/// Everything that people may get to see.
fn all_words(world: &World) -> String {
    let settings = world.settings();
    let mut words = format!(
        "{settings:?}\n{settings:#?}\n{:?}\n{}",
        world.code, settings.state
    );
    let _ = write!(words, "\n{:?}\n{:?}", settings.dsn, settings.state);
    for note in &settings.notes {
        let _ = write!(words, "\n{note}");
    }
    for entry in settings.entries() {
        let _ = write!(words, "\n{entry:?}");
    }
    words
}

#[track_caller]
fn hides(world: &World, secret: &str) {
    let words = all_words(world);
    assert!(!words.contains(secret), "{secret} is in {words}");
}

/// Each holds `S3CRET` at a place that a person may put it by mistake or on purpose.
const DSNS: [&str; 18] = [
    "https://abcdS3CRET@host.example/1",
    "https://S3CRET@host.example/1",
    "https://abcdefgh:S3CRET@host.example/1",
    "https://abcdefgh:S3C/S3CRET@host.example/1",
    "http://abcdS3CRET:S3CRET@host.example/1",
    "https://abcdS3CRET@host.example",
    "https://abcdS3CRET@host.example:99999/1",
    "https://abcdefgh@host.example/1?key=S3CRET",
    "https://abcdefgh@host.example/1#S3CRET",
    "https://abcdefgh@host.example/1 S3CRET",
    "ftp://abcdS3CRET@host.example/1",
    "abcdS3CRET@host.example/1",
    "S3CRET",
    "sntrys_S3CRET==",
    "\"https://abcdS3CRET@host.example/1\"",
    "https://abcdefgh@S3CRET@host.example/1",
    "https://abcdefgh@host.example/1,https://S3CRET@host.example/2",
    "https://abcdefgh@host.example/S3CRET@other.example/2",
];

#[test]
fn no_source_of_a_dsn_gives_a_key_away() {
    for text in DSNS {
        hides(
            &World::new().code(|code| code.dsn = Some(text.into())),
            "S3CRET",
        );
        hides(&World::new().env("SENTRY_DSN", text), "S3CRET");
        hides(
            &World::new().file(format!("[auth]\ndsn = {text}\n")),
            "S3CRET",
        );
        hides(
            &World::new().file(format!("[defaults]\nurl = {text}\n")),
            "S3CRET",
        );
        hides(
            &World::new().file_in("home", format!("[auth]\ndsn = {text}\n")),
            "S3CRET",
        );
    }
}

#[test]
fn the_token_is_not_kept() {
    let world = World::new().file("[auth]\ntoken = sntrys_S3CRET\n");
    hides(&world, "S3CRET");
    world.settings().has("token", "present", "./.sentryclirc:2");
    World::new().settings().has("token", "none", "default");
}

#[test]
fn values_at_the_wrong_place_are_not_repeated() {
    for text in DSNS {
        for name in [
            "SENTRY_SAMPLE_RATE",
            "SENTRY_TRACES_SAMPLE_RATE",
            "SENTRY_DEBUG",
            "DRAGONFLY_SEND_DEFAULT_PII",
            "DRAGONFLY_SHUTDOWN_TIMEOUT",
        ] {
            let world = World::new().env(name, text);
            hides(&world, "S3CRET");
            world.settings().notes_once(&[name]);
        }
        for key in [
            "sample_rate",
            "debug",
            "shutdown_timeout",
            "unknown",
            "debugs",
        ] {
            let world = World::new().file(format!("[dragonfly]\n{key} = {text}\n"));
            hides(&world, "S3CRET");
            world.settings().notes_once(&["./.sentryclirc:2"]);
        }
        // A line of its own, at which a key could be expected.
        for section in ["dragonfly", "auth", "defaults", "other"] {
            hides(
                &World::new().file(format!("[{section}]\n{text}\n")),
                "S3CRET",
            );
            hides(
                &World::new().file(format!("[{section}]\n{text} = 1\n")),
                "S3CRET",
            );
        }
        hides(
            &World::new().file(format!("{text}\n[{text}\n[{text}]\n")),
            "S3CRET",
        );
    }
    for text in DSNS
        .iter()
        .filter(|text| text.contains("://") || text.contains('@'))
    {
        hides(&World::new().env("DRAGONFLY_ALLOW_HTTP", text), "S3CRET");
        hides(&World::new().env("SENTRY_ENVIRONMENT", text), "S3CRET");
        hides(&World::new().env("SENTRY_RELEASE", text), "S3CRET");
    }
}

#[test]
#[should_panic(expected = "S3CRET is in")]
fn the_check_for_secrets_can_fail() {
    hides(&World::new().env("SENTRY_RELEASE", "S3CRET"), "S3CRET");
}

#[test]
fn what_is_shown_stays_on_its_line() {
    let world = World::new().file("[defaults]\norg = a\x1b[31mb\n");
    world
        .settings()
        .has("org", "a\u{fffd}[31mb", "./.sentryclirc:2");
    let world = World::new().file("[dragonfly]\ndebu\x1bg = 1\n");
    assert!(!all_words(&world).contains('\x1b'));
}

#[test]
fn what_was_pasted_into_another_setting_is_not_shown() {
    for secret in [
        "ghp_5e5a3e5e5a3e5e5a3e5e5a3e5e5a3e5e5a3e",
        "password=S3CRET",
    ] {
        let hidden = &secret[9..];
        for name in ["SENTRY_RELEASE", "SENTRY_ENVIRONMENT", "SENTRY_DIST"] {
            hides(&World::new().env(name, secret), hidden);
        }
        let code = World::new().code(|code| {
            code.release = Some(secret.into());
            code.environment = Some(secret.into());
            code.dist = Some(secret.into());
            code.spool = Some(secret.into());
        });
        hides(&code, hidden);
        let file = format!("[defaults]\norg = {secret}\nproject = {secret}\n");
        hides(&World::new().file(file), hidden);
    }
}

#[test]
fn names_of_what_is_secret_and_paths_are_shown() {
    let world = World::new()
        .env("DRAGONFLY_SCRUB_DENY", "order_ref,/password=.+/")
        .env("DRAGONFLY_SPOOL", "/home/jane/spool");
    let words = all_words(&world);
    for shown in ["order_ref, /password=.+/", "/home/jane/spool"] {
        assert!(words.contains(shown), "{shown} is not in {words}");
    }
}
