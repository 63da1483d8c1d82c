use super::fuzz::Random;
use super::*;
use crate::config::Rule;
use crate::config::rules::split;

const VARIABLE: &str = "DRAGONFLY_IGNORE_ERRORS";

#[test]
fn a_list_has_commas_between_and_within_its_patterns() {
    for (list, entries) in [
        ("", &[][..]),
        (" , ,", &[]),
        ("io::Error", &["io::Error"]),
        (
            " A ,io::ErrorKind::NotFound,, B,",
            &["A", "io::ErrorKind::NotFound", "B"],
        ),
        ("/a, b/, A", &["/a, b/", "A"]),
        ("/a{1,2}/,/b/", &["/a{1,2}/", "/b/"]),
        ("/GET /orders failed/ , A", &["/GET /orders failed/", "A"]),
        (r"/a\/, b/, A", &[r"/a\/, b/", "A"]),
        (r"/a\\/, A", &[r"/a\\/", "A"]),
        ("/not closed, A", &["/not closed", "A"]),
        ("A/, B", &["A/", "B"]),
        ("/", &["/"]),
        ("//, A", &["//", "A"]),
        ("/é,ü/,ß", &["/é,ü/", "ß"]),
    ] {
        assert_eq!(split(list), entries, "{list:?}");
    }
}

#[test]
fn what_was_joined_is_split() {
    const ENTRIES: [&str; 7] = [
        "A",
        "io::Error",
        "/a/",
        "/,/",
        r"/\/,/",
        "/x /y, z/",
        "b::C",
    ];
    let mut random = Random(0x1234_5678_9abc_def1);
    for _ in 0..2_000 {
        let count = random.next(6);
        let entries: Vec<&str> = (0..count).map(|_| ENTRIES[random.next(7)]).collect();
        let between = [",", ", ", " ,"][random.next(3)];
        let list = entries.join(between);
        assert_eq!(split(&list), entries, "{list:?}");
    }
}

#[test]
fn a_list_is_any_text() {
    const PARTS: [&str; 9] = ["/", ",", "\\", "A", "::", " ", "é", "[", "io::ErrorKind::X"];
    let mut random = Random(77);
    let mut good = 0;
    for _ in 0..10_000 {
        let bytes = random.text(&PARTS);
        let text = String::from_utf8_lossy(&bytes);
        let entries = split(&text);
        good += entries
            .iter()
            .filter(|entry| Rule::read(entry).is_ok())
            .count();
        let kept: usize = entries.iter().map(|entry| entry.len()).sum();
        assert!(kept <= text.len(), "{text:?}");
        assert!(entries.iter().all(|entry| !entry.is_empty()), "{text:?}");
    }
    assert!(good > 100, "{good} rules: the texts are too far from sense");
}

#[test]
fn a_rule_is_a_type_a_kind_or_a_pattern() {
    for (entry, kind) in [
        ("ParseIntError", "Type"),
        ("::std::io::Error", "Type"),
        ("r_2::E2", "Type"),
        ("io::ErrorKind::NotFound", "Kind"),
        ("ErrorKind::NotFound", "Kind"),
        ("ErrorKind", "Type"),
        (r"/timed out after \d+/", "Message"),
        ("/(?i)a/b/", "Message"),
    ] {
        let rule = format!("{:?}", Rule::read(entry).unwrap());
        assert!(rule.starts_with(kind), "{entry}: {rule}");
    }
    for (entry, expected) in [
        ("/(/", "regular expression"),
        (r"/\p{L}+/", r"without `\p`"),
        ("/a", "two slashes"),
        ("/", "two slashes"),
        ("//", "two slashes"),
        ("", "a type such as"),
        ("a b", "a type such as"),
        ("io::", "a type such as"),
        ("io:Error", "a type such as"),
        ("Box<E>", "a type such as"),
        ("2E", "a type such as"),
        ("timed out", "a type such as"),
    ] {
        let why = Rule::read(entry).unwrap_err();
        assert!(why.contains(expected), "{entry}: {why}");
    }
}

#[test]
fn only_the_bad_entry_is_left_out() {
    let world = World::new().env(VARIABLE, "A, /(/, io::Error");
    world
        .settings()
        .notes_once(&["entry 2 of `DRAGONFLY_IGNORE_ERRORS`", "regular expression"])
        .has(
            "ignore_errors",
            "A, io::Error",
            "environment DRAGONFLY_IGNORE_ERRORS",
        );
    let world = World::new().file("[dragonfly]\nignore_errors = /a, A\n");
    world
        .settings()
        .notes_once(&[
            "entry 1 of `[dragonfly] ignore_errors`",
            "`./.sentryclirc:2`",
        ])
        .has("ignore_errors", "A", "./.sentryclirc:2");
    let rules = vec!["/a/".into(), "".into(), "a b".into()];
    let world = World::new().code(|code| code.ignore_errors = Some(rules));
    world
        .settings()
        .notes_once(&["entry 2 of `ignore_errors` in code", "a type such as"])
        .has("ignore_errors", "/a/", "code");
}

#[test]
fn an_empty_list_in_code_ignores_nothing() {
    let world = World::new()
        .env(VARIABLE, "A")
        .code(|code| code.ignore_errors = Some(Vec::new()));
    world
        .settings()
        .quiet()
        .has("ignore_errors", "none", "code");
}

#[test]
fn a_limit_is_a_number_from_one() {
    for wrong in ["0", "-1", "1.5", "many", "4294967296"] {
        let world = World::new()
            .env("DRAGONFLY_MAX_PER_MINUTE", wrong)
            .file("[dragonfly]\nmax_per_minute = 7");
        world
            .settings()
            .notes_once(&["`DRAGONFLY_MAX_PER_MINUTE`", "from 1"])
            .has("max_per_minute", "7", "./.sentryclirc:2");
    }
    let world = World::new().code(|code| code.max_per_minute = Some(0));
    world
        .settings()
        .notes_once(&["`max_per_minute` in code", "from 1"])
        .has("max_per_minute", "none", "default");
}

#[test]
fn a_pattern_that_takes_nothing_or_cannot_be_read_is_left_out() {
    for (pattern, why) in [
        ("/(/", "a regular expression"),
        ("//", "between two slashes"),
        ("/x*/", "something must match"),
    ] {
        let list = format!("order, {pattern}, /ORD-[0-9]+/");
        let world = World::new().env("DRAGONFLY_SCRUB_DENY", &list);
        world
            .settings()
            .notes_once(&["entry 2 of `DRAGONFLY_SCRUB_DENY`", why])
            .has(
                "scrub_deny",
                "order, /ORD-[0-9]+/",
                "environment DRAGONFLY_SCRUB_DENY",
            );
    }
}

/// It counts all the same: what was to stay here must not leave for that.
#[test]
fn a_pattern_that_leaves_nothing_of_any_text_is_said() {
    let denying = |entry: &str| {
        let world = World::new().env("DRAGONFLY_SCRUB_DENY", format!("order, {entry}"));
        let settings = world.settings();
        let source = "environment DRAGONFLY_SCRUB_DENY";
        settings.has("scrub_deny", &format!("order, {entry}"), source);
        settings
    };
    for all in [
        "/./",
        "/.+/",
        r"/\w+/",
        r"/\S/",
        r"/[\s\S]+/",
        "/(?i)[a-z0-9]/",
    ] {
        let note =
            "entry 2 of `DRAGONFLY_SCRUB_DENY` finds every word: nothing is left of any text";
        denying(all).notes_once(&[note]);
    }
    for some in [
        "/[a-z]/",
        "/[0-9]+/",
        r"/\b/",
        "/^./",
        r"/^\w+/",
        r"/\w{20,}/",
        r"/\s/",
    ] {
        denying(some).quiet();
    }
}

#[test]
fn a_pattern_is_no_name_to_let_pass() {
    let world = World::new().env("DRAGONFLY_SCRUB_ALLOW", "session_id, /x/, /y");
    let settings = world.settings();
    settings.has(
        "scrub_allow",
        "session_id",
        "environment DRAGONFLY_SCRUB_ALLOW",
    );
    let said = ["2", "3"].map(|entry| {
        format!(
            "reading entry {entry} of `DRAGONFLY_SCRUB_ALLOW` failed: expected a name, as patterns are for \
             what is denied"
        )
    });
    assert_eq!(settings.notes, said);
}
