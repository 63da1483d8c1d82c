use std::time::Duration;

use super::*;

const HERE: &str = "./.sentryclirc:2";

/// Takes one source away after the other, the strongest first.
#[track_caller]
fn order(
    key: &str,
    variable: &'static str,
    code: (impl FnOnce(&mut Overrides), &str),
    env: (&'static str, &str),
    file: (&str, &str),
    default: &str,
) {
    let file_text = format!("[dragonfly]\n{key} = {}\n", file.0);
    let world = World::new()
        .env(variable, env.0)
        .file(&file_text)
        .code(code.0);
    world.settings().quiet().has(key, code.1, "code");
    let world = World::new().env(variable, env.0).file(&file_text);
    world
        .settings()
        .quiet()
        .has(key, env.1, &format!("environment {variable}"));
    let world = World::new().env(variable, "  ").file(&file_text);
    world.settings().quiet().has(key, file.1, HERE);
    let world = World::new()
        .env(variable, "")
        .file(format!("[dragonfly]\n{key} = \n"));
    world.settings().quiet().has(key, default, "default");
}

#[test]
fn environment() {
    order(
        "environment",
        "SENTRY_ENVIRONMENT",
        (|code| code.environment = Some(" a ".into()), "a"),
        (" b ", "b"),
        ("c", "c"),
        "production",
    );
}

#[test]
fn release() {
    order(
        "release",
        "SENTRY_RELEASE",
        (|code| code.release = Some("a".into()), "a"),
        ("b", "b"),
        ("c", "c"),
        "shop@1.4.2",
    );
}

#[test]
fn dist() {
    order(
        "dist",
        "SENTRY_DIST",
        (|code| code.dist = Some("a".into()), "a"),
        (" musl ", "musl"),
        ("1.2_3-c", "1.2_3-c"),
        "none",
    );
}

#[test]
fn a_dist_that_servers_refuse_is_left_out() {
    World::new()
        .env("SENTRY_DIST", "a b")
        .settings()
        .has("dist", "none", "default")
        .notes_once(&["SENTRY_DIST", "at most 64 letters"]);
}

#[test]
fn sample_rate() {
    order(
        "sample_rate",
        "SENTRY_SAMPLE_RATE",
        (|code| code.sample_rate = Some(0.5), "0.5"),
        ("0", "0"),
        ("0.25", "0.25"),
        "1",
    );
}

#[test]
fn traces_sample_rate() {
    order(
        "traces_sample_rate",
        "SENTRY_TRACES_SAMPLE_RATE",
        (|code| code.traces_sample_rate = Some(0.5), "0.5"),
        (" 1 ", "1"),
        ("0.25", "0.25"),
        "0.1",
    );
}

#[test]
fn send_default_pii() {
    order(
        "send_default_pii",
        "DRAGONFLY_SEND_DEFAULT_PII",
        (|code| code.send_default_pii = Some(false), "false"),
        ("yes", "true"),
        ("on", "true"),
        "false",
    );
}

#[test]
fn debug() {
    order(
        "debug",
        "SENTRY_DEBUG",
        (|code| code.debug = Some(true), "true"),
        ("No", "false"),
        ("T", "true"),
        "false",
    );
}

#[test]
fn shutdown_timeout() {
    order(
        "shutdown_timeout",
        "DRAGONFLY_SHUTDOWN_TIMEOUT",
        (|code| code.shutdown_timeout = Some(Duration::ZERO), "0ns"),
        ("500ms", "500ms"),
        ("0.5", "500ms"),
        "2s",
    );
}

#[test]
#[cfg(unix)]
fn spool() {
    order(
        "spool",
        "DRAGONFLY_SPOOL",
        (|code| code.spool = Some("/code".into()), "/code"),
        ("OFF", "none"),
        ("/var/spool/shop", "/var/spool/shop"),
        "none",
    );
}

#[test]
#[cfg(unix)]
fn the_spool_has_a_place_of_its_own_and_stays_there() {
    let around = Surroundings {
        cwd: Some("/srv/shop".into()),
        home: Some("/home/jane".into()),
        state: Some("/home/jane/.local/state".into()),
        ..Surroundings::default()
    };
    let defaults = Defaults {
        environment: "production",
        release: None,
    };
    let spool = |text: Option<&'static str>, around: &Surroundings| {
        let code = Overrides {
            spool: text.map(Into::into),
            ..Overrides::default()
        };
        Settings::resolve_in(&code, &defaults, around).spool.value
    };
    let is = |found: Option<PathBuf>, path: &str| assert_eq!(found, Some(path.into()));
    is(
        spool(None, &around),
        "/home/jane/.local/state/dragonfly/spool",
    );
    is(spool(Some("undelivered"), &around), "/srv/shop/undelivered");
    is(
        spool(Some("~/undelivered"), &around),
        "/home/jane/undelivered",
    );
    is(spool(Some("/var/undelivered"), &around), "/var/undelivered");
    assert_eq!(spool(Some("off"), &around), None);
    assert_eq!(spool(None, &Surroundings::default()), None);
}

#[test]
fn ignore_errors() {
    order(
        "ignore_errors",
        "DRAGONFLY_IGNORE_ERRORS",
        (
            |code| code.ignore_errors = Some(vec![" A ".into(), "/b, c/".into()]),
            "A, /b, c/",
        ),
        ("io::Error,/d, e/", "io::Error, /d, e/"),
        ("/f; g/ , B", "/f; g/, B"),
        "none",
    );
}

#[test]
fn scrub_allow() {
    order(
        "scrub_allow",
        "DRAGONFLY_SCRUB_ALLOW",
        (|code| code.scrub_allow = Some(vec![" a ".into()]), "a"),
        ("b, c", "b, c"),
        ("d", "d"),
        "none",
    );
}

#[test]
fn scrub_deny() {
    order(
        "scrub_deny",
        "DRAGONFLY_SCRUB_DENY",
        (
            |code| code.scrub_deny = Some(vec!["a".into(), "/b, c/".into()]),
            "a, /b, c/",
        ),
        ("d,/e, f/", "d, /e, f/"),
        ("g", "g"),
        "none",
    );
}

#[test]
fn dry_run() {
    order(
        "dry_run",
        "DRAGONFLY_DRY_RUN",
        (|code| code.dry_run = Some(true), "true"),
        ("yes", "true"),
        ("1", "true"),
        "false",
    );
}

#[test]
fn sessions() {
    order(
        "sessions",
        "DRAGONFLY_SESSIONS",
        (|code| code.sessions = Some(true), "true"),
        ("on", "true"),
        ("1", "true"),
        "false",
    );
}

#[test]
fn anonymous_users() {
    order(
        "anonymous_users",
        "DRAGONFLY_ANONYMOUS_USERS",
        (|code| code.anonymous_users = Some(true), "true"),
        ("yes", "true"),
        ("true", "true"),
        "false",
    );
}

#[test]
fn max_per_minute() {
    order(
        "max_per_minute",
        "DRAGONFLY_MAX_PER_MINUTE",
        (|code| code.max_per_minute = Some(1), "1"),
        (" 60 ", "60"),
        ("600", "600"),
        "none",
    );
}

#[test]
fn dsn() {
    let text = "[auth]\ndsn = https://abcdefgh@file.example/3\n";
    let with = |world: World| world.file(text).env("SENTRY_DSN", KEYED);
    let code = "https://abcdefgh@code.example/2";
    let world = with(World::new()).code(|overrides| overrides.dsn = Some(code.into()));
    world
        .settings()
        .quiet()
        .on("code.example")
        .has("dsn", "https://abcd…@code.example/2", "code");
    let world = with(World::new()).code(|overrides| overrides.dsn = Some(" ".into()));
    world.settings().quiet().on("env.example").has(
        "dsn",
        "https://abcd…@env.example/1",
        "environment SENTRY_DSN",
    );
    let world = World::new().file(text);
    world
        .settings()
        .quiet()
        .on("file.example")
        .has("dsn", "https://abcd…@file.example/3", HERE);
    let world = World::new();
    world
        .settings()
        .quiet()
        .off("no DSN")
        .has("dsn", "none", "default");
}

#[test]
fn all_transactions_in_development_a_tenth_elsewhere() {
    for (environment, rate) in [("development", "1"), ("staging", "0.1")] {
        let world = World::new().env("SENTRY_ENVIRONMENT", environment);
        world.settings().has("traces_sample_rate", rate, "default");
        let world = world.env("SENTRY_TRACES_SAMPLE_RATE", "0.7");
        world.settings().has(
            "traces_sample_rate",
            "0.7",
            "environment SENTRY_TRACES_SAMPLE_RATE",
        );
    }
}

#[test]
fn a_wrong_rate_leaves_the_next_source() {
    for wrong in [
        "1.01", "-0.1", "NaN", "inf", "10%", "ten", "1e309", "0x1", "0,5",
    ] {
        let world = World::new()
            .env("SENTRY_SAMPLE_RATE", wrong)
            .file("[dragonfly]\nsample_rate = 0.5");
        world
            .settings()
            .notes_once(&["`SENTRY_SAMPLE_RATE`", "from 0 to 1"])
            .has("sample_rate", "0.5", HERE);
    }
    for right in ["0", "1", "1.0", ".5", "1e-3", "+1", "-0"] {
        World::new()
            .env("SENTRY_SAMPLE_RATE", right)
            .settings()
            .quiet();
    }
}

#[test]
fn a_wrong_rate_is_named_with_file_line_and_key() {
    let world = World::new().file("# mine\n\n[dragonfly]\ntraces_sample_rate = 7\n");
    world
        .settings()
        .notes_once(&[
            "`[dragonfly] traces_sample_rate`",
            "`./.sentryclirc:4`",
            "from 0 to 1",
        ])
        .has("traces_sample_rate", "0.1", "default");
}

#[test]
fn a_wrong_rate_in_code_is_named() {
    let world = World::new()
        .code(|code| code.sample_rate = Some(f64::NAN))
        .env("SENTRY_SAMPLE_RATE", "0.5");
    world.settings().notes_once(&["`sample_rate` in code"]).has(
        "sample_rate",
        "0.5",
        "environment SENTRY_SAMPLE_RATE",
    );
}

#[test]
fn booleans() {
    for (words, value) in [
        ("1 true YES On y T", "true"),
        ("0 False no OFF n f", "false"),
    ] {
        for word in words.split(' ') {
            let world = World::new()
                .env("SENTRY_DEBUG", word)
                .file("[dragonfly]\ndebug=1");
            world
                .settings()
                .quiet()
                .has("debug", value, "environment SENTRY_DEBUG");
        }
    }
    for word in ["2", "ja", "tru", "enabled"] {
        let world = World::new().env("SENTRY_DEBUG", word);
        world
            .settings()
            .notes_once(&["`SENTRY_DEBUG`", "`true` or `false`"])
            .has("debug", "false", "default");
    }
}

#[test]
fn an_unknown_boolean_does_not_let_personal_data_through() {
    let world = World::new().file("[dragonfly]\nsend_default_pii = true\n");
    world
        .settings()
        .quiet()
        .has("send_default_pii", "true", HERE);
    let world = world.env("DRAGONFLY_SEND_DEFAULT_PII", "flase");
    world
        .settings()
        .notes_once(&["`DRAGONFLY_SEND_DEFAULT_PII`"])
        .has("send_default_pii", "false", "default");
}

#[test]
fn timeouts() {
    let variable = "DRAGONFLY_SHUTDOWN_TIMEOUT";
    for (text, shown) in [
        ("2", "2s"),
        ("0.5", "500ms"),
        ("1500 ms", "1.5s"),
        ("3s", "3s"),
    ] {
        let world = World::new().env(variable, text);
        world.settings().quiet().has(
            "shutdown_timeout",
            shown,
            &format!("environment {variable}"),
        );
    }
    for text in ["-1", "NaN", "inf", "ms", "s", "2m", "soon", "-1ms"] {
        let world = World::new().env(variable, text);
        world.settings().notes_once(&[variable, "seconds"]).has(
            "shutdown_timeout",
            "2s",
            "default",
        );
    }
    for text in ["3601", "3600001ms", "1e300"] {
        let world = World::new().env(variable, text);
        let settings = world.settings();
        settings.notes_once(&[variable, "one hour"]);
        assert_eq!(settings.shutdown_timeout.value, Duration::from_secs(3600));
    }
    let world = World::new().code(|code| code.shutdown_timeout = Some(Duration::MAX));
    world
        .settings()
        .notes_once(&["`code`", "one hour"])
        .has("shutdown_timeout", "3600s", "code");
    World::new().env(variable, "3600").settings().quiet();
}

#[test]
fn names_that_a_server_would_refuse_are_left_out() {
    for wrong in [
        "feature/x",
        "a\\b",
        "..",
        "Latest",
        "a\tb",
        &"x".repeat(201),
    ] {
        let world = World::new().env("SENTRY_RELEASE", wrong);
        world
            .settings()
            .notes_once(&["SENTRY_RELEASE"])
            .has("release", "shop@1.4.2", "default");
    }
    for wrong in ["a b", "a/b", ".", "None", &"x".repeat(65)] {
        let world = World::new().env("SENTRY_ENVIRONMENT", wrong);
        world.settings().notes_once(&["SENTRY_ENVIRONMENT"]).has(
            "environment",
            "production",
            "default",
        );
    }
    let longest = "x".repeat(200);
    for right in ["shop@1.4.2+7", "shop 1", "a.b", &longest] {
        let world = World::new().env("SENTRY_RELEASE", right);
        world
            .settings()
            .quiet()
            .has("release", right, "environment SENTRY_RELEASE");
    }
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf8_is_left_out() {
    use std::os::unix::ffi::OsStringExt;

    let bytes = || OsString::from_vec(b"caf\xe9".to_vec());
    let world = World::new().env("SENTRY_ENVIRONMENT", bytes());
    world
        .settings()
        .notes_once(&["`SENTRY_ENVIRONMENT`", "not UTF-8"])
        .has("environment", "production", "default");
    // Nobody is told about what is not needed.
    let world = world.code(|code| code.environment = Some("a".into()));
    world.settings().quiet();
    // A DSN is another matter: the file's must not take its place.
    let world = World::new()
        .env("SENTRY_DSN", bytes())
        .file(format!("[auth]\ndsn={KEYED}"));
    world
        .settings()
        .notes_once(&["SENTRY_DSN", "not UTF-8"])
        .off("the DSN in `environment SENTRY_DSN` is malformed: it is not UTF-8");
}

#[test]
fn a_share_below_nothing_by_its_sign_alone_is_nothing() {
    for nothing in ["-0", "-0.0", "0"] {
        let world = World::new().env("SENTRY_SAMPLE_RATE", nothing);
        let world = world.code(|code| code.traces_sample_rate = Some(-0.0));
        let settings = world.settings();
        settings.has("traces_sample_rate", "0", "code").has(
            "sample_rate",
            "0",
            "environment SENTRY_SAMPLE_RATE",
        );
    }
}

/// One program that is started in two folders has one spool.
#[test]
fn a_spool_that_a_file_names_is_beside_that_file() {
    let is_below = |world: &World, folder: &str| {
        let expected = world.root.join(folder).join("undelivered");
        let found = world.settings().spool.value.unwrap();
        assert_eq!(found.to_str(), expected.to_str());
    };
    let text = "[dragonfly]\nspool = undelivered\n";
    is_below(&World::new().file(text), "work/shop");
    is_below(&World::new().file_in("work", text), "work");
    is_below(&World::new().file_in("home", text), "home");
    let world = World::new().file_in("work", "[dragonfly]\nspool = other\n");
    is_below(&world.env("DRAGONFLY_SPOOL", "undelivered"), "work/shop");
}
