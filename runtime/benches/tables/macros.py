"""Time to build the crates of the attributes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from .crates import cargo_in, write_crate, write_workspace
from .shared import CARGO, ROOT, Missed, cpu_of, progress, run, table, title


def macros(missed: Missed) -> None:
    crates = {
        "dragonfly-macros": f'dragonfly-macros = {{ path = "{ROOT}/macros" }}\n',
        "tracing-attributes": 'tracing-attributes = "0.1"\n',
    }
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name, dependencies in crates.items():
            folder = Path(temporary) / name
            write_crate(folder / "user", "user", dependencies, "")
            write_workspace(folder)
            run([CARGO, "fetch"], **cargo_in(folder))
        for turn in range(3):
            for name in crates:
                progress(f"building {name}, run {turn + 1} of 3")
                folder = Path(temporary) / name
                shutil.rmtree(folder / "target", ignore_errors=True)
                took = cpu_of([CARGO, "build"], **cargo_in(folder))
                best[name] = min(took, best.get(name, took))
    title("User CPU time of building the crates of the attributes")
    table(("", "seconds"), ([f"`{name}`", f"{took:.2f}"] for name, took in best.items()))
    ratio = best["dragonfly-macros"] / best["tracing-attributes"]
    what = "time to build `dragonfly-macros`, in that of `tracing-attributes`"
    missed.at_most(1 + missed.bars.noise, ratio, what)
