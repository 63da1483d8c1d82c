"""What the sections share: running things, printing tables, and the bars."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CARGO = os.environ.get("CARGO", "cargo")
OFF = "off"

# the tests' debug builds optimise some packages, others' do not
PACKAGES = tomllib.loads((ROOT / ".cargo/config.toml").read_text())["profile"]["dev"]["package"]
AS_IT_IS = [
    f"--config=profile.dev.package.{name}.opt-level=0"
    for name, package in PACKAGES.items()
    if "opt-level" in package
]

# what the tables call a variant under a setup of `drive`
CALLS = {
    ("plain", OFF): "plain",
    ("by_hand", OFF): "`inspect_err` by hand",
    ("report_errors", OFF): "`report_errors`",
    ("report_errors", "dragonfly"): "`report_errors`, with a client",
    ("timed", OFF): "`trace`",
    ("timed", "dragonfly"): "`trace`, with a client, not sampled",
    ("instrument", OFF): "`tracing::instrument(err)`",
    ("instrument", "tracing"): "`tracing::instrument(err)`, with Sentry's layers",
    ("trace", OFF): "`fastrace::trace`",
    ("context", OFF): "`fn_error_context::context`",
}


class Missed:
    """The bars, and the lines about those that were missed."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.bars = args
        self.lines: list[str] = []

    def at_most(self, bar: float, value: float, what: str) -> None:
        if value > bar:
            self.lines.append(f"missed: {what}: {value:.4g}, the bar is {bar:.4g}")


def progress(text: str) -> None:
    """Shows what is being done, in place of the line before where stderr is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="" if text else "", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


def run(command: Sequence[str | Path], **options: object) -> str:
    """The output of a command; ends the program if the command fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        progress("")
        words = " ".join(str(word) for word in command)
        sys.exit(f"{done.stderr}\ntable: `{words}` failed")
    return done.stdout


def cpu_of(command: Sequence[str | Path], **options: object) -> float:
    """The user CPU time of a command and its children, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    run(command, **options)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def build(program: str, profile: str = "release") -> Path:
    """Builds a program of this package."""
    progress(f"building {program}, {profile}")
    options = ["--profile", "dev", *AS_IT_IS] if profile == "debug" else ["--profile", profile]
    command = [CARGO, "build", "--locked", "--package", "dragonfly-benches", "--bin", program]
    run([*command, *options], cwd=ROOT)
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return ROOT / target / profile / program


def title(text: str) -> None:
    progress("")
    print(f"## {text}\n")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints aligned Markdown; all columns but the first are numbers."""
    rows = [header, *rows]
    widths = [max(3, *map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for row in [header, rule, *rows[1:]]:
        first = row[0].ljust(widths[0])
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("| " + " | ".join([first, *cells]) + " |")
    print(flush=True)


def above(value: float, plain: float) -> str:
    """A count, and by how much it is above that of the plain function."""
    return f"{value:,.0f} ({value - plain:+,.0f})"
