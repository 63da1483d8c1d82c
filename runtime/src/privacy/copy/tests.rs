use super::{Handling, Place, Stacks, copy};
use crate::privacy::Scrubber;
use crate::privacy::names::Telling;
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::borrow::Cow;

fn copied(json: &str) -> Option<String> {
    let mut out = Vec::new();
    copy(
        json.as_bytes(),
        Place::Anywhere,
        Stacks::default(),
        &mut Scrubber::default(),
        &mut out,
    )?;
    Some(String::from_utf8(out).unwrap())
}

#[test]
fn json_is_copied_without_its_spaces() {
    for json in [
        r#"{"a":[1,-2.5e3,true,null,{"b":[]},{}],"c":"ü \" \\ \u00e9 \n"}"#,
        r#""text""#,
        "12345678901234567890123",
        "[]",
    ] {
        assert_eq!(copied(json).as_deref(), Some(json));
        let spaced = json.replace(',', " ,\n\t").replace(':', " : ");
        let back: Value = serde_json::from_str(&copied(&spaced).unwrap()).unwrap();
        assert_eq!(back, serde_json::from_str::<Value>(json).unwrap());
    }
}

/// The names that a value stands below, outermost first, and what each of them says.
type Names<'a> = Vec<(&'a str, Handling)>;

/// The rule: the name that says most counts, of two that say as much the inner one. A version is
/// one by its own name, or by that around a `value`.
fn what_counts<'a>(names: &Names<'a>) -> (&'a str, Handling) {
    let order = [
        Handling::Told(Telling::Secret),
        Handling::Header,
        Handling::Told(Telling::Perhaps),
    ];
    for most in order {
        let mut inner_first = names.iter().rev();
        if let Some(found) = inner_first.find(|(_, handling)| *handling == most) {
            return *found;
        }
    }
    match names[..] {
        [.., around @ (_, Handling::Version), ("value", _)] => around,
        [.., own] => own,
        [] => ("", Handling::Scrub),
    }
}

/// What is left of a value, worked out on the tree.
fn scrubbed(value: &Value, names: &Names<'_>, scrubber: &mut Scrubber) -> Value {
    let (name, handling) = what_counts(names);
    match value {
        Value::String(text) => scrubber.field(handling, name, text).into_owned().into(),
        Value::Array(values) => values
            .iter()
            .map(|value| scrubbed(value, names, scrubber))
            .collect(),
        Value::Object(fields) => {
            let mut left = Map::new();
            for (name, value) in fields {
                let (clean, handling) = scrubber.name(name);
                let clean = clean.into_owned();
                if handling == Handling::Drop {
                    continue;
                }
                let is_type = name == "type"
                    && ["string", "integer", "boolean", "double"]
                        .iter()
                        .any(|known| value == known);
                let mut below = if is_type { Vec::new() } else { names.clone() };
                below.push((&clean, handling));
                let value = scrubbed(value, &below, scrubber);
                left.insert(clean, value);
            }
            Value::Object(left)
        }
        Value::Number(number) => match scrubber.field(handling, name, &number.to_string()) {
            Cow::Borrowed(_) => value.clone(),
            Cow::Owned(clean) => clean.into(),
        },
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(string|device|Bearer abc|a=b; c=d|1\\.2\\.3\\.4|x9k2l3q)",
        "(mail|token=|/home/|\\\\|\"|\n|é){0,3}(jane@example\\.com|hunter2|jane/x|[a-z ]{0,8})",
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let name = prop_oneof![
            text(),
            "(password|frames|user|event_id|cookies|authorization|session|release|type|value|a|b)"
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_scrubbed_as_its_tree_would_be(value in json(), pretty in any::<bool>()) {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        let value = serde_json::from_str(&text).unwrap(); // not every number is read as it was written
        let expected = scrubbed(&value, &Names::new(), &mut Scrubber::default());
        let mut scrubber = Scrubber::default();
        for _ in 0..2 {
            // the second time from memory
            let mut out = Vec::new();
            prop_assert!(copy(text.as_bytes(), Place::Anywhere, Stacks::default(), &mut scrubber, &mut out).is_some());
            prop_assert_eq!(&serde_json::from_slice::<Value>(&out).unwrap(), &expected);
        }
    }

    #[test]
    fn any_text_is_copied_only_if_it_is_json(text in "[\\[\\]{}\":,0-9eE.+\\-a-z \\\\]{0,24}") {
        let is_json = serde_json::from_str::<Value>(&text).is_ok();
        prop_assert_eq!(copied(&text).is_some(), is_json);
    }
}

#[test]
fn what_is_no_json_is_not_copied() {
    for text in [
        "",
        " ",
        "hunter2",
        "01",
        "1 2",
        "{",
        "{}}",
        "[1,]",
        "[1 2]",
        r#"{"a"}"#,
        r#"{"a":1,}"#,
        "{a:1}",
        r#""open"#,
        r#""\x""#,
        r#""\ud800""#,
        "[nul]",
        "{} trailing",
    ] {
        assert_eq!(copied(text), None, "{text}");
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
    }
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_eq!(copied(&deep), None);
}

#[test]
fn a_secret_is_found_behind_escapes() {
    let json = r#"{"a":"mail to \u006aane@example.com\n","pass\u0077ord":"x\"y"}"#;
    assert_eq!(
        copied(json).as_deref(),
        Some(r#"{"a":"mail to [email]\n","pass\u0077ord":"[Filtered]"}"#)
    );
}

#[test]
fn the_name_that_says_most_counts() {
    for (json, left) in [
        (
            r#"{"authorization":{"value":"Bearer abc.def","type":"string"}}"#,
            r#"{"authorization":{"value":"Bearer [Filtered]","type":"string"}}"#,
        ),
        (
            r#"{"cookie":{"type":"string","value":"a=hunter2; b=hunter2"}}"#,
            r#"{"cookie":{"type":"string","value":"a=[Filtered]; b=[Filtered]"}}"#,
        ),
        (
            r#"{"cookies":{"theme":"hunter2","n":[{"a":"hunter2"}]}}"#,
            r#"{"cookies":{"theme":"[Filtered]","n":[{"a":"[Filtered]"}]}}"#,
        ),
        (
            r#"{"cookies":{"theme":"a[0]"}}"#,
            r#"{"cookies":{"theme":"[Filtered]"}}"#,
        ),
        (
            r#"{"password":{"session":"hunter","type":"hunter2"}}"#,
            r#"{"password":{"session":"[Filtered]","type":"[Filtered]"}}"#,
        ),
        (
            r#"{"session":{"cookie":"a=b"},"release":{"value":"1.2.3.4","host":"203.0.113.7"}}"#,
            r#"{"session":{"cookie":"a=[Filtered]"},"release":{"value":"1.2.3.4","host":"[ip]"}}"#,
        ),
        (
            r#"{"release":["1.2.3.4",["1.2.3.4"]],"trace_id":["4111111111111111"]}"#,
            r#"{"release":["1.2.3.4",["1.2.3.4"]],"trace_id":["4111111111111111"]}"#,
        ),
        (
            r#"{"password":{"frames":[{"a":"hunter2"}]},"cookies":{"frames":["hunter2"]}}"#,
            r#"{"password":{"frames":[{"a":"[Filtered]"}]},"cookies":{"frames":["[Filtered]"]}}"#,
        ),
    ] {
        assert_eq!(copied(json).as_deref(), Some(left));
        assert_eq!(copied(left).as_deref(), Some(left));
    }
}

#[test]
fn a_name_that_stands_in_a_value_tells_too() {
    for (json, left) in [
        (
            r#"[["password","hunter2"],["user","app"]]"#,
            r#"[["password","[Filtered]"],["user","app"]]"#,
        ),
        (
            r#"{"headers":[["cookie","a=b"],["accept",["text/html"]]]}"#,
            r#"{"headers":[["cookie","a=[Filtered]"],["accept",["text/html"]]]}"#,
        ),
        (
            r#"["mysql","--password","hunter2","--quick"]"#,
            r#"["mysql","--password","[Filtered]","--quick"]"#,
        ),
        (
            r#"{"name":"pass\u0077ord","value":"hunter2","n":1}"#,
            r#"{"name":"pass\u0077ord","value":"[Filtered]","n":1}"#,
        ),
        (
            r#"{"value":"hunter2","a":{},"key":"password","n":1}"#,
            r#"{"value":"[Filtered]","a":{},"key":"password","n":1}"#,
        ),
        (
            r#"[{"value":["hunter2"],"name":"API key"}]"#,
            r#"[{"value":"[Filtered]","name":"API key"}]"#,
        ),
    ] {
        assert_eq!(copied(json).as_deref(), Some(left));
        assert_eq!(copied(left).as_deref(), Some(left));
    }
    for json in [
        r#"["password","email"]"#,
        r#"{"name":"orders","value":"hunter2","key":"n"}"#,
        r#"[["password is too short","email"]]"#,
    ] {
        assert_eq!(copied(json).as_deref(), Some(json));
    }
}

#[test]
fn a_device_is_told_by_what_its_type_says() {
    for (context, left) in [
        (
            r#"{"name":"Jane's","type":"dev\u0069ce"}"#,
            r#"{"type":"dev\u0069ce"}"#,
        ),
        (
            r#"{"value":"x","name":"Jane's","key":"password","type":"device"}"#,
            r#"{"value":"[Filtered]","key":"password","type":"device"}"#,
        ),
    ] {
        let event = |context: &str| format!(r#"{{"contexts":{{"phone":{context}}}}}"#);
        let mut out = Vec::new();
        let mut scrubber = Scrubber::default();
        let copied = copy(
            event(context).as_bytes(),
            Place::Event,
            Stacks::default(),
            &mut scrubber,
            &mut out,
        );
        assert!(copied.is_some());
        assert_eq!(String::from_utf8(out), Ok(event(left)));
    }
}

#[test]
fn json_may_be_as_deep_as_elsewhere() {
    for depth in 126..130 {
        let json = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(
            copied(&json).is_some(),
            serde_json::from_str::<Value>(&json).is_ok(),
            "{depth}"
        );
    }
}

#[test]
fn a_name_is_judged_by_what_is_left_of_it() {
    let long = format!(r#"[["passwd:{}","a"]]"#, "x7@".repeat(30));
    for (json, expected) in [
        (
            r#"[["db_passwd:55e@e5ookie","a=b"]]"#,
            r#"[["db_passwd:[Filtered]","[Filtered]"]]"#,
        ),
        (&long, r#"[["passwd:[Filtered]","[Filtered]"]]"#),
        (
            r#"[["the password of jane@example.com","a=b"]]"#,
            r#"[["the password of [email]","a=b"]]"#,
        ),
        (
            r#"{"login; sid= FuZTpodW5xK11token":-1.5e3}"#,
            r#"{"login; sid= [Filtered]":"[Filtered]"}"#,
        ),
    ] {
        assert_eq!(copied(json).as_deref(), Some(expected));
        assert_eq!(copied(expected).as_deref(), Some(expected), "once more");
    }
}
