use super::*;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const ASKED: (&str, &str) = ("DRAGONFLY_RELEASE_FROM", "ci");

/// A world in which the build knew this.
fn built(name: &'static str, value: &'static str) -> World {
    World::new().code(|code| code.built_from = Some((name, value)))
}

#[test]
fn the_commit_follows_the_package() {
    let asked = built("GITHUB_SHA", COMMIT).env(ASKED.0, ASKED.1);
    let expected = format!("shop@1.4.2+{COMMIT}");
    asked
        .settings()
        .quiet()
        .has("release", &expected, "build GITHUB_SHA")
        .has("release_from", "ci", "environment DRAGONFLY_RELEASE_FROM");
    built("GITHUB_SHA", COMMIT)
        .settings()
        .quiet()
        .has("release", "shop@1.4.2", "default")
        .has("release_from", "package", "default");
}

#[test]
fn the_build_knows_better_than_the_platform_and_whoever_names_it_than_both() {
    let file = "[dragonfly]\nrelease_from = ci\n";
    let on_platform = World::new().file(file).env("RENDER_GIT_COMMIT", "aa");
    let source = "environment RENDER_GIT_COMMIT";
    on_platform
        .settings()
        .quiet()
        .has("release", "shop@1.4.2+aa", source);
    let both = on_platform.code(|code| code.built_from = Some(("CIRCLE_SHA1", "bb")));
    both.settings()
        .quiet()
        .has("release", "shop@1.4.2+bb", "build CIRCLE_SHA1");
    let named = both.env("SENTRY_RELEASE", "shop@2");
    let source = "environment SENTRY_RELEASE";
    named.settings().quiet().has("release", "shop@2", source);
}

#[test]
fn a_release_that_the_build_was_told_is_taken_whole() {
    let world = built("SENTRY_RELEASE", "shop-2026-11").env(ASKED.0, ASKED.1);
    let settings = world.settings();
    settings
        .quiet()
        .has("release", "shop-2026-11", "build SENTRY_RELEASE");
}

#[test]
fn what_cannot_be_a_commit_is_none() {
    for text in ["", " ", "refs/heads/main", "a b", &"a".repeat(65)] {
        let world = World::new()
            .env(ASKED.0, ASKED.1)
            .env("SOURCE_VERSION", text);
        world
            .settings()
            .quiet()
            .has("release", "shop@1.4.2", "default");
    }
}
