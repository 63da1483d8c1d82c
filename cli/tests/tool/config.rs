use dragonfly::inbox::Inbox;

use crate::place::{KEY, Place};

#[test]
fn each_source() {
    let dsn = format!("https://{KEY}:{KEY}@sentry.example.com/7");
    let place = Place::new()
        .with_rc("[auth]\ntoken = open-sesame\n[dragonfly]\nsample_rate = 0.5\n")
        .with_rc_at_home("[defaults]\norg = pond\n");
    let home = place.home().join(".sentryclirc");
    place
        .run(
            &["config"],
            &[("SENTRY_DSN", &dsn), ("SENTRY_ENVIRONMENT", "staging")],
        )
        .exits(0)
        .never_says(KEY)
        .never_says("sesame")
        .has_row("dsn https://c0ff…@sentry.example.com/7 environment SENTRY_DSN")
        .has_row("environment staging environment SENTRY_ENVIRONMENT")
        .has_row("release <package>@<version> default")
        .has_row("sample_rate 0.5 ./.sentryclirc:4")
        .has_row("traces_sample_rate 0.1 default")
        .has_row("token present ./.sentryclirc:2")
        .has_row(&format!("org pond {}:2", home.display()))
        .has_row("Reporting on");
}

#[test]
fn a_variable_that_nobody_reads_is_told_of_if_it_is_near_one_that_is_read() {
    let place = Place::new();
    let slip = [("SENTRY_ENV", "staging"), ("SENTRY_LOG_LEVEL", "info")];
    place
        .run(&["config"], &slip)
        .exits(0)
        .notes("`SENTRY_ENV` is not read, did you mean `SENTRY_ENVIRONMENT`?")
        .never_says("LOG_LEVEL");
    let json = place.run(&["config", "--json"], &slip).exits(0).json();
    assert_eq!(json["unread"].as_array().unwrap().len(), 1);
    let dsn = format!("https://{KEY}@sentry.example.com/7");
    let ran = place.run(&["config"], &[("SENTRY_DNS", &dsn)]);
    ran.exits(2).notes("`SENTRY_DNS`").never_says(KEY);
}

#[test]
fn filters() {
    let ran = Place::new()
        .with_rc("[dragonfly]\nignore_errors = shop::SoldOut\nmax_per_minute = 60\n")
        .run(
            &["config"],
            &[("DRAGONFLY_IGNORE_ERRORS", "io::Error,/a, b/")],
        );
    ran.exits(0)
        .has_row("ignore_errors io::Error, /a, b/ environment DRAGONFLY_IGNORE_ERRORS")
        .has_row("max_per_minute 60 ./.sentryclirc:3");
    let ran = Place::new().run(&["config"], &[("DRAGONFLY_MAX_PER_MINUTE", "0")]);
    ran.exits(2)
        .has_row("ignore_errors none default")
        .has_row("max_per_minute none default")
        .notes("reading `DRAGONFLY_MAX_PER_MINUTE` failed: expected a whole number from 1");
}

#[test]
fn columns_are_aligned() {
    let ran = Place::new().run(&["config"], &[]).exits(0);
    let rows: Vec<&str> = ran
        .out
        .lines()
        .take_while(|line| !line.is_empty())
        .collect();
    assert_eq!(rows.len(), 24);
    let ends: Vec<usize> = rows
        .iter()
        .map(|row| row.rfind("default").unwrap())
        .collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{}", ran.out);
}

#[test]
fn nothing_is_sent() {
    let inbox = Inbox::start().unwrap();
    Place::new()
        .run(&["config"], &[("SENTRY_DSN", &inbox.dsn())])
        .exits(0)
        .has_row("Reporting on");
    assert_eq!(inbox.requests(), 0);
}

#[test]
fn off_on_purpose_is_right() {
    Place::new()
        .run(&["config"], &[])
        .exits(0)
        .has_row("Reporting off: no DSN");
    let ran = Place::new()
        .run(&["config"], &[("SENTRY_DSN", "")])
        .exits(0);
    ran.has_row("Reporting off: SENTRY_DSN is set to nothing");
}

#[test]
fn mistakes() {
    let dsn = format!("https://{KEY}@sentry.example.com/");
    let ran = Place::new()
        .run(&["config"], &[("SENTRY_DSN", &dsn)])
        .exits(2);
    ran.never_says(KEY)
        .notes("it has no project id after the host, expected");
    let ran = Place::new()
        .run(&["config"], &[("SENTRY_SAMPLE_RATE", "7")])
        .exits(2);
    ran.notes("reading `SENTRY_SAMPLE_RATE` failed: expected a number from 0 to 1")
        .has_row("sample_rate 1 default")
        .has_row("Next step correct what stderr says");
}

#[test]
fn json() {
    let dsn = format!("https://{KEY}@sentry.example.com/7");
    let ran = Place::new()
        .run(&["config", "--json"], &[("SENTRY_DSN", &dsn)])
        .exits(0)
        .never_says(KEY);
    let json = ran.json();
    assert_eq!(json["status"], "on");
    assert!(json["reason"].is_null());
    assert_eq!(
        json["settings"]["dsn"]["value"],
        "https://c0ff…@sentry.example.com/7"
    );
    assert_eq!(json["settings"]["shutdown_timeout"]["source"], "default");

    assert_eq!(
        Place::new().run(&["config", "--json"], &[]).exits(0).json()["status"],
        "off"
    );
    let ran = Place::new()
        .run(&["config", "--json"], &[("SENTRY_DSN", "nonsense")])
        .exits(2);
    let json = ran.json();
    assert_eq!(json["status"], "misconfigured");
    assert!(
        json["reason"]
            .as_str()
            .unwrap()
            .contains("it has no scheme")
    );
    assert_eq!(json["notes"].as_array().unwrap().len(), 1);
}

#[test]
fn colours_where_wanted() {
    let place = Place::new();
    place
        .run(&["config"], &[("CLICOLOR_FORCE", "1")])
        .exits(0)
        .prints("\u{1b}[");
    place.run(&["config"], &[]).never_says("\u{1b}");
    place
        .run(&["config"], &[("NO_COLOR", "1")])
        .never_says("\u{1b}");
}

#[test]
fn spotlight_is_on_beside_a_server_that_is_off() {
    let url = "http://localhost:8969/stream";
    let on = Place::new().run(&["config"], &[("SENTRY_SPOTLIGHT", "1")]);
    on.exits(0)
        .has_row(&format!("spotlight {url} environment SENTRY_SPOTLIGHT"))
        .has_row("Reporting off: no DSN")
        .has_row(&format!("Spotlight a copy of everything goes to {url}"));
    let off = Place::new().run(&["config"], &[]).exits(0);
    let off = off.has_row("spotlight none default");
    assert!(!off.out.contains("a copy of everything"), "{}", off.out);
    let wrong = Place::new().run(&["config"], &[("SENTRY_SPOTLIGHT", "maybe")]);
    wrong
        .exits(2)
        .notes("reading `SENTRY_SPOTLIGHT` failed: expected `true`, `false`, or a URL");
}

#[test]
fn a_dry_run_is_told() {
    let run = |dry: &str, args: &[&str]| {
        let variables = [
            ("SENTRY_DSN", "https://0123456789abcdef@h.example/1"),
            ("DRAGONFLY_DRY_RUN", dry),
        ];
        Place::new().run(args, &variables)
    };
    run("1", &["config"])
        .exits(0)
        .prints("Dry run    what would be sent is printed");
    run("0", &["config"]).exits(0).never_says("Dry run");
    // a mistake does not hide whether reports are sent
    let ran = run("perhaps", &["config", "--json"]).exits(2);
    let report = ran.json();
    assert_eq!(
        (&report["status"], &report["reporting"]),
        (&"misconfigured".into(), &true.into())
    );
}

/// A home that is no whole path is none; where there is no variable, the system may still know one.
#[cfg(unix)]
#[test]
fn where_there_is_no_place_for_the_spool_that_is_told() {
    let inbox = Inbox::start().unwrap();
    let told = "undelivered events are kept in memory only";
    let dsn = inbox.dsn();
    let homeless = [
        ("SENTRY_DSN", &*dsn),
        ("HOME", "nowhere"),
        ("XDG_STATE_HOME", ""),
    ];
    for command in ["config", "health"] {
        let run = |variables: &[(&str, &str)]| Place::new().run(&[command], variables).exits(0);
        run(&homeless)
            .has_row("spool none default")
            .prints(told)
            .prints("name a folder that stays in DRAGONFLY_SPOOL");
        for named in ["/var/lib/shop/spool", "off"] {
            let variables = [&homeless[..], &[("DRAGONFLY_SPOOL", named)]].concat();
            run(&variables).never_says(told);
        }
        run(&homeless[..1]).never_says(told);
        run(&homeless[1..]).never_says(told); // nothing is reported
    }
}
