use super::{Find, Rule, Starts, all};
use crate::privacy::scan::Scanner;
use crate::privacy::{Names, scrub_text};
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
                .collect::<Vec<&Rule>>(),
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
fn names_are_unique() {
    let mut names = HashSet::new();
    assert!(all().all(|rule| names.insert(rule.name)));
}
