use std::env;

use serde_json::{Value, json};

use crate::inbox::Received;

fn shop() -> Value {
    let file = env::current_dir().unwrap().join("src").join("main.rs");
    json!({
        "level": "error",
        "release": "shop@1.4.2",
        "environment": "production",
        "server_name": "web-1",
        "exception": { "values": [
            { "type": "ParseIntError", "value": "invalid digit found in string" },
            {
                "type": "io::Error",
                "value": "No such file: [Filtered]",
                "mechanism": { "type": "generic", "handled": true },
                "stacktrace": { "frames": [
                    { "function": "std::rt::lang_start", "in_app": false, "filename": "rt.rs" },
                    { "function": "shop::main", "in_app": true, "filename": "main.rs",
                      "abs_path": file, "lineno": 5, "colno": 34,
                      "context_line": "    let shop = open(paths[key])?;" },
                    { "function": "shop::open::{{closure}}", "in_app": true,
                      "filename": "src/config.rs", "abs_path": "/elsewhere/src/config.rs",
                      "lineno": 12, "colno": 46,
                      "context_line": "    let text = std::fs::read_to_string(path)?;" },
                ] },
            },
        ] },
        "extra": { "mail": "from [email] to [ip]" },
    })
}

fn received(json: Value) -> Received {
    Received::new(json)
}

#[test]
fn as_a_developer_wants_to_see_it() {
    let separator = std::path::MAIN_SEPARATOR;
    let wanted = format!(
        "\u{20}ERROR  io::Error  No such file: [Filtered]
        caused by  ParseIntError  invalid digit found in string
        shop@1.4.2 · production · handled
   open::{{{{closure}}}}   src/config.rs:12:46    let text = std::fs::read_to_string(path)?;
   main                src{separator}main.rs:5:34       let shop = open(paths[key])?;
        scrubbed  exception.values.1.value: [Filtered]
                  extra.mail: [email]
                  extra.mail: [ip]"
    );
    assert_eq!(received(shop()).to_string(), wanted);
}

#[test]
fn colours_add_nothing_but_colours() {
    let event = received(shop());
    let coloured = format!("{event:#}");
    assert!(
        coloured.starts_with(" \u{1b}[1m\u{1b}[31mERROR\u{1b}[0m  "),
        "{coloured:?}"
    );
    let mut plain = String::new();
    let mut parts = coloured.split('\u{1b}');
    plain += parts.next().unwrap();
    for part in parts {
        plain += part.split_once('m').unwrap().1;
    }
    assert_eq!(plain, event.to_string());
    assert!(!event.to_string().contains('\u{1b}'));

    let warning = received(json!({ "level": "warning" }));
    assert!(format!("{warning:#}").contains("\u{1b}[33mWARN"));
}

#[test]
fn what_is_missing_is_left_out() {
    assert_eq!(received(json!({})).to_string(), " ERROR  <unlabeled event>");
    let message = json!({ "level": "info", "message": "opened", "release": "shop@1" });
    assert_eq!(
        received(message).to_string(),
        " INFO   opened\n        shop@1"
    );
    let typed = json!({ "exception": [{ "type": "Timeout" }] });
    assert_eq!(received(typed).to_string(), " ERROR  Timeout");
    let strange = json!({ "exception": 7, "level": [], "message": {}, "threads": "x" });
    assert_eq!(received(strange).to_string(), " ERROR  <unlabeled event>");
}

#[test]
fn frames_of_others_are_counted() {
    let trace = |in_app: Value| {
        let frames = [json!({ "function": "f", "filename": "f.rs", "in_app": in_app })];
        received(json!({ "message": "m", "stacktrace": { "frames": frames } })).to_string()
    };
    let counted = " ERROR  m\n        only frames of libraries (1)";
    assert_eq!(trace(json!(false)), counted);
    assert_eq!(trace(json!(true)), " ERROR  m\n   f   f.rs");
    assert_eq!(trace(Value::Null), " ERROR  m\n   f   f.rs");
}

#[test]
fn long_lists_are_cut() {
    let frame = json!({ "function": "again", "filename": "a.rs", "in_app": true });
    let frames = vec![frame; 1000];
    let marked = vec!["[ip]"; 100];
    let event = json!({ "stacktrace": { "frames": frames }, "extra": marked });
    let text = received(event).to_string();
    assert!(text.contains("and 960 more\n"));
    assert!(text.ends_with("and 88 more"));
    assert!(text.lines().count() < 60);
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let evil = "a\u{1b}[2Jb\u{7}\r\u{9b}1m\u{202e}c\nd\u{0}";
    let frame = json!({ "function": evil, "filename": evil, "context_line": evil, "in_app": true });
    let event = received(json!({
        "level": evil, "release": evil, "environment": evil,
        "exception": [{ "type": evil, "value": evil, "stacktrace": { "frames": [frame] } }],
        (evil): "[email]",
    }));
    let text = event.to_string();
    let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(raw), "{text:?}");
    assert!(evil.contains(raw));
    assert_eq!(text.matches("\\u{1b}[2Jb\\u{7}").count(), 8, "{text}");
    assert!(
        text.lines().skip(1).all(|line| line.starts_with("   ")),
        "{text}"
    );
}

#[test]
fn accessors() {
    let event = received(shop());
    assert_eq!(event.title(), "io::Error: No such file: [Filtered]");
    assert_eq!(event.release(), Some("shop@1.4.2"));
    assert_eq!(event.environment(), Some("production"));
    assert_eq!(event.server_name(), Some("web-1"));
    assert_eq!(event.level(), "error");
    let functions: Vec<_> = event
        .frames()
        .iter()
        .map(|frame| frame.function())
        .collect();
    let wanted = [
        "shop::open::{{closure}}",
        "shop::main",
        "std::rt::lang_start",
    ];
    assert_eq!(functions, wanted.map(Some));
    assert_eq!(event.event().unwrap().exception.len(), 2);

    let bare = received(json!({ "level": "loud" }));
    assert_eq!((bare.level(), bare.release()), ("loud", None));
    assert!(bare.event().is_none());
    assert!(bare.frames().is_empty());
    assert!(bare.scrubbed().is_empty());
    let formatted = json!({ "logentry": { "message": "%s", "formatted": "sold out" } });
    assert_eq!(received(formatted).title(), "sold out");
}

#[test]
fn placeholders_in_source_lines() {
    let found = |line: &str| received(json!({ "context_line": line })).scrubbed().len();
    assert_eq!(found("names[key] + f(x)[ip] + m[0][user]"), 0);
    assert_eq!(found("let mail = \"[email]\";"), 1);
    assert_eq!(found("names[key] = \"[key]\";"), 1);
    assert_eq!(
        received(json!({ "message": "token_[key]" }))
            .scrubbed()
            .len(),
        1
    );
}
