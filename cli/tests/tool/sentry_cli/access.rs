//! Whose token goes to which server.

use super::{ALL, Given, TOKEN, ready, upload, with};
use crate::place::KEY;

#[test]
fn what_the_file_says() {
    let rc = |url: &str| {
        let file = format!(
            "[auth]\ntoken = {TOKEN}\n[defaults]\norg = pond\nproject = shop\nurl = {url}\n"
        );
        ready().with_rc(&file)
    };
    for (url, server) in [
        (
            format!("https://{KEY}@o1.ingest.us.sentry.io/1"),
            "https://us.sentry.io",
        ),
        (
            format!("https://{KEY}@o1.ingest.sentry.io/1"),
            "https://sentry.io",
        ),
        (
            format!("https://{KEY}@sentry.example:8443/1"),
            "https://sentry.example:8443",
        ),
        (
            "https://sentry.example/".to_owned(),
            "https://sentry.example",
        ),
        (
            format!("http://{KEY}@127.0.0.1:9000/1"),
            "http://127.0.0.1:9000",
        ),
    ] {
        let place = rc(&url);
        upload(&place, &[], &[]).exits(0).never_says(&KEY[4..]);
        Given::to(&place)
            .has(&format!("SENTRY_URL={server}"))
            .has(&format!("SENTRY_AUTH_TOKEN={TOKEN}"))
            .has("SENTRY_PROJECT=shop");
    }
    let place = rc(&format!("http://{KEY}@sentry.example/1"));
    upload(&place, &[], &[])
        .exits(2)
        .notes("`http://sentry.example` is refused as a server for the token");
    assert!(!place.cwd().join("argv").exists());
    upload(&place, &[], &[("DRAGONFLY_ALLOW_HTTP", "sentry.example")]).exits(0);
}

/// A token as Sentry makes it for an organization.
fn of_an_organization(payload: &str) -> String {
    use base64::Engine as _;

    let payload = base64::prelude::BASE64_STANDARD.encode(payload);
    format!("sntrys_{payload}_{TOKEN}")
}

#[test]
fn the_token_of_an_organization_says_where_it_belongs() {
    let payload = r#"{"iat": 1.5, "url": "https://de.sentry.io", "region_url": "", "org": "pond"}"#;
    let token = of_an_organization(payload);
    let text = format!(
        "[auth]\ntoken = {token}\n[defaults]\nproject = shop\nurl = https://{KEY}@far.example/1\n"
    );
    let place = ready().with_rc(&text);
    upload(&place, &[], &[]).exits(0).never_says(TOKEN);
    // the very address that it has: of another one, sentry-cli would print the DSN
    Given::to(&place)
        .has("SENTRY_URL=https://de.sentry.io")
        .has("SENTRY_ORG=pond");
    upload(&place, &[], &[("SENTRY_ORG", "lake")]).exits(0);
    Given::to(&place).has("SENTRY_ORG=lake");
    upload(&place, &["--url", "https://far.example"], &[])
        .exits(2)
        .notes("`--url` is of no use with the token of an organization");
    // an old one leaves the address out, and what is none counts as a user's
    for token in [
        of_an_organization(r#"{"url": null, "org": "pond"}"#),
        format!("sntrys_nonsense_{TOKEN}"),
    ] {
        let text = format!(
            "[auth]\ntoken = {token}\n[defaults]\norg = pond\nproject = shop\nurl = https://near\n"
        );
        let place = ready().with_rc(&text);
        upload(&place, &[], &[]).exits(0).never_says(TOKEN);
        Given::to(&place).has("SENTRY_URL=https://near");
    }
}

#[test]
fn no_other_place_decides_where_a_token_goes() {
    let place = ready().with_rc("[defaults]\nurl = https://far.example/\n");
    upload(&place, &[], &ALL).exits(2).notes(
        "the token is of environment SENTRY_AUTH_TOKEN, and the server of ./.sentryclirc:2: say both at",
    );
    assert!(!place.cwd().join("argv").exists());
    upload(&place, &["--url", "https://far.example"], &ALL).exits(0);
    upload(
        &place,
        &[],
        &with(&[("SENTRY_DSN", "https://key@near.example/1")]),
    )
    .exits(0);
    Given::to(&place).has("SENTRY_URL=https://near.example");
    // the token at home stays with the server at home
    let home = "[auth]\ntoken = hushhushhushhush\n[defaults]\nurl = https://home.example\n";
    let place = place.with_rc_at_home(home);
    let rest = [("SENTRY_ORG", "pond"), ("SENTRY_PROJECT", "shop")];
    let variables = [&rest[..], &[("SENTRY_DSN", "https://key@near.example/1")]].concat();
    upload(&place, &[], &variables).exits(0);
    Given::to(&place).has("SENTRY_URL=https://home.example");
    // Sentry's own server gets what is Sentry's
    let place = ready().with_rc("[defaults]\nurl = https://de.sentry.io/\n");
    upload(&place, &[], &ALL).exits(0);
    Given::to(&place).has("SENTRY_URL=https://de.sentry.io");
    let place = ready().with_rc("[defaults]\nurl = https://sentry.io.example/\n");
    upload(&place, &[], &ALL).exits(2);
}
