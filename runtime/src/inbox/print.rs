//! An event as a developer wants to see it.

use std::env;
use std::fmt::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::frame::Frame;
use super::received::{Received, UNTITLED, parts};
use crate::say::steers;

/// Where the text begins, below the level.
const INDENT: &str = "        ";
const MOST_FRAMES: usize = 40;
const MOST_SCRUBBED: usize = 12;
/// A column that is wider than this does not push its neighbour away.
const WIDEST: usize = 48;

struct Styles {
    error: Style,
    warning: Style,
    calm: Style,
    kind: Style,
    function: Style,
    location: Style,
    faint: Style,
    scrubbed: Style,
}

const PLAIN: Styles = Styles {
    error: Style::new(),
    warning: Style::new(),
    calm: Style::new(),
    kind: Style::new(),
    function: Style::new(),
    location: Style::new(),
    faint: Style::new(),
    scrubbed: Style::new(),
};

const COLOURED: Styles = Styles {
    error: AnsiColor::Red.on_default().bold(),
    warning: AnsiColor::Yellow.on_default().bold(),
    calm: AnsiColor::Blue.on_default().bold(),
    kind: Style::new().bold(),
    function: AnsiColor::Green.on_default(),
    location: AnsiColor::Cyan.on_default(),
    faint: Style::new().dimmed(),
    scrubbed: AnsiColor::Magenta.on_default(),
};

impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let styles = if f.alternate() { &COLOURED } else { &PLAIN };
        self.print_title(f, styles)?;
        self.print_origin(f, styles)?;
        self.print_frames(f, styles)?;
        self.print_scrubbed(f, styles)
    }
}

impl Received {
    fn print_title(&self, f: &mut fmt::Formatter<'_>, styles: &Styles) -> fmt::Result {
        let (style, level) = match self.level() {
            "fatal" => (styles.error, "FATAL".to_owned()),
            "error" => (styles.error, "ERROR".to_owned()),
            "warning" => (styles.warning, "WARN".to_owned()),
            other => (styles.calm, one_line(&other.to_uppercase())),
        };
        write!(f, " {}  ", Painted(style, &format!("{level:<5}")))?;
        let mut exceptions = self.exceptions().iter().rev();
        match exceptions.next() {
            Some(outermost) => print_exception(f, styles, outermost)?,
            None => f.write_str(&many_lines(self.message().unwrap_or(UNTITLED)))?,
        }
        for cause in exceptions {
            write!(f, "\n{INDENT}{}  ", Painted(styles.faint, "caused by"))?;
            print_exception(f, styles, cause)?;
        }
        Ok(())
    }

    fn print_origin(&self, f: &mut fmt::Formatter<'_>, styles: &Styles) -> fmt::Result {
        let handled = self.exceptions().last().and_then(|outermost| {
            let handled = outermost.get("mechanism")?.get("handled")?.as_bool()?;
            Some(if handled { "handled" } else { "unhandled" })
        });
        let known: Vec<String> = [self.release(), self.environment(), handled]
            .into_iter()
            .flatten()
            .map(one_line)
            .collect();
        if known.is_empty() {
            return Ok(());
        }
        write!(f, "\n{INDENT}{}", Painted(styles.faint, &known.join(" · ")))
    }

    fn print_frames(&self, f: &mut fmt::Formatter<'_>, styles: &Styles) -> fmt::Result {
        let all = self.frames();
        let base = env::current_dir().ok();
        let marked = |in_app| move |frame: &&Frame<'_>| frame.in_app() == in_app;
        let mut own: Vec<&Frame<'_>> = all.iter().filter(marked(Some(true))).collect();
        if own.is_empty() {
            // Other SDKs leave it to the server.
            own = all.iter().filter(marked(None)).collect();
        }
        if own.is_empty() && !all.is_empty() {
            let note = format!("only frames of libraries ({})", all.len());
            return write!(f, "\n{INDENT}{}", Painted(styles.faint, &note));
        }
        let own: Vec<Row> = own
            .into_iter()
            .map(|&frame| Row::new(frame, base.as_deref()))
            .collect();
        let shown = own.get(..MOST_FRAMES).unwrap_or(&own);
        let functions = width(shown.iter().map(|row| row.function.as_str()));
        let locations = width(shown.iter().map(|row| row.location.as_str()));
        for row in shown {
            let function = format!("{:<functions$}", row.function);
            write!(f, "\n   {}   ", Painted(styles.function, &function))?;
            match &row.source {
                Some(source) => {
                    let location = format!("{:<locations$}", row.location);
                    write!(f, "{}    {source}", Painted(styles.location, &location))?;
                }
                None => write!(f, "{}", Painted(styles.location, &row.location))?,
            }
        }
        print_rest(f, styles, own.len(), shown.len())
    }

    fn print_scrubbed(&self, f: &mut fmt::Formatter<'_>, styles: &Styles) -> fmt::Result {
        let all = self.scrubbed();
        for (index, (path, placeholder)) in all.iter().take(MOST_SCRUBBED).enumerate() {
            let word = if index == 0 { "scrubbed" } else { "        " };
            write!(
                f,
                "\n{INDENT}{}  {}: ",
                Painted(styles.scrubbed, word),
                one_line(path)
            )?;
            f.write_str(placeholder)?;
        }
        print_rest(f, styles, all.len(), all.len().min(MOST_SCRUBBED))
    }
}

fn print_exception(f: &mut fmt::Formatter<'_>, styles: &Styles, exception: &Value) -> fmt::Result {
    let (kind, value) = parts(exception);
    let Some(kind) = kind else {
        return f.write_str(&many_lines(value.unwrap_or(UNTITLED)));
    };
    write!(f, "{}", Painted(styles.kind, &one_line(kind)))?;
    value.map_or(Ok(()), |value| write!(f, "  {}", many_lines(value)))
}

fn print_rest(
    f: &mut fmt::Formatter<'_>,
    styles: &Styles,
    all: usize,
    shown: usize,
) -> fmt::Result {
    if all == shown {
        return Ok(());
    }
    let note = format!("and {} more", all - shown);
    write!(f, "\n{INDENT}{}", Painted(styles.faint, &note))
}

struct Painted<'a>(Style, &'a str);

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Painted(style, text) = self;
        write!(f, "{style}{text}{style:#}")
    }
}

struct Row {
    function: String,
    location: String,
    source: Option<String>,
}

impl Row {
    fn new(frame: Frame<'_>, base: Option<&Path>) -> Row {
        let mut location = path(frame, base).map_or_else(|| "?".to_owned(), |path| one_line(&path));
        for number in [frame.line(), frame.column()] {
            let Some(number) = number else { break };
            // Writing to a string cannot fail.
            let _ = write!(location, ":{number}");
        }
        Row {
            function: frame
                .function()
                .map_or_else(|| "?".to_owned(), |name| one_line(short(name))),
            location,
            source: frame.context_line().map(|line| one_line(line.trim())),
        }
    }
}

/// The path as it would be typed in the folder that the reader is in.
fn path(frame: Frame<'_>, base: Option<&Path>) -> Option<String> {
    let names_folder = |path: &&str| Path::new(path).is_relative() && path.contains(['/', '\\']);
    if let Some(path) = frame.filename().filter(names_folder) {
        return Some(path.to_owned());
    }
    let path = frame.abs_path().or(frame.filename())?;
    let relative = base.and_then(|base| Path::new(path).strip_prefix(base).ok());
    Some(relative.map_or_else(
        || path.to_owned(),
        |relative| relative.to_string_lossy().into_owned(),
    ))
}

/// `shop::config::open` → `open`, `main::{{closure}}` as it is.
fn short(name: &str) -> &str {
    if name.contains('<') {
        return name;
    }
    let mut start = name.rfind("::");
    while let Some(at) = start {
        let last = name.get(at + 2..).unwrap_or(name);
        if !last.starts_with('{') {
            return last;
        }
        start = name.get(..at).and_then(|before| before.rfind("::"));
    }
    name
}

fn width<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    let widths = texts.map(|text| text.chars().count());
    widths.filter(|&width| width <= WIDEST).max().unwrap_or(0)
}

/// Takes from a text what could steer the terminal or reorder the line.
fn one_line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            clean.extend(c.escape_default());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// The same, but each line of the text on a line of its own, set in below the first.
fn many_lines(text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(one_line).collect();
    lines.join(&format!("\n{INDENT}  "))
}
