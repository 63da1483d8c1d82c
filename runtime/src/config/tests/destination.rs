use super::*;
use crate::config::dsn;

#[test]
fn an_empty_variable_is_the_veto() {
    for nothing in ["", "  ", "\t\n"] {
        let world = World::new()
            .env("SENTRY_DSN", nothing)
            .code(|code| code.dsn = Some(KEYED.into()))
            .file(format!("[auth]\ndsn = {KEYED}\n"));
        world
            .settings()
            .quiet()
            .off("SENTRY_DSN is set to nothing")
            .has("dsn", "set to nothing", "environment SENTRY_DSN");
    }
    let world = World::new().code(|code| code.dsn = Some(KEYED.into()));
    world.settings().quiet().on("env.example");
}

#[test]
fn a_variable_that_was_meant_is_noted_where_it_would_turn_everything_off() {
    let slip = |name| World::new().env(name, KEYED);
    for name in ["SENTRY_DNS", "SENTRYDSN", "sentry_dsn"] {
        let quoted = format!("`{name}`");
        let off = slip(name).settings();
        off.notes_once(&[&quoted, "did you mean `SENTRY_DSN`?"]);
        off.has("dsn", "none", "default");
    }
    let both = slip("SENTRY_DNS").env("SENTRY_DSN", KEYED);
    both.settings().quiet().on("env.example");
    let vetoed = slip("SENTRY_DNS").env("SENTRY_DSN", "");
    vetoed.settings().quiet();
    let other = World::new().env("SENTRY_DNS", "192.0.2.1");
    other.settings().quiet().has("dsn", "none", "default");
}

#[test]
fn a_malformed_dsn_is_explained() {
    for (text, why) in [
        ("abcdefgh@host.example/1", "it has no scheme"),
        ("host.example", "it has no scheme"),
        ("localhost:9000/1", "it has no scheme"),
        ("ftp://abcdefgh@host.example/1", "its scheme is not `https`"),
        ("https://host.example/1", "it has no key before the host"),
        (
            "https://:secret@host.example/1",
            "it has no key before the host",
        ),
        (
            "https://abcdefgh@host.example",
            "it has no project id after the host",
        ),
        (
            "https://abcdefgh@host.example//",
            "it has no project id after the host",
        ),
        (
            "https://abcdefgh@host.example/1,https://abcdefgh@host.example/2",
            "it is more than one",
        ),
        (
            "https://abcdefgh@host.example/a@b/1",
            "it has an `@` after the host",
        ),
        (
            "https://abcdefgh@host.example/secret@",
            "it has an `@` after the host",
        ),
        ("https://abcdefgh@/", "it has no host"),
        ("https://abcdefgh@:8000/1", "it has no host"),
        (
            "https://abcdefgh@host.example:99999/1",
            "its port is no number up to 65535",
        ),
        (
            "https://abcdefgh@[::1]:port/1",
            "its port is no number up to 65535",
        ),
        (
            "https://abcdefgh@2001:db8::1/1",
            "an IPv6 address in it needs brackets around it",
        ),
        ("https://abcdefgh@[::g]/1", "it is not a URL"),
        ("https://<key>@<host>/<project>", "it is not a URL"),
        (
            "\"https://abcdefgh@host.example/1\"",
            "it has quotes around it",
        ),
        (
            "https://abcdefgh@host.example/1 # mine",
            "it has white space in it",
        ),
        (
            "https://abcdefgh@host.ex\nample/1",
            "it has white space in it",
        ),
    ] {
        let world = World::new().env("SENTRY_DSN", text);
        let source = "environment SENTRY_DSN";
        world
            .settings()
            .notes_once(&[source, why, "`https://<key>@<host>/<project>`"])
            .off(&format!("the DSN in `{source}` is malformed: {why}"))
            .has("dsn", "malformed", source);
    }
}

#[test]
fn well_formed_dsns_are_taken() {
    for (text, masked) in [
        (
            "https://abcdefgh@host.example/1",
            "https://abcd…@host.example/1",
        ),
        (
            "HTTPS://abcdefgh:secret@HOST.example:444/a/b/1/",
            "https://abcd…@host.example:444/a/b/1",
        ),
        ("https://key@host.example/1", "https://…@host.example/1"),
        (
            "https://abcdefgh@[2001:db8::1]:444/1",
            "https://abcd…@[2001:db8::1]:444/1",
        ),
        (
            "  https://abcdefgh@bücher.example/1\n",
            "https://abcd…@xn--bcher-kva.example/1",
        ),
    ] {
        let settings = World::new().env("SENTRY_DSN", text).settings();
        settings
            .quiet()
            .has("dsn", masked, "environment SENTRY_DSN");
        assert!(settings.state.is_on());
        settings.dsn.value.unwrap().envelope_api_url();
    }
}

#[test]
fn a_wrong_dsn_is_not_replaced_by_a_lower_source() {
    let file = format!("[auth]\ndsn = {KEYED}\n");
    let world = World::new().env("SENTRY_DSN", "nonsense").file(&file);
    world
        .settings()
        .off("the DSN in `environment SENTRY_DSN` is malformed: it has no scheme");
    let world = World::new()
        .code(|code| code.dsn = Some("x".into()))
        .env("SENTRY_DSN", KEYED);
    world
        .settings()
        .off("the DSN in `code` is malformed: it has no scheme");
    let world = World::new()
        .file("[auth]\ndsn = x\n")
        .file_in("home", &file);
    world
        .settings()
        .notes_once(&["`./.sentryclirc:2`"])
        .off("the DSN in `./.sentryclirc:2` is malformed: it has no scheme");
    World::new()
        .file_in("home", &file)
        .settings()
        .quiet()
        .on("env.example");
}

#[test]
fn plain_http_stays_on_loopback() {
    for host in [
        "localhost",
        "LOCALHOST:9000",
        "shop.localhost",
        "localhost.",
        "127.0.0.1:8000",
        "127.1.2.3",
        "0x7f.1",
        "[::1]:80",
    ] {
        let world = World::new().env("SENTRY_DSN", format!("http://abcdefgh@{host}/1"));
        assert!(world.settings().quiet().state.is_on(), "{host}");
    }
    for host in [
        "relay",
        "relay:9000",
        "notlocalhost",
        "localhost.example",
        "127.example",
        "128.0.0.1",
        "10.0.0.1",
        "0.0.0.0",
        "[::2]",
    ] {
        let world = World::new().env("SENTRY_DSN", format!("http://abcdefgh@{host}/1"));
        world
            .settings()
            .notes_once(&["`http://` is refused", "DRAGONFLY_ALLOW_HTTP"])
            .has("dsn", "refused", "environment SENTRY_DSN");
        let world = world.env("SENTRY_DSN", format!("https://abcdefgh@{host}/1"));
        assert!(world.settings().quiet().state.is_on(), "{host}");
    }
    World::new()
        .env("SENTRY_DSN", "http://abcdefgh@relay/1")
        .settings()
        .off("`http://` is refused for `relay`, the host of the DSN in `environment SENTRY_DSN`");
}

#[test]
fn plain_http_is_allowed_by_name() {
    let list = " other, Relay ,, bücher.example,[2001:DB8::1] , tower:3000";
    let dsn = |host: &str| format!("http://abcdefgh@{host}/1");
    for (host, allowed) in [
        ("relay", true),
        ("relay:9000", true),
        ("bücher.example", true),
        ("[2001:db8::1]", true),
        ("tower:3000", true),
        ("tower", false),
        ("tower:3001", false),
        ("my.relay", false),
        ("relay.example", false),
    ] {
        let world = World::new()
            .env("SENTRY_DSN", dsn(host))
            .env("DRAGONFLY_ALLOW_HTTP", list);
        assert_eq!(world.settings().state.is_on(), allowed, "{host}");
        let world = World::new().env("SENTRY_DSN", dsn(host));
        let world = world.file(format!("[dragonfly]\nallow_http = {list}\n"));
        assert_eq!(world.settings().state.is_on(), allowed, "{host}");
    }
    let world = World::new()
        .env("DRAGONFLY_ALLOW_HTTP", list)
        .file("[dragonfly]\nallow_http=x");
    world.settings().quiet().has(
        "allow_http",
        "other, relay, xn--bcher-kva.example, [2001:db8::1], tower:3000",
        "environment DRAGONFLY_ALLOW_HTTP",
    );
    let code = World::new().code(|code| code.dsn = Some(dsn("relay").into()));
    assert!(!code.settings().state.is_on());
}

#[test]
fn what_is_no_host_is_left_out_of_the_list() {
    for wrong in [
        "http://relay",
        "*.example",
        "a b",
        "key@relay",
        "relay:x",
        "relay:70000",
        "::1",
    ] {
        let world = World::new().env("DRAGONFLY_ALLOW_HTTP", format!("{wrong}, good"));
        world
            .settings()
            .notes_once(&["`DRAGONFLY_ALLOW_HTTP`", "hosts"])
            .has("allow_http", "good", "environment DRAGONFLY_ALLOW_HTTP");
    }
}

#[test]
fn url_is_a_dsn_or_a_server() {
    let world = World::new().file(format!("[defaults]\nurl = {KEYED}\n"));
    world
        .settings()
        .quiet()
        .on("env.example")
        .has("server", "none", "default");
    let world = World::new().file("[defaults]\nurl = https://sentry.example/?a=b\n");
    world.settings().quiet().off("no DSN").has(
        "server",
        "https://sentry.example/",
        "./.sentryclirc:2",
    );
    let both = format!("[defaults]\nurl = https://abcdefgh@url.example/1\n[auth]\ndsn = {KEYED}\n");
    World::new()
        .file(both)
        .settings()
        .quiet()
        .on("env.example")
        .has("server", "none", "default");
    // What was meant as a DSN is one, and a wrong one is not silently a server.
    for wrong in ["abcdefgh@host.example/1", "https://abcdefgh@host.example"] {
        let world = World::new().file(format!("[defaults]\nurl = {wrong}\n"));
        let settings = world.settings();
        settings
            .notes_once(&["./.sentryclirc:2", "https://<key>"])
            .has("server", "none", "default");
        assert!(!settings.state.is_on());
    }
}

#[test]
fn url_without_its_key_is_explained() {
    let world = World::new().file("[defaults]\nurl = https://o1.ingest.sentry.io/42\n");
    world
        .settings()
        .notes_once(&["`[defaults] url`", "without its key"])
        .off("no DSN");
    // Not where there is another DSN.
    world
        .env("SENTRY_DSN", KEYED)
        .settings()
        .quiet()
        .on("env.example");
    let world = World::new().file("[defaults]\nurl = sentry.io\n");
    world
        .settings()
        .notes_once(&["`[defaults] url`", "address"])
        .has("server", "none", "default");
}

#[test]
fn the_sources_of_an_address_nearest_first() {
    let home = format!("[auth]\ndsn = {KEYED}\n[defaults]\nurl = https://sentry.example/\n");
    let world = World::new()
        .file("[defaults]\nurl = https://abcdefgh@near.example/1\n")
        .file_in("home", home);
    let server = absolute(&world.path_in("home"), 4);
    world
        .settings()
        .quiet()
        .on("near.example")
        .has("server", "https://sentry.example/", &server);
}

#[test]
fn a_key_too_short_to_be_cut_is_hidden() {
    for (key, shown) in [("abcdefg", "…"), ("abcdefgh", "abcd…")] {
        let masked = dsn::mask(&dsn::parse(&format!("https://{key}@host/1")).unwrap());
        assert_eq!(masked, format!("https://{shown}@host/1"));
    }
}
