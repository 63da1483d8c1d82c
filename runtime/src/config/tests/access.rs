use super::*;
use crate::config::{Access, Source};

impl World {
    fn access(&self) -> Access {
        Access::find_in(&self.around)
    }
}

/// The addresses of the servers, and the sources of them.
fn servers(world: &World) -> Vec<(String, String)> {
    let servers = world.access().servers;
    let pair =
        |server: &super::super::Setting<String>| (server.value.clone(), server.source.to_string());
    servers.iter().map(pair).collect()
}

#[track_caller]
fn server_of(text: &str, expected: &str) {
    for world in [
        World::new().env("SENTRY_URL", text),
        World::new().env("SENTRY_DSN", text),
        World::new().file(format!("[defaults]\nurl = {text}\n")),
        World::new().file(format!("[auth]\ndsn = {text}\n")),
    ] {
        let found = servers(&world);
        let found: Vec<_> = found.iter().map(|(address, _)| &**address).collect();
        if expected.is_empty() {
            assert_eq!(found, [""; 0], "{text}");
        } else {
            assert_eq!(found, [expected], "{text}");
        }
    }
}

#[test]
fn the_server_of_an_address_is_its_root() {
    server_of("https://sentry.example/", "https://sentry.example");
    server_of(
        "https://sentry.example:443/a/b?c#d",
        "https://sentry.example",
    );
    server_of("HTTPS://Sentry.Example:8443", "https://sentry.example:8443");
    server_of("http://127.0.0.1:9000/", "http://127.0.0.1:9000");
    server_of("http://[::1]:9000/", "http://[::1]:9000");
    server_of(
        "https://key@sentry.example/prefix/1",
        "https://sentry.example",
    );
    server_of(
        "https://key:secret@sentry.example:9000/1",
        "https://sentry.example:9000",
    );
    for nonsense in [
        "sentry.example",
        "ftp://sentry.example/",
        "https://",
        "https://a@b",
    ] {
        server_of(nonsense, "");
    }
}

#[test]
fn the_server_of_a_dsn_of_sentrys_own_is_that_of_its_region() {
    for (host, server) in [
        ("o1.ingest.us.sentry.io", "https://us.sentry.io"),
        ("o1.us.ingest.sentry.io", "https://us.sentry.io"),
        ("o1.ingest.de.sentry.io", "https://de.sentry.io"),
        ("o1.ingest.sentry.io", "https://sentry.io"),
        ("ingest.de.sentry.io", "https://de.sentry.io"),
        ("sentry.io", "https://sentry.io"),
        ("acme.sentry.io", "https://acme.sentry.io"),
        // somebody else's
        (
            "o1.ingest.sentry.example",
            "https://o1.ingest.sentry.example",
        ),
        (
            "o1.ingest.us.sentry.io.example",
            "https://o1.ingest.us.sentry.io.example",
        ),
    ] {
        server_of(&format!("https://key@{host}/1"), server);
    }
}

#[test]
fn servers_are_in_the_order_of_their_sources() {
    let world = World::new()
        .file("[auth]\ndsn = https://k@near-dsn/1\n[defaults]\nurl = https://near/\n")
        .file_in("home", "[defaults]\nurl = https://home/\n")
        .env("SENTRY_DSN", "https://k@variable-dsn/1")
        .env("SENTRY_URL", "https://variable/");
    let home = world.path_in("home");
    let expected = [
        ("https://variable", "environment SENTRY_URL".to_owned()),
        ("https://variable-dsn", "environment SENTRY_DSN".to_owned()),
        ("https://near", "./.sentryclirc:4".to_owned()),
        ("https://near-dsn", "./.sentryclirc:2".to_owned()),
        ("https://home", absolute(&home, 2)),
    ];
    let expected: Vec<_> = expected
        .map(|(address, source)| (address.to_owned(), source))
        .into();
    assert_eq!(servers(&world), expected);
    // a veto on reports is none on where uploads go
    assert_eq!(servers(&world.env("SENTRY_DSN", ""))[1].0, "https://near");
    assert_eq!(servers(&World::new()), []);
}

#[test]
fn the_token_of_the_strongest_source() {
    assert_eq!(World::new().access().token, None);
    let world = World::new()
        .file("[auth]\ntoken = near\n")
        .file_in("home", "[auth]\ntoken = home\n");
    let token = world.access().token.unwrap();
    assert_eq!(token.value.reveal(), "near");
    assert_eq!(token.source.to_string(), "./.sentryclirc:2");
    let world = world.env("SENTRY_AUTH_TOKEN", " stronger ");
    let token = world.access().token.unwrap();
    assert_eq!(token.value.reveal(), "stronger");
    assert_eq!(token.source, Source::Env("SENTRY_AUTH_TOKEN"));
    world
        .settings()
        .has("token", "present", "environment SENTRY_AUTH_TOKEN");
    let blank = world.env("SENTRY_AUTH_TOKEN", " ").access().token.unwrap();
    assert_eq!(blank.value.reveal(), "near");
}

#[test]
fn organization_project_and_server_of_variables() {
    let world = World::new()
        .file("[defaults]\norg = pond\nproject = shop\nurl = https://near/\n")
        .env("SENTRY_PROJECT", "stall")
        .env("SENTRY_URL", "https://variable/");
    world
        .settings()
        .quiet()
        .has("org", "pond", "./.sentryclirc:2")
        .has("project", "stall", "environment SENTRY_PROJECT")
        .has("server", "https://variable/", "environment SENTRY_URL");
    let world = world.env("SENTRY_ORG", "lake");
    world
        .settings()
        .has("org", "lake", "environment SENTRY_ORG");
    world
        .env("SENTRY_URL", "variable")
        .settings()
        .notes_once(&["`SENTRY_URL`", "address"])
        .has("server", "none", "default");
}

#[test]
fn a_token_is_spoken_of_only() {
    let world = World::new()
        .env("SENTRY_AUTH_TOKEN", "S3CRET")
        .env("SENTRY_DSN", "https://key:S3CRET@host.example/1");
    let access = world.access();
    let words = format!("{access:?} {access:#?} {:?}", access.token);
    assert!(words.contains("SENTRY_AUTH_TOKEN"), "{words}");
    assert!(!words.contains("S3CRET"), "{words}");
}

#[test]
fn plain_http_is_allowed_to_loopback_and_by_name() {
    let world = World::new().env("DRAGONFLY_ALLOW_HTTP", "relay");
    let settings = world.settings();
    for allowed in [
        "https://far",
        "http://127.0.0.1:9",
        "http://localhost",
        "http://relay:3000",
    ] {
        assert!(settings.allows(allowed), "{allowed}");
    }
    for refused in [
        "http://far",
        "http://relay.example",
        "ftp://relay",
        "relay",
        "",
    ] {
        assert!(!settings.allows(refused), "{refused}");
    }
}
