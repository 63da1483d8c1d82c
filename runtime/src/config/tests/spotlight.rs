use super::*;

const USUAL: &str = "http://localhost:8969/stream";
const VARIABLE: &str = "SENTRY_SPOTLIGHT";
const SOURCE: &str = "environment SENTRY_SPOTLIGHT";

#[track_caller]
fn of_variable(value: &str) -> Settings {
    World::new().env(VARIABLE, value).settings()
}

#[test]
fn yes_and_no_are_said_as_sentry_specifies() {
    for yes in ["true", "T", "y", "Yes", "on", "1", " 1 "] {
        of_variable(yes).quiet().has("spotlight", USUAL, SOURCE);
    }
    for no in ["false", "F", "n", "No", "off", "0", "", "  "] {
        of_variable(no).quiet().has("spotlight", "none", SOURCE);
    }
    World::new()
        .settings()
        .quiet()
        .has("spotlight", "none", "default");
}

#[test]
fn a_url_is_where_it_listens() {
    for (text, url) in [
        ("http://localhost:8969/stream", USUAL),
        (
            "http://127.0.0.1:3000/stream/",
            "http://127.0.0.1:3000/stream",
        ),
        ("HTTP://[::1]:3000", "http://[::1]:3000/stream"),
        ("http://a.localhost/b/c", "http://a.localhost:80/b/c"),
    ] {
        of_variable(text).quiet().has("spotlight", url, SOURCE);
    }
}

#[test]
fn what_is_no_url_of_a_spotlight_is_said_and_left_out() {
    for (text, why) in [
        ("maybe", "expected `true`, `false`, or a URL"),
        ("localhost:8969", "expected `true`, `false`, or a URL"),
        (
            "ftp://localhost/stream",
            "expected `true`, `false`, or a URL",
        ),
        ("http://", "expected `true`, `false`, or a URL"),
        ("http://jane:s3cr3t@localhost/stream", "expected `true`"),
        ("http://localhost/stream?token=s3cr3t", "expected `true`"),
        ("https://localhost:8969/stream", "not to `https://`"),
        ("http://192.0.2.1:8969/stream", "DRAGONFLY_ALLOW_HTTP"),
    ] {
        // and the file is not asked
        let world = World::new()
            .env(VARIABLE, text)
            .file("[dragonfly]\nspotlight = true\n");
        let settings = world.settings();
        let settings = settings.notes_once(&["`SENTRY_SPOTLIGHT` failed", why]);
        settings.has("spotlight", "none", "default");
        assert!(
            !settings.notes[0].contains("s3cr3t"),
            "{:?}",
            settings.notes
        );
    }
    let world = World::new()
        .env(VARIABLE, "http://host.docker.internal:8969")
        .env("DRAGONFLY_ALLOW_HTTP", "host.docker.internal");
    let url = "http://host.docker.internal:8969/stream";
    world.settings().quiet().has("spotlight", url, SOURCE);
}

#[test]
fn code_is_stronger_but_leaves_it_to_the_environment_where() {
    let with = |code: &'static str, variable: &str| {
        let world = World::new().code(|overrides| overrides.spotlight = Some(code.into()));
        world.env(VARIABLE, variable).settings()
    };
    let elsewhere = "http://localhost:3000/stream";
    with("false", "1").quiet().has("spotlight", "none", "code");
    with("true", "0").quiet().has("spotlight", USUAL, "code");
    with("true", elsewhere)
        .quiet()
        .has("spotlight", elsewhere, SOURCE);
    with("http://localhost:1/a", elsewhere).quiet().has(
        "spotlight",
        "http://localhost:1/a",
        "code",
    );
    with("nonsense", "1").notes_once(&["`spotlight` in code"]);
    let file = World::new().file("[dragonfly]\nspotlight = 1\n");
    file.settings()
        .quiet()
        .has("spotlight", USUAL, "./.sentryclirc:2");
}

#[test]
fn the_operators_veto_holds() {
    let world = World::new().env(VARIABLE, "1").env("SENTRY_DSN", "");
    world
        .settings()
        .quiet()
        .has("spotlight", "none", "environment SENTRY_DSN");
}
