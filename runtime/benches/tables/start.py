"""What reporting costs a process from its start to its end, beside the same program without it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from .server import SILENT, Server
from .shared import Missed, build, progress, run, table, title

ROUNDS = 300
SILENT_ROUNDS = 5
TIMEOUT = 2  # seconds that the way out may take, by default
PATIENCE = 5  # seconds until a program is taken for one that never ends

PLAIN = "plain"
REPORTERS = {"dragonfly": "dragonfly", "sentry": "`sentry` by hand"}


class Case(NamedTuple):
    """What a program is told, and who listens."""

    name: str
    words: tuple[str, ...]
    server: str = ""  # `well`, `dead` or `silent`; without one there is no DSN


OFF = Case("no DSN", ("0",))
IDLE = Case("server answers, nothing fails", ("0",), "well")
ONE = Case("server answers, one failure", ("1",), "well")
DEAD = Case("dead server, one failure", ("1",), "dead")
UNHEARD = Case("silent server, one failure", ("1",), "silent")
CASES = (Case("linked, not started", ("0", "linked")), OFF, IDLE, ONE, DEAD)


class Process(NamedTuple):
    """One run, from its start to its end; times in milliseconds."""

    wall: float
    cpu: float
    faults: int  # of pages


def run_one(program: Path, case: Case, dsn: str, home: Path) -> Process | None:
    """Runs it, with a spool of its own; `None` if it does not end."""
    spool = home / "spool"
    environment = {"HOME": str(home), "DRAGONFLY_SPOOL": str(spool), "SENTRY_DSN": dsn}
    if not dsn:
        del environment["SENTRY_DSN"]
    nothing = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in range(3)]
    words = [str(program), *case.words]
    ended = False

    def end() -> None:
        if not ended:
            os.kill(pid, signal.SIGKILL)

    start = time.perf_counter()
    pid = os.posix_spawn(program, words, environment, file_actions=nothing)
    patience = threading.Timer(PATIENCE, end)
    if case.server == "silent":
        patience.start()
    _, status, usage = os.wait4(pid, 0)
    ended = True
    wall = time.perf_counter() - start
    patience.cancel()
    shutil.rmtree(spool, ignore_errors=True)
    if status:
        return None
    cpu = usage.ru_utime + usage.ru_stime
    return Process(wall * 1e3, cpu * 1e3, usage.ru_minflt)


def instructions(program: Path, case: Case, home: Path) -> int | None:
    """Those of a whole process that starts nothing, its loading included."""
    if shutil.which("valgrind") is None:
        return None
    out = home / "callgrind"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
    run([*valgrind, program, *case.words], env={"HOME": str(home), "PATH": os.environ["PATH"]})
    return int(out.read_text(encoding="utf-8").rsplit("totals:", 1)[1].split()[0])


def start(missed: Missed) -> None:
    programs = {name: build(f"start-{name}") for name in (PLAIN, *REPORTERS)}
    servers = {name: Server() for name in ("well", "dead", "silent")}
    servers["silent"].answer = SILENT
    servers["well"].up()
    servers["silent"].up()
    dsns = {"": "", **{name: server.dsn for name, server in servers.items()}}

    plain = Case("", ("0",))
    variants = [(PLAIN, plain), *((name, case) for case in CASES for name in REPORTERS)]
    seen: dict[tuple[str, Case], list[Process]] = {variant: [] for variant in variants}
    counted: dict[tuple[str, Case], int | None] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for turn in range(ROUNDS):
            if turn % 50 == 0:
                progress(f"starting, round {turn} of {ROUNDS}")
            # in another order each time, so that none profits from what comes before it
            for name, case in random.sample(variants, len(variants)):
                one = run_one(programs[name], case, dsns[case.server], home)
                if one is None:
                    sys.exit(f"table: {programs[name].name} failed: {case.name}")
                seen[name, case].append(one)
        for name, case in variants:
            if not case.server:
                progress(f"counting instructions, {name} {case.name}")
                counted[name, case] = instructions(programs[name], case, home)
        title("A whole process, release build")
        base = seen[PLAIN, plain]
        table(
            ("", "ms", "above plain", "CPU, ms", "page faults", "instructions"),
            (
                row(name, case, seen[name, case], base, counted.get((name, case)))
                for name, case in variants
            ),
        )
        compare(missed, seen, base)
        silent(missed, programs, dsns["silent"], home)


def row(
    name: str, case: Case, ours: list[Process], base: list[Process], count: int | None
) -> list[str]:
    wall, cpu, faults = (statistics.median(column) for column in zip(*ours, strict=True))
    name = ": ".join(filter(None, (REPORTERS.get(name, name), case.name)))
    more = f"{above(ours, base):+.2f}"
    counted = "—" if count is None else f"{count:,}"
    return [name, f"{wall:.2f}", more, f"{cpu:.2f}", f"{faults:.0f}", counted]


def above(ours: list[Process], base: list[Process]) -> float:
    """The median of what each round says."""
    return statistics.median(one.wall - plain.wall for one, plain in zip(ours, base, strict=True))


def compare(
    missed: Missed, seen: dict[tuple[str, Case], list[Process]], base: list[Process]
) -> None:
    bars = missed.bars
    plain = statistics.median(one.wall for one in base)
    more = {case: above(seen["dragonfly", case], base) for case in CASES}
    missed.at_most(bars.no_op, more[OFF] / plain, "share of the plain program's time, no DSN")
    for case in (IDLE, ONE):
        missed.at_most(bars.start, more[case], f"ms above the plain program, {case.name}")
    missed.at_most(bars.dead, more[DEAD], f"ms above the plain program, {DEAD.name}")


def silent(missed: Missed, programs: dict[str, Path], dsn: str, home: Path) -> None:
    """A server that takes the report and never answers: the end must come all the same."""
    rows = []
    for name, title_of in REPORTERS.items():
        progress(f"starting, {name}, {UNHEARD.name}")
        rounds = SILENT_ROUNDS if name == "dragonfly" else 1
        ran = [run_one(programs[name], UNHEARD, dsn, home) for _ in range(rounds)]
        ended = [one.wall for one in ran if one]
        is_certain = len(ended) == rounds
        rows.append([title_of, f"{statistics.median(ended):,.0f}" if is_certain else "never"])
        if name == "dragonfly":
            late = max(ended) - TIMEOUT * 1e3 if is_certain else float("inf")
            missed.at_most(missed.bars.late, late, f"ms past the shutdown timeout, {UNHEARD.name}")
    title(f"The same, {UNHEARD.name}, timeout {TIMEOUT} s")
    table(("", "ms"), rows)
