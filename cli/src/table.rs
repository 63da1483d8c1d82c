//! The settings, as a table and as JSON.

use std::io::{self, Write};

use dragonfly::config::Entry;
use serde_json::{Map, Value, json};

use crate::screen::{FAINT, one_line};

/// A column that is wider than this does not push its neighbour away.
const WIDEST: usize = 56;

/// Prints key, value and source of each setting.
pub(crate) fn print(out: &mut impl Write, entries: &[Entry]) -> io::Result<()> {
    let rows: Vec<[String; 3]> = entries
        .iter()
        .map(|entry| [entry.key, &entry.value, &entry.source].map(one_line))
        .collect();
    let width = |column: fn(&[String; 3]) -> &String| {
        let widths = rows.iter().map(|row| column(row).chars().count());
        widths.filter(|&width| width <= WIDEST).max().unwrap_or(0)
    };
    let (keys, values) = (width(|[key, ..]| key), width(|[_, value, _]| value));
    for [key, value, source] in &rows {
        writeln!(
            out,
            "  {key:<keys$}  {value:<values$}  {FAINT}{source}{FAINT:#}"
        )?;
    }
    Ok(())
}

/// `{key: {value, source}}`.
pub(crate) fn json(entries: &[Entry]) -> Value {
    let settings: Map<String, Value> = entries
        .iter()
        .map(|entry| {
            let setting = json!({ "value": entry.value, "source": entry.source });
            (entry.key.to_owned(), setting)
        })
        .collect();
    settings.into()
}
