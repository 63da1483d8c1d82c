"""Instructions and time per call and per poll."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .shared import CALLS, OFF, Missed, above, build, progress, run, table, title

POLLS = 16  # that a pending call takes more than one that is ready: `PAUSES` in src/lib.rs

SYNC, READY, PENDING, ERR = "sync", "ready", "pending", "err"

FAILURES = {
    **{row: name for row, name in CALLS.items() if row[0] not in ("timed", "trace", "context")},
    ("by_hand", "sentry"): "`inspect_err` by hand, with a client",
}


def count(program: Path, call: Sequence[str], calls: int) -> float:
    """The instructions of one call on its thread: what twice the calls take more, by their number."""

    def total(calls: int) -> int:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
            options = ["--separate-threads=yes", "--toggle-collect=*call_often*"]
            run([*valgrind, *options, program, "calls", *call, str(calls)])
            main_thread = Path(f"{out}-01").read_text(encoding="utf-8")
            return int(main_thread.rsplit("totals:", 1)[1].split()[0])

    return (total(2 * calls) - total(calls)) / calls


def time(program: Path, call: Sequence[str], calls: int) -> float:
    """The nanoseconds of one call, the best of five runs."""
    return min(float(run([program, "calls", *call, str(calls)])) for _ in range(5))


def calls(missed: Missed) -> None:
    if shutil.which("valgrind") is None:
        sys.exit("table: instructions are counted by valgrind: install the package `valgrind`")
    program = build("drive")
    successes = (SYNC, READY, PENDING)
    loop, loop_time = {}, {}
    for kind in (*successes, ERR):
        loop[kind] = count(program, (kind, "empty", OFF), 10_000)
        loop_time[kind] = time(program, (kind, "empty", OFF), 1_000_000)

    counted, timed = {}, {}
    for variant, setup in CALLS:
        for kind in successes:
            progress(f"counting {kind} {variant} {setup}")
            call, slow = (kind, variant, setup), setup == "tracing"
            counted[call] = count(program, call, 1_000 if slow else 10_000) - loop[kind]
            timed[call] = time(program, call, 10_000 if slow else 1_000_000) - loop_time[kind]

    def columns(values: dict[tuple[str, str, str], float], row: tuple[str, str]) -> list[float]:
        sync, ready, pending = (values[kind, *row] for kind in successes)
        return [sync, ready, (pending - ready) / POLLS]

    plain = columns(counted, ("plain", OFF))
    places = ("sync call", "async call", "further poll")
    title("Instructions per call that returns `Ok`")
    table(
        ("", *places),
        ([name, *map(above, columns(counted, row), plain)] for row, name in CALLS.items()),
    )
    for row, name in CALLS.items():
        if row[0] == "report_errors":
            for place, value, base in zip(places, columns(counted, row), plain, strict=True):
                what = f"instructions of {name} above plain, {place}"
                missed.at_most(missed.bars.instructions, round(value - base, 2), what)
    title("Nanoseconds per call that returns `Ok`")
    table(
        ("", *places),
        ([name, *(f"{value:,.1f}" for value in columns(timed, row))] for row, name in CALLS.items()),
    )
    failures(program, loop[ERR], loop_time[ERR])


def failures(program: Path, loop: float, loop_time: float) -> None:
    rows = []
    for (variant, setup), name in FAILURES.items():
        progress(f"counting {ERR} {variant} {setup}")
        call, slow = (ERR, variant, setup), setup != OFF
        counted = count(program, call, 200 if slow else 10_000) - loop
        timed = time(program, call, 2_000 if slow else 1_000_000) - loop_time
        rows.append((name, f"{counted:,.0f}", f"{timed:,.1f}"))
    title("Per sync call that returns `Err`, on its thread")
    table(("", "instructions", "ns"), rows)
