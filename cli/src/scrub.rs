//! `dragonfly scrub`: what would leave.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, Read as _, Write};
use std::process::ExitCode;

use dragonfly::scrub::{Place, rules, text};
use serde_json::{Value, json};

use crate::screen::{BOLD, CALM, FAINT};
use crate::{WRONG, screen};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the text could not be read
  2  the command line is wrong, or a line is no such JSON";

/// Prints what would leave of a text: what is taken out is marked
///
/// Reads the text from standard input, as a whole: a key may be of many lines. That takes memory of up to ten
/// times its size; a large log is better split before. The same code looks at everything that is
/// sent, with default settings here.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Read lines `{"id", "where", "key"?, "text"}`, such as `{"id": 1, "where": "tag", "key":
    /// "api_token", "text": "hunter2"}`, and print lines `{"id", "text"}`: null where the field would go
    #[arg(long)]
    json_lines: bool,
    /// Print the rules: what they look for, and an example
    #[arg(long, conflicts_with = "json_lines")]
    rules: bool,
}

pub(crate) fn run(args: &Args) -> io::Result<ExitCode> {
    let mut out = anstream::stdout().lock();
    if args.rules {
        return list(&mut out).map(|()| ExitCode::SUCCESS);
    }
    if args.json_lines {
        return lines(&mut out);
    }
    let mut input = Vec::new();
    if let Err(error) = io::stdin().lock().read_to_end(&mut input) {
        screen::say(&format!("reading standard input failed: {error}"));
        return Ok(ExitCode::FAILURE);
    }
    let input = String::from_utf8_lossy(&input);
    let left = text(&input);
    write!(out, "{}", marked(&left))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The text with the placeholders in colour.
fn marked(left: &str) -> String {
    let mut marked = String::with_capacity(left.len());
    let mut rest = left;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        marked.push_str(before);
        let found = dragonfly::scrub::PLACEHOLDERS
            .iter()
            .find(|placeholder| from.starts_with(**placeholder));
        let length = found.map_or(1, |placeholder| placeholder.len());
        let (shown, after) = from.split_at(length);
        // memory takes every text
        let _ = match found {
            Some(_) => write!(marked, "{CALM}{shown}{CALM:#}"),
            None => write!(marked, "{shown}"),
        };
        rest = after;
    }
    marked.push_str(rest);
    marked
}

fn lines(out: &mut impl Write) -> io::Result<ExitCode> {
    let mut wrong = false;
    for (number, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = match &line {
            Ok(line) => String::from_utf8_lossy(line),
            Err(error) => {
                screen::say(&format!("reading line {} failed: {error}", number + 1));
                return Ok(ExitCode::FAILURE);
            }
        };
        if line.trim().is_empty() {
            continue;
        }
        match left_of(&line) {
            Ok(left) => writeln!(out, "{left}")?,
            Err(why) => {
                screen::say(&format!("line {}: {why}", number + 1));
                wrong = true;
            }
        }
    }
    out.flush()?;
    Ok(if wrong {
        ExitCode::from(WRONG)
    } else {
        ExitCode::SUCCESS
    })
}

fn left_of(line: &str) -> Result<Value, String> {
    let line: Value = serde_json::from_str(line).map_err(|error| format!("no JSON: {error}"))?;
    let field = |name: &str| line.get(name).and_then(Value::as_str);
    let place = field("where").ok_or("`where` is missing, such as `exception.value`")?;
    let known = || Place::all().map(Place::name).collect::<Vec<_>>().join(", ");
    let place = Place::of_name(place)
        .ok_or_else(|| format!("there is no `{place}`; known are {}", known()))?;
    let text = field("text").ok_or("`text` is missing")?;
    Ok(json!({
        "id": line.get("id"),
        "text": place.left_of(field("key"), text),
    }))
}

fn list(out: &mut impl Write) -> io::Result<()> {
    for rule in rules() {
        writeln!(
            out,
            "{BOLD}{}{BOLD:#}  {FAINT}{}{FAINT:#}",
            rule.name(),
            rule.source()
        )?;
        if let Some((text, left)) = rule.takes().first() {
            writeln!(
                out,
                "    {}\n    {}",
                screen::one_line(text),
                marked(&screen::one_line(left))
            )?;
        }
    }
    out.flush()
}
