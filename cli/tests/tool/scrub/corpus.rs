//! How much of what must not leave is found, and how much of the rest stays: README.md beside this file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::place::Place;

#[derive(Deserialize)]
struct Line {
    id: String,
    kind: String,
    r#where: String,
    key: Option<String>,
    text: String,
    secret: Vec<String>,
    keep: Vec<String>,
}

fn corpus() -> Vec<Line> {
    include_str!("corpus.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What the tool leaves of each line.
fn scrubbed(lines: &[Line]) -> BTreeMap<String, String> {
    let input: Vec<String> = lines
        .iter()
        .map(|line| {
            let (id, place, key, text) = (&line.id, &line.r#where, &line.key, &line.text);
            json!({"id": id, "where": place, "key": key, "text": text}).to_string()
        })
        .collect();
    let input = input.join("\n");
    // the process of the lines of kind `process-own`
    let own = [
        ("HOME", "/srv/people/mwhitcombe"),
        ("USER", "mwhitcombe"),
        ("HOSTNAME", "wk4471-lisbon"),
    ];
    let ran = Place::new()
        .run_on(input.as_bytes(), &["scrub", "--json-lines"], &own)
        .exits(0);
    ran.out
        .lines()
        .map(|line| {
            let left: Value = serde_json::from_str(line).unwrap();
            let text = left["text"].as_str().unwrap_or_default().to_owned();
            (left["id"].as_str().unwrap().to_owned(), text)
        })
        .collect()
}

/// What became of the lines of one kind.
#[derive(Default)]
struct Row {
    lines: u32,
    /// Free of secrets; of harmless lines, unchanged.
    clean: u32,
    /// Free of secrets, and of use.
    useful: u32,
}

struct Table(BTreeMap<String, Row>);

impl Table {
    fn of(lines: &[Line], left: &BTreeMap<String, String>) -> Self {
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        for line in lines {
            let left = &left[&line.id];
            let clean = if line.secret.is_empty() {
                *left == line.text
            } else {
                !line.secret.iter().any(|secret| left.contains(secret))
            };
            let useful = clean && line.keep.iter().all(|keep| left.contains(keep));
            let row = rows.entry(line.kind.clone()).or_default();
            row.lines += 1;
            row.clean += u32::from(clean);
            row.useful += u32::from(useful);
        }
        Self(rows)
    }

    fn share(&self, harmless: bool, of: impl Fn(&Row) -> u32) -> f64 {
        let rows = || {
            self.0
                .iter()
                .filter(|(kind, _)| kind.starts_with("harmless-") == harmless)
                .map(|(_, row)| row)
        };
        f64::from(rows().map(of).sum::<u32>()) / f64::from(rows().map(|row| row.lines).sum::<u32>())
    }

    /// The mean of the kinds' shares of lines without a secret left.
    fn recall(&self) -> f64 {
        let kinds = || {
            self.0
                .iter()
                .filter(|(kind, _)| !kind.starts_with("harmless-"))
        };
        let sum: f64 = kinds()
            .map(|(_, row)| f64::from(row.clean) / f64::from(row.lines))
            .sum();
        sum / f64::from(u32::try_from(kinds().count()).unwrap())
    }

    fn useful(&self) -> f64 {
        self.share(false, |row| row.useful)
    }

    fn touched(&self) -> f64 {
        1.0 - self.share(true, |row| row.clean)
    }

    fn print(&self) {
        println!("{:<24}{:>6}{:>8}{:>8}", "kind", "lines", "clean", "useful");
        for (
            kind,
            Row {
                lines,
                clean,
                useful,
            },
        ) in &self.0
        {
            println!("{kind:<24}{lines:>6}{clean:>8}{useful:>8}");
        }
        println!(
            "recall {:.1} %, clean and useful {:.1} %, harmless lines touched {:.1} %",
            100.0 * self.recall(),
            100.0 * self.useful(),
            100.0 * self.touched()
        );
    }

    fn holds(&self) -> bool {
        self.recall() >= 0.97 && self.useful() >= 0.94 && self.touched() <= 0.02
    }
}

#[test]
fn of_the_corpus_secrets_go_and_the_rest_stays() {
    let lines = corpus();
    let table = Table::of(&lines, &scrubbed(&lines));
    table.print();
    assert!(table.holds());
    assert!(
        table.0.values().all(|row| row.useful > 0),
        "a kind is destroyed"
    );
}

#[test]
fn neither_leaving_all_nor_taking_all_would_do() {
    let lines = corpus();
    let as_is = |line: &Line| (line.id.clone(), line.text.clone());
    let table = Table::of(&lines, &lines.iter().map(as_is).collect());
    assert!(!table.holds() && table.recall() < 0.01 && table.touched() == 0.0);
    let nothing = |line: &Line| (line.id.clone(), "[Filtered]".to_owned());
    let table = Table::of(&lines, &lines.iter().map(nothing).collect());
    assert!(
        !table.holds() && table.recall() > 0.99 && table.useful() < 0.3 && table.touched() > 0.99
    );
}
