"""Time per annotated function."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from .crates import cargo_in, write_crate, write_workspace
from .shared import CALLS, CARGO, OFF, ROOT, Missed, cpu_of, progress, run, table, title

ATTRIBUTES = {
    "plain": "",
    "report_errors": "#[dragonfly::report_errors]",
    "instrument": "#[tracing::instrument(err, skip_all)]",
}

FAILURE = """\
//! Written by `runtime/benches/table`.
use std::fmt;
use std::num::ParseIntError;
use std::pin::Pin;

#[derive(Debug)]
pub enum Failure {
    Incomplete,
    Number(ParseIntError),
    TooLarge,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no sum")
    }
}

impl From<ParseIntError> for Failure {
    fn from(error: ParseIntError) -> Self {
        Self::Number(error)
    }
}

async fn pause<T>(value: T) -> T {
    value
}
"""

FUNCTION = """
{attribute}
pub {asyncness}fn sum_{n}(text: &str) -> Result<u32, Failure> {{
    let (left, right) = text.split_once('+').ok_or(Failure::Incomplete)?;
    let left: u32 = {pause}(left.trim().parse()){wait}?;
    let right: u32 = {pause}(right.trim().parse()){wait}?;
    let sum = left.checked_add(right).ok_or(Failure::TooLarge)?;
    if sum == {n} {{
        return Err(Failure::Incomplete);
    }}
    Ok(sum)
}}
"""
SYNC_WORDS = {"asyncness": "", "pause": "", "wait": ""}
ASYNC_WORDS = {"asyncness": "async ", "pause": "pause", "wait": ".await"}


def source(attribute: str, functions: int) -> str:
    """A crate of functions, three of eight async, and a driver so that code is made for each."""
    text, driver = [FAILURE], []
    for n in range(functions):
        is_async = n % 8 >= 5
        words = ASYNC_WORDS if is_async else SYNC_WORDS
        text.append(FUNCTION.format(attribute=attribute, n=n, **words))
        call = f"futures.push(Box::pin(sum_{n}(text)));" if is_async else f"let _ = sum_{n}(text);"
        driver.append(f"    {call}\n")
    text.append("\npub type Sum<'a> = Pin<Box<dyn Future<Output = Result<u32, Failure>> + 'a>>;\n")
    text.append("\npub fn all<'a>(text: &'a str, futures: &mut Vec<Sum<'a>>) {\n")
    return "".join([*text, "    let _ = (text, &futures);\n", *driver, "}\n"])


def measure_compile(folder: Path, command: Sequence[str], runs: int) -> dict[tuple[str, int], float]:
    """The best of some runs for each crate, in seconds; each run is one round of all crates."""
    crates = [(variant, size) for variant in ATTRIBUTES for size in (0, 500, 1000)]
    best: dict[tuple[str, int], float] = {}
    progress(f"cargo {' '.join(command)} of the dependencies")
    run([CARGO, *command, "--package", "plain-0"], **cargo_in(folder))
    for turn in range(runs):
        for variant, size in crates:
            name = f"{variant}-{size}".replace("_", "-")
            progress(f"cargo {' '.join(command)} {name}, run {turn + 1} of {runs}")
            (folder / name / "src" / "lib.rs").touch()
            took = cpu_of([CARGO, *command, "--package", name], **cargo_in(folder))
            best[variant, size] = min(took, best.get((variant, size), took))
    return best


def compile_time(missed: Missed) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_workspace(folder)
        runtime = f'dragonfly = {{ package = "dragonfly-sentry", path = "{ROOT}/runtime" }}\n'
        for variant, attribute in ATTRIBUTES.items():
            for size in (0, 500, 1000):
                name = f"{variant}-{size}".replace("_", "-")
                text = source(attribute, size)
                write_crate(folder / name, name, f'{runtime}tracing = "0.1"\n', text)
        title("User CPU time of compiling functions (seconds), and per function above plain")
        for command, runs in (("check",), 5), (("build", "--release"), 2):
            best = measure_compile(folder, command, runs)
            # seconds per 1000 functions are milliseconds per function
            slope = {variant: best[variant, 1000] - best[variant, 0] for variant in ATTRIBUTES}
            extra = {variant: slope[variant] - slope["plain"] for variant in ATTRIBUTES}
            what = f"cargo {' '.join(command)}"
            progress("")
            table(
                (f"`{what}`", "0 functions", "500", "1000", "above plain, ms each"),
                (
                    [
                        CALLS[variant, OFF],
                        *(f"{best[variant, size]:.2f}" for size in (0, 500, 1000)),
                        f"{extra[variant]:.2f}",
                    ]
                    for variant in ATTRIBUTES
                ),
            )
            share = extra["report_errors"] / extra["instrument"]
            missed.at_most(missed.bars.share, share, f"share of `instrument`'s time in {what}")
