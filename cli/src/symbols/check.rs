//! `dragonfly symbols check`: whether Sentry could make use of a program.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use dragonfly::scrub::printed;
use serde_json::{Value, json};

use super::Program;
use super::binary::{Binary, Format};
use super::finding::{self, Problem};
use crate::screen::{BAD, BOLD, FAINT, GOOD, one_line};
use crate::{WRONG, screen};

const EXIT_CODES: &str = "\
Exit codes:
  0  it has what Sentry needs
  1  it lacks something: stdout says what, and how to get it
  2  there is no such program, or the command line is wrong";

const JSON: &str = "\
Print one JSON object instead of text: ready, path, found_by, format, architecture, bytes, debug_info (full, \
limited, line-tables-only, none: of your own code), units (by whose code they are of), split, build_id, \
debug_id, stripped, compression, files (to upload), problems (what, next_step, lines); null where there is \
nothing to say";

/// What needs none of it.
const NOTE: &str = "\
the return trace of `#[report_errors]` has its lines without any of this, stripped or not; symbols are for \
the stack of panics and crashes";

/// Says whether a program has the debug information that Sentry needs
///
/// That of the standard library, which each program has, does not count.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Args {
    #[command(flatten)]
    program: Program,
    /// Print one JSON object instead of text
    #[arg(long, long_help = JSON)]
    json: bool,
}

pub(super) fn run(args: &Args) -> io::Result<ExitCode> {
    let (binary, found_by) = match args.program.find() {
        Ok(found) => found,
        Err(why) => {
            screen::say(&why);
            return Ok(ExitCode::from(WRONG));
        }
    };
    let problems = finding::problems(&binary);
    if screen::is_quiet() {
        let path = shown(&binary.path);
        for problem in &problems {
            screen::say(&format!("`{path}` is not ready: {}", problem.what));
        }
    }
    screen::unless_closed(if args.json {
        writeln!(
            screen::stdout(),
            "{}",
            as_json(&binary, found_by, &problems)
        )
    } else {
        print(&binary, found_by, &problems)
    })?;
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(binary: &Binary, found_by: &str, problems: &[Problem]) -> io::Result<()> {
    let mut out = screen::stdout();
    let plain = anstyle::Style::new();
    row(
        &mut out,
        "Program",
        plain,
        &format!("{} ({found_by})", shown(&binary.path)),
    )?;
    let kind = format!(
        "{}, {}, {}",
        binary.format.name(),
        binary.architecture,
        screen::size(binary.bytes)
    );
    row(&mut out, "", FAINT, &kind)?;
    let mut debug_information = finding::debug_information(binary);
    if let Some(compression) = binary.compression {
        debug_information += ", compressed by ";
        debug_information += compression;
    }
    row(&mut out, "Debug info", plain, &debug_information)?;
    if let Some(companion) = &binary.companion {
        row(&mut out, "Beside it", plain, &shown(&companion.path))?;
    }
    if let Some(package) = &binary.package {
        row(&mut out, "Beside it", plain, &shown(package))?;
    }
    if let Some(ids) = &binary.ids {
        if let Some(build) = &ids.build {
            let name = match binary.format {
                Format::MachO => "UUID",
                _ => "Build id",
            };
            row(&mut out, name, plain, build)?;
        }
        row(&mut out, "Debug id", plain, &ids.debug)?;
    }
    if binary.format != Format::Pe {
        row(&mut out, "Stripped", plain, finding::stripped(binary))?;
    }
    for problem in problems {
        row(&mut out, "Missing", BAD, &problem.what)?;
        row(&mut out, "Next step", plain, problem.next_step)?;
        if !problem.lines.is_empty() {
            writeln!(out, "\n{}\n", problem.lines.join("\n"))?;
        }
    }
    if problems.is_empty() {
        row(&mut out, "Ready", GOOD, "yes")?;
        let next_step = if binary.has_debug_sections {
            "`dragonfly symbols upload`; once that is done it may be stripped, its ids stay"
        } else {
            "`dragonfly symbols upload`"
        };
        row(&mut out, "Next step", plain, next_step)?;
    }
    row(&mut out, "Note", plain, NOTE)?;
    out.flush()
}

fn row(out: &mut impl Write, label: &str, style: anstyle::Style, text: &str) -> io::Result<()> {
    let text = one_line(text);
    writeln!(out, "{BOLD}{label:<10}{BOLD:#}  {style}{text}{style:#}")
}

/// Without the way to the working directory, and without what a name may give away.
fn shown(path: &Path) -> String {
    let cwd = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(cwd).unwrap_or(path);
    printed(&path.to_string_lossy()).into_owned()
}

fn as_json(binary: &Binary, found_by: &str, problems: &[Problem]) -> Value {
    let units = binary.units_known();
    let files: Vec<_> = binary.files().into_iter().map(shown).collect();
    let problems: Vec<_> = problems
        .iter()
        .map(|problem| {
            json!({
                "what": problem.what,
                "next_step": problem.next_step,
                "lines": problem.lines,
            })
        })
        .collect();
    json!({
        "ready": problems.is_empty(),
        "path": shown(&binary.path),
        "found_by": found_by,
        "format": binary.format.name(),
        "architecture": binary.architecture,
        "bytes": binary.bytes,
        "debug_info": units.level.name(),
        "units": {
            "own": units.own,
            "dependencies": units.dependencies,
            "standard_library": units.standard_library,
            "others": units.others,
        },
        "split": units.split > 0,
        "build_id": binary.ids.as_ref().and_then(|ids| ids.build.as_deref()),
        "debug_id": binary.ids.as_ref().map(|ids| &*ids.debug),
        "stripped": finding::stripped(binary),
        "compression": binary.compression,
        "files": files,
        "problems": problems,
    })
}
