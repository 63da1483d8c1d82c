mod corpus;

use serde_json::{Value, json};

use crate::place::{Place, Ran};

fn scrub(input: &str, args: &[&str]) -> Ran {
    let args: Vec<&str> = [&["scrub"], args].concat();
    Place::new().run_on(input.as_bytes(), &args, &[])
}

#[test]
fn prints_what_would_leave() {
    let text = "no account for jane@example.com\npostgres://app:hunter2@db/shop\n";
    let ran = scrub(text, &[]).exits(0);
    assert_eq!(
        ran.out,
        "no account for [email]\npostgres://app:[Filtered]@db/shop\n"
    );
    let harmless = "nothing to see\n\nhere";
    assert_eq!(scrub(harmless, &[]).exits(0).out, harmless);
}

#[test]
fn a_key_of_many_lines_is_one() {
    let key =
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----\nend\n";
    assert_eq!(scrub(key, &[]).exits(0).out, "[key]\nend\n");
}

#[test]
fn what_was_taken_out_is_marked_where_there_are_colours() {
    let run = |variables: &[(&str, &str)]| {
        let input = b"to jane@example.com, [see] below";
        Place::new()
            .run_on(input, &["scrub"], variables)
            .exits(0)
            .out
    };
    let coloured = run(&[("CLICOLOR_FORCE", "1")]);
    assert!(
        coloured.contains("\u{1b}[") && coloured.contains("[email]"),
        "{coloured:?}"
    );
    assert!(coloured.ends_with(", [see] below"), "{coloured:?}");
    assert_eq!(run(&[]), "to [email], [see] below");
}

#[test]
fn bytes_that_are_no_text_are_no_error() {
    let ran = Place::new().run_on(b"a\xff password=hunter2\n", &["scrub"], &[]);
    assert_eq!(ran.exits(0).out, "a\u{fffd} password=[Filtered]\n");
}

#[test]
fn lines_say_what_is_left_of_a_field() {
    let lines = [
        json!({"id": 1, "where": "tag", "key": "api_token", "text": "hunter2"}),
        json!({"id": "b", "where": "exception.value", "text": "mail to jane@example.com"}),
        json!({"id": null, "where": "server_name", "text": "db-7"}),
    ];
    let input = lines.map(|line| line.to_string()).join("\n");
    let ran = scrub(&input, &["--json-lines"]).exits(0);
    let left: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        left,
        [
            json!({"id": 1, "text": "[Filtered]"}),
            json!({"id": "b", "text": "mail to [email]"}),
            json!({"id": null, "text": null}),
        ]
    );
}

#[test]
fn a_line_that_is_wrong_is_told_and_the_others_are_answered() {
    let input = "{\"where\":\"nowhere\",\"text\":\"\"}\nno json\n\n{\"where\":\"message\"}\n{\"id\":4,\"where\":\"message\",\"text\":\"x\"}\n";
    let ran = scrub(input, &["--json-lines"]).exits(2);
    assert_eq!(ran.out, "{\"id\":4,\"text\":\"x\"}\n");
    ran.notes("line 1: there is no `nowhere`")
        .notes("line 2: no JSON")
        .notes("line 4: `text` is missing");
}

#[test]
fn lists_its_rules() {
    let ran = scrub("", &["--rules"]).exits(0);
    ran.prints("payment card")
        .prints("ISO/IEC 7812")
        .prints("card [card] declined");
}
