"""What a program takes to build, and its size."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .crates import cargo_in, write_crate, write_workspace
from .shared import CARGO, ROOT, Missed, cpu_of, progress, run, table, title

OURS, BY_DEFAULT = "dragonfly", "`sentry`, as it is by default"
SENTRY = """
fn main() {
    let mut options = sentry::ClientOptions::default();
    options.release = sentry::release_name!();
    let _guard = sentry::init(("https://key@sentry.example.com/1", options));
    if let Err(error) = std::fs::read_to_string("greeting.txt") {
        sentry::capture_error(&error);
    }
}
"""
PROGRAMS = {
    OURS: (
        f'dragonfly-sentry = {{ path = "{ROOT}/runtime" }}\n',
        """
#[dragonfly::main]
fn main() -> std::io::Result<()> {
    load("greeting.txt").map(drop)
}

#[dragonfly::report_errors]
fn load(path: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}
""",
    ),
    # its TLS is OpenSSL's, of the system, which is in neither figure
    BY_DEFAULT: ('sentry = "0.49"\n', SENTRY),
    "`sentry` on rustls": (
        'sentry = { version = "0.49", default-features = false, features = '
        '["backtrace", "contexts", "debug-images", "panic", "release-health", "reqwest", "rustls"] }\n',
        SENTRY,
    ),
}


def build_cost(missed: Missed) -> None:
    rows, figures = [], {}
    with tempfile.TemporaryDirectory() as temporary:
        for number, (name, (dependencies, text)) in enumerate(PROGRAMS.items()):
            progress(f"building {name}")
            folder = Path(temporary) / str(number)
            write_crate(folder / "user", "user", dependencies, text, "main.rs")
            write_workspace(folder)
            options = cargo_in(folder)
            options["env"] = {**options["env"], "CARGO_PROFILE_RELEASE_STRIP": "symbols"}
            run([CARGO, "fetch"], **options)
            seconds = cpu_of([CARGO, "build", "--release"], **options)
            tree = [CARGO, "tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]
            crates = len({line.split(" (")[0] for line in run(tree, **options).splitlines()}) - 1
            size = os.path.getsize(folder / "target/release/user") / 1e6
            figures[name] = (crates, seconds, size)
            rows.append([name, str(crates), f"{seconds:.0f}", f"{size:.1f}"])
    title("What a program takes to build, in release")
    table(("", "crates", "CPU, seconds", "stripped, MB"), rows)
    for what, own, bar in zip(("crates", "CPU time", "size"), figures[OURS], figures[BY_DEFAULT]):
        what = f"{what} of a program, in that of `sentry` by default"
        missed.at_most(missed.bars.build, own / bar, what)
