"""Time, allocations, CPU and memory per failure, beside other ways to report one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from .shared import Missed, build, progress, run, table, title

DEPTHS = (10, 60)
RUNS = 3

# what the tables call a way of `capture`
WAYS = {
    "report_errors": "`report_errors`",
    "five_functions": "`report_errors`, through five functions",
    "capture_error": "`sentry::capture_error`",
    "attach_stacktrace": "the same, `attach_stacktrace`",
    "capture_anyhow": "`sentry-anyhow`, with a backtrace",
    "tracing_error": "`tracing::error!`, `attach_stacktrace`",
    "stack": "an unresolved backtrace alone",
}
OURS = ("report_errors", "five_functions")
FAST = (*OURS, "capture_error", "stack")

RATE, SECONDS = 1_000, 5
STORM = (150_000, 450_000)  # the queue is full after the first


class Cost(NamedTuple):
    """What one failure costs; times in microseconds."""

    thread: float
    allocations: float
    bytes: float
    cpu: float
    first: float
    alone: float


def run_way(program: Path, command: str, way: str, *rest: int) -> list[float]:
    backtrace = {"RUST_BACKTRACE": "1"} if way == "capture_anyhow" else {}
    words = [program, command, way, *map(str, rest)]
    with tempfile.TemporaryDirectory() as spool:
        env = {**os.environ, **backtrace, "DRAGONFLY_SPOOL": spool}
        return list(map(float, run(words, env=env).split()))


def cost(program: Path, way: str, depth: int) -> Cost:
    """The best of some runs."""
    count = 2_000 if way in FAST else 200
    runs = [run_way(program, "each", way, depth, count) for _ in range(RUNS)]
    thread, allocations, size, cpu, first, alone = map(min, zip(*runs, strict=True))
    return Cost(thread / 1e3, allocations, size, cpu / 1e3, first / 1e3, alone / 1e3)


def number(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def captures(missed: Missed) -> None:
    for profile in ("release", "debug"):
        program = build("capture", profile)
        costs: dict[tuple[str, int], Cost] = {}
        for way in WAYS:
            for depth in DEPTHS:
                progress(f"reporting, {profile} {way} {depth}")
                costs[way, depth] = cost(program, way, depth)
        title(f"Per failure, {profile} build, {DEPTHS[0]} / {DEPTHS[1]} functions below `main`")
        table(
            (
                "",
                "µs on its thread",
                "allocations",
                "bytes",
                "first, µs",
                "after a pause, µs",
                "CPU of all threads, µs",
            ),
            (
                [
                    name,
                    *(
                        " / ".join(number(getattr(costs[way, depth], field)) for depth in DEPTHS)
                        for field in ("thread", "allocations", "bytes", "first", "alone", "cpu")
                    ),
                ]
                for way, name in WAYS.items()
            ),
        )
        compare(missed, profile, costs)
        if profile == "release":
            endless(missed, program)


def compare(missed: Missed, profile: str, costs: dict[tuple[str, int], Cost]) -> None:
    bars = missed.bars
    thread = bars.thread if profile == "release" else bars.thread_debug
    for depth in DEPTHS:
        bare, with_stack = costs["capture_error", depth], costs["attach_stacktrace", depth]
        where = f"{depth} functions, {profile}"
        for way in OURS:
            ours = costs[way, depth]
            what = f"of {WAYS[way]}, {where}"
            missed.at_most(
                thread, ours.thread / with_stack.thread, f"share of the time on its thread {what}"
            )
            missed.at_most(bars.cpu, ours.cpu / with_stack.cpu, f"share of the CPU time {what}")
            missed.at_most(bars.first, ours.first / ours.thread, f"first, in later ones, {what}")
        ours = costs["report_errors", depth]
        missed.at_most(
            bare.allocations - 1, ours.allocations, f"allocations of `report_errors`, {where}"
        )


def endless(missed: Missed, program: Path) -> None:
    """What a program pays that fails all the time."""
    rows = []
    for way in OURS:
        for depth in DEPTHS:
            progress(f"a steady load, {way} {depth}")
            (core,) = run_way(program, "steady", way, depth, RATE, SECONDS)
            progress(f"a storm, {way} {depth}")
            early, late = run_way(program, "storm", way, depth, *STORM)
            name = f"{WAYS[way]}, {depth} functions"
            rows.append((name, f"{core:.1%}", *(f"{kb / 1e3:,.0f}" for kb in (early, late))))
            missed.at_most(missed.bars.core, core, f"share of a core, {RATE} a second, {name}")
            missed.at_most(1 + missed.bars.noise, late / early, f"memory in a storm, {name}")
    title("An endless storm, release build")
    peaks = (f"MB after {count:,}" for count in STORM)
    table(("", f"of a core, {RATE:,} a second", *peaks), rows)
