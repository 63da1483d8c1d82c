//! Prints what came out.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::compare::{Diagnostic, Difference, Outcome};
use crate::trial::Report;

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// For people.
pub(crate) fn text(report: &Report) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    for refused in &report.refused {
        let (name, file, line) = (&refused.name, &refused.file, refused.line);
        writeln!(out, "{BOLD}{file}:{line} `{name}` does not compile{BOLD:#}")?;
        for error in &refused.errors {
            writeln!(out, "{}", error.trim_end())?;
        }
        writeln!(out)?;
    }
    for error in &report.unexplained {
        writeln!(out, "{}\n", error.trim_end())?;
    }
    let compiled = report.functions - report.refused.len();
    row(
        &mut out,
        "Functions",
        report.refused.is_empty() && report.unexplained.is_empty(),
        &format!(
            "{compiled} of {} compile, {} %",
            report.functions,
            percent(compiled, report.functions)
        ),
    )?;
    differences(&mut out, "Compiler", &report.rustc, diagnostic)?;
    differences(&mut out, "Clippy", &report.clippy, diagnostic)?;
    differences(&mut out, "Tests", &report.tests, outcome)?;
    let (tests, passed) = report.tested;
    writeln!(
        out,
        "{FAINT}without the attribute {passed} of {tests} tests pass{FAINT:#}"
    )?;
    for note in &report.notes {
        writeln!(out, "{FAINT}note: {note}{FAINT:#}")?;
    }
    out.flush()
}

fn percent(part: usize, all: usize) -> String {
    if part == all {
        return "100".to_owned();
    }
    // rounded down: 100 is only all of them
    let tenths = part * 1000 / all;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn row(out: &mut impl Write, label: &str, good: bool, text: &str) -> io::Result<()> {
    let style = if good { GOOD } else { BAD };
    writeln!(out, "{BOLD}{label:<10}{BOLD:#}  {style}{text}{style:#}")
}

fn differences<T: Ord + Clone>(
    out: &mut impl Write,
    label: &str,
    difference: &Difference<T>,
    line: impl Fn(&T) -> String,
) -> io::Result<()> {
    let text = if difference.is_empty() {
        "no difference".to_owned()
    } else {
        let (new, lost) = (difference.new.len(), difference.lost.len());
        format!("{new} only with the attribute, {lost} only without")
    };
    row(out, label, difference.is_empty(), &text)?;
    for (sign, side) in [("+", &difference.new), ("-", &difference.lost)] {
        for item in side {
            writeln!(out, "  {sign} {}", line(item))?;
        }
    }
    Ok(())
}

fn diagnostic(diagnostic: &Diagnostic) -> String {
    let Diagnostic {
        file,
        line,
        column,
        level,
        code,
        message,
    } = diagnostic;
    format!("{file}:{line}:{column} {level}[{code}]: {message}")
}

fn outcome(outcome: &Outcome) -> String {
    format!("{} ... {}", outcome.test, outcome.result)
}

/// For machines.
pub(crate) fn json(report: &Report) -> io::Result<()> {
    let refused: Vec<Value> = report
        .refused
        .iter()
        .map(|refused| {
            json!({
                "name": refused.name,
                "file": refused.file,
                "line": refused.line,
                "errors": refused.errors,
            })
        })
        .collect();
    let object = json!({
        "crate": report.subject,
        "clean": report.is_clean(),
        "functions": report.functions,
        "compiled": report.functions - report.refused.len(),
        "refused": refused,
        "unexplained": report.unexplained,
        "rustc": both(&report.rustc, diagnostic),
        "clippy": both(&report.clippy, diagnostic),
        "tests": both(&report.tests, outcome),
        "tested": report.tested.0,
        "passed": report.tested.1,
        "notes": report.notes,
    });
    let mut out = io::stdout().lock();
    writeln!(out, "{object}")?;
    out.flush()
}

fn both<T>(difference: &Difference<T>, line: impl Fn(&T) -> String) -> Value {
    let lines = |side: &[T]| side.iter().map(&line).collect::<Vec<_>>();
    json!({ "new": lines(&difference.new), "lost": lines(&difference.lost) })
}
