use super::{Find, Rule, Starts, all};
use crate::privacy::names::Names;
use crate::privacy::scan::{MOST_RULES, Scanner};
use crate::privacy::{Scrubber, scrub_text};
use crate::scrub::PLACEHOLDERS;
use proptest::prelude::*;
use serde_json::json;
use std::borrow::Cow;
use std::collections::HashSet;

#[test]
fn each_rule_takes_what_it_says_and_leaves_the_rest() {
    let mut wrong = Vec::new();
    for rule in all() {
        assert!(!rule.takes.is_empty(), "{} shows nothing", rule.name);
        for (text, clean) in rule.takes {
            for (text, clean) in [(*text, *clean), (*clean, *clean)] {
                let scrubbed = scrub_text(text);
                if scrubbed != clean {
                    wrong.push(format!(
                        "{}: {text}\n    is {scrubbed}\n   not {clean}",
                        rule.name
                    ));
                }
            }
        }
        for text in rule.leaves {
            let scrubbed = scrub_text(text);
            if scrubbed != *text {
                wrong.push(format!("{}: {text}\n    is {scrubbed}", rule.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_token_is_no_shorter_than_it_is_made_and_begins_a_word() {
    for rule in all() {
        let (Find::Token { least, .. }, Starts::Literals(starts)) = (&rule.find, &rule.starts)
        else {
            continue;
        };
        for start in *starts {
            assert!(*least >= 10, "{}", rule.name);
            let short = format!("{start}a1");
            assert_eq!(scrub_text(&short), short, "{}", rule.name);
        }
        let (token, clean) = rule.takes[0];
        if clean == "[token]" && !token.contains("eyJ") {
            let inside = format!("abc{token}");
            assert_eq!(scrub_text(&inside), inside, "{}", rule.name);
        }
    }
}

#[test]
fn each_example_is_found_by_its_own_rule() {
    let mut needless = Vec::new();
    for rule in all() {
        let others = Scanner::of(
            all()
                .filter(|other| !std::ptr::eq(*other, rule))
                .map(Rule::search)
                .collect(),
            Names::default(),
        );
        let missed = rule
            .takes
            .iter()
            .filter(|(text, clean)| others.scrub(text) != *clean)
            .count();
        if missed == 0 {
            needless.push(rule.name);
        }
    }
    assert!(needless.is_empty(), "{needless:?}");
}

#[test]
fn what_is_put_is_told_to_those_who_look_for_it() {
    for rule in all() {
        for (text, clean) in rule.takes {
            let put = clean
                .split('[')
                .skip(1)
                .filter_map(|part| part.split_once(']'));
            for (word, _) in put {
                let placeholder = format!("[{word}]");
                let is_known = PLACEHOLDERS.contains(&&*placeholder);
                assert!(is_known || text.contains(&placeholder), "{placeholder}");
            }
        }
    }
}

#[test]
fn a_field_that_is_a_header_is_all_value() {
    for (name, text, clean) in [
        ("Authorization", "Custom one two", "[Filtered]"),
        ("Authorization", "lower one jane@example.com", "[Filtered]"),
        ("authorization", "Bearer abcdef two", "Bearer [Filtered]"),
        ("authorization", "Basic", "[Filtered]"),
        (
            "Authorization",
            "Signature keyId=\"k 1\",signature=\"a\"",
            "Signature keyId=\"[Filtered]\",signature=\"[Filtered]\"",
        ),
        ("Authorization", "one [two] three", "[Filtered]"),
        ("Authorization", "Bearer \"\"\" two", "[Filtered]"),
        ("Proxy-Authorization", "Bot\nx\ntwo words", "[Filtered]"),
        (
            "Cookie",
            "sid=a b, c \"d\" {e}; two",
            "sid=[Filtered]; [Filtered]",
        ),
        ("Cookie", "path=a'b", "path=[Filtered]"),
        ("cookie", "hunter2", "[Filtered]"),
        ("cookies", "a=b\nc=d", "a=[Filtered]"),
        (
            "Set-Cookie",
            "a=b; Path=/; HttpOnly, c=d e",
            "a=[Filtered]; Path=/; HttpOnly, c=[Filtered]",
        ),
    ] {
        let mut scrubber = Scrubber::default();
        let mut event = json!({ "request": { "headers": { name: text } } });
        for _ in 0..2 {
            let clean_event = scrubber.scrub_object(event.to_string().as_bytes());
            event = serde_json::from_slice(&clean_event).unwrap();
            assert_eq!(event["request"]["headers"][name], clean, "{name}: {text}");
        }
    }
}

#[test]
fn names_are_unique_and_no_more_than_are_looked_for() {
    let mut names = HashSet::new();
    assert!(all().count() <= MOST_RULES);
    assert!(all().all(|rule| names.insert(rule.name)));
}

/// Texts made of what rules look for, put together by chance.
fn likely_text() -> impl Strategy<Value = String> {
    let pieces: Vec<&'static str> = all()
        .flat_map(|rule| {
            let starts = match rule.starts {
                Starts::Literals(starts) => starts,
                _ => &[],
            };
            let shown = rule.takes.iter().flat_map(|(text, clean)| [*text, *clean]);
            shown
                .chain(rule.leaves.iter().copied())
                .chain(starts.iter().copied())
        })
        .collect();
    let piece = prop_oneof![
        4 => prop::sample::select(pieces),
        2 => prop::sample::select(vec!["=", ": ", "\"", "\\\"", "'", "@", "/", "://", "[", "]", ", ", "\n", "password", "token", "é", "…", "key", "%3D", "[Filtered]", "-----", "{", "}", "(", ")", "Some(", " ", ";", "&", "?", "-", ".", "+", "1"]),
        1 => any::<char>().prop_map(|letter| &*String::from(letter).leak()),
        1 => "[a-zA-Z0-9]{1,12}".prop_map(|word| &*word.leak()),
    ];
    prop::collection::vec(piece, 1..10).prop_map(|pieces| pieces.concat())
}

/// How much longer a text may become: each placeholder takes the place of at least one letter.
const LONGEST_PUT: usize = "[Filtered]".len();

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_scrubbed_is_left_alone(text in likely_text()) {
        let once = scrub_text(&text).into_owned();
        let twice = scrub_text(&once);
        prop_assert!(twice == once, "{text:?}\n  once  {once:?}\n  twice {twice:?}");
        prop_assert!(once.len() <= text.len() * LONGEST_PUT);
    }

    #[test]
    fn any_text_is_scrubbed(text in any::<String>()) {
        let once = scrub_text(&text).into_owned();
        prop_assert_eq!(scrub_text(&once), once.as_str());
    }

    #[test]
    fn a_secret_goes_whatever_stands_around_it(
        before in "[a-z ]{0,12}",
        rule in prop::sample::select(all().collect::<Vec<_>>()),
        after in prop::sample::select(vec!["", ".", ", then", ") and", "\n", "\"", " ", "]"]),
    ) {
        for (text, clean) in rule.takes {
            let (Some(open), false) = (clean.find('['), text == clean) else { continue };
            // what stood where the placeholder stands
            let Some(secret) = text.get(open..).and_then(|rest| rest.get(..6)).filter(|secret| secret.bytes().all(|byte| byte.is_ascii_alphanumeric())) else { continue };
            let around = format!("{before} {text}{after}");
            let left = scrub_text(&around);
            prop_assert!(!left.contains(secret) || clean.contains(secret), "{around:?} -> {left:?}");
        }
    }

    #[test]
    fn words_are_left_alone(text in "([a-z]{1,9}[ ,.]{1,2}){0,20}") {
        prop_assert!(matches!(scrub_text(&text), Cow::Borrowed(_)), "{text:?} -> {:?}", scrub_text(&text));
    }
}

#[test]
fn neither_a_colour_nor_an_escape_before_it_hides_anything() {
    for (text, clean) in [
        ("ghp_0123456789abcdefghijklmnopqrstuvwxyz", "[token]"),
        ("4111111111111111", "[card]"),
        ("8.8.4.4:53", "[ip]:53"),
        ("2001:4860:4860::8888", "[ip]"),
        ("3c:22:fb:aa:01:9e", "[mac]"),
        ("536-90-4399", "[ssn]"),
        ("jane@example.com", "[email]"),
        ("/home/jane/x", "/home/[user]/x"),
        ("DE89370400440532013000", "[iban]"),
    ] {
        for before in [
            "\x1b[31m",
            "\x1b[1;38;5;9m",
            "\x1b[m",
            r"\u{1b}[31m",
            r"\u001b[31m",
            "%20",
            "%22",
        ] {
            let around = format!("k {before}{text}\x1b[0m");
            assert_eq!(
                scrub_text(&around),
                format!("k {before}{clean}\x1b[0m"),
                "{around:?}"
            );
        }
    }
}

/// Debug information is found by one, and so are requests and traces.
#[test]
fn a_uuid_is_left_alone_whatever_its_digits() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    for turn in 0..20_000 {
        let digits = format!("{:016x}{:016x}", next(), next());
        let groups = [
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
        ];
        let mut groups = groups.map(str::to_owned);
        // begins as an account's number does
        let country = ["ad", "ae", "ba", "be", "de", "ee"][turn % 6];
        groups[turn % 4].replace_range(..2, country);
        let uuid = format!("{}-{}", groups.join("-"), &digits[20..]);
        assert_eq!(scrub_text(&uuid), uuid);
    }
}
