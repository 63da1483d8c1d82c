"""What arrives at the server, and what is lost, when a program ends or the server is not well."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .server import SILENT, WELL, Answer, Server, plain_id
from .shared import Missed, build, progress, run, table, title

REPORTERS = ("dragonfly", "sentry")
TIMEOUT = 2  # seconds that the way out may take, by default
PATIENCE = 10  # seconds until a program is taken for one that never ends
KILL_AFTER = 0.02  # seconds from a program's `ready`
FAILURES = 10
KEPT = 200  # failures, each timed until it is on disk
KEPT_RUNS = 3  # of which the best counts
PANICS = ("panic", "panic-thread")


class Scenario(NamedTuple):
    """How a program ends, and what the server does meanwhile."""

    name: str
    way: str = "return"
    count: int = FAILURES
    threads: int = 1
    answer: Answer = WELL
    signal: signal.Signals | None = None
    up_after: float | None = 0  # seconds; `None`: not while the program runs
    timeout: int = TIMEOUT
    next_way: str = "moment"  # of the next run, in which nothing fails
    next_timeout: int = 60  # a quarter of it is for what is kept
    may_lose: bool = False  # the server has refused it, and would again
    takes_counts: bool = False  # the server takes the counts of what it refuses

    @property
    def captured(self) -> int:
        return self.count + (self.way in PANICS)


def status(code: int, headers: str = "", **rest: bool) -> Scenario:
    named = f"`{headers}`" if headers else ""
    name = " ".join(filter(None, (str(code), named)))
    lines = f"{headers}\r\n" if headers else ""
    return Scenario(name, answer=Answer(code, lines, events_only="takes_counts" in rest), **rest)


def broken(name: str, raw: bytes, **rest: object) -> Scenario:
    return Scenario(name, answer=Answer(raw=raw, **rest))


def limited(limits: str, **rest: bool) -> Scenario:
    return status(429, f"X-Sentry-Rate-Limits: {limits}", takes_counts=True, **rest)


WAYS_OUT = [
    Scenario("returns"),
    Scenario("exits with 3", "exit"),
    Scenario("panics", "panic"),
    Scenario("panics in a thread", "panic-thread"),
    Scenario("aborts", "abort"),
    Scenario("bad access", "segv"),
    Scenario("stack overflow", "overflow"),
    Scenario("SIGTERM", "wait", signal=signal.SIGTERM),
    Scenario("SIGINT", "wait", signal=signal.SIGINT),
    Scenario("`kill -9` after 20 ms", "wait", signal=signal.SIGKILL),
]
BURSTS = [
    Scenario("10,000 at once", count=10_000),
    Scenario("10,000 at once, never answers", count=10_000, answer=SILENT, next_timeout=600),
    Scenario("10,000 at once, then aborts", "abort", count=10_000, next_timeout=600),
    Scenario("10,000 at once, timeout 60 s", count=10_000, timeout=60, next_timeout=600),
    Scenario(
        "100,000 on two threads, timeout 60 s",
        count=100_000,
        threads=2,
        timeout=60,
        next_timeout=600,
    ),
]
SERVERS = [
    Scenario("server 50 ms slow, 100 failures", count=100, answer=Answer(pause=0.05)),
    Scenario("dead port", up_after=None),
    Scenario("dead port, next run returns at once", up_after=None, next_way="return"),
    Scenario(
        "dead port, 100 failures, next timeout 2 s",
        count=100,
        up_after=None,
        next_timeout=TIMEOUT,
    ),
    Scenario("dead port, back after 1 s of 3 s", "later", up_after=1),
    Scenario("never answers", answer=SILENT),
    broken("closes within the head", b"HTTP/1.1 20", is_taken=False),
    broken("closes within the body", b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id"'),
    broken("not HTTP", b"\x16\x03\x01\x00\x02\x01what? \xff\r\n\r\n", is_taken=False),
    broken("an endless body", b"HTTP/1.1 200 OK\r\n\r\n", drip=b" "),
    broken("an endless head", b"HTTP/1.1 200 OK\r\n", drip=b"X-More: 1\r\n", is_taken=False),
    status(400, may_lose=True, takes_counts=True),
    status(401, may_lose=True),
    status(403, may_lose=True),
    status(404, may_lose=True),
    status(413, may_lose=True, takes_counts=True),
    status(429, "Retry-After: 30"),
    limited("30:error:organization"),
    limited("3600:error:organization", may_lose=True),
    status(500),
    status(502),
    status(503),
    status(302, "Location: /elsewhere", may_lose=True),
]


class Ended(NamedTuple):
    """How a program ended."""

    exit: str
    delay: float | None  # milliseconds from when it said that it ends
    seconds: float
    peak: float  # MB


class Outcome(NamedTuple):
    """What became of what a program captured."""

    arrived: int
    kept: int
    waits: int  # on disk, still after the next run
    lost: int
    twice: int
    told: int
    ended: Ended


class Program:
    """The program, for runs of which this machine sees nothing."""

    def __init__(self, path: Path, reporter: str, home: Path, dsn: str) -> None:
        self.path = path
        self.reporter = reporter
        self.home = home
        self.environment = {
            "HOME": str(home),
            "SENTRY_DSN": dsn,
            "DRAGONFLY_SPOOL": str(home / "spool"),
        }

    def run(self, scenario: Scenario, timeout: int = TIMEOUT) -> Ended:
        """Runs it to its end, or kills it."""
        words = [self.path, self.reporter, scenario.way, scenario.count, scenario.threads]
        environment = dict(self.environment)
        if timeout != TIMEOUT:
            environment["DRAGONFLY_SHUTDOWN_TIMEOUT"] = str(timeout)
        start = time.monotonic()
        process = subprocess.Popen(
            list(map(str, words)),
            env=environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        asked = 0
        if scenario.signal:
            process.stdout.readline()
            time.sleep(KILL_AFTER)
            asked = time.time_ns()
            process.send_signal(scenario.signal)
        ends: list[int] = []
        waiter = threading.Thread(target=lambda: (process.wait(), ends.append(time.time_ns())))
        waiter.start()
        # it fails first, and then ends
        until = time.monotonic() + PATIENCE + scenario.count / 1_000 + timeout - TIMEOUT
        peak = 0.0
        while waiter.is_alive() and time.monotonic() < until:
            waiter.join(0.02)
            peak = peak_of(process.pid) or peak
        seconds = time.monotonic() - start
        if waiter.is_alive():
            process.kill()
            waiter.join()
            return Ended("never", None, seconds, peak)
        said = process.stdout.read().split()
        asked = asked or int(said[said.index(b"ends") + 1])
        return Ended(exit_of(process.returncode), (ends[0] - asked) / 1e6, seconds, peak)


def exit_of(code: int) -> str:
    return str(code) if code >= 0 else signal.Signals(-code).name


def peak_of(pid: int) -> float:
    """The most memory that a process had in use so far, in MB; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM:")), 0)


def outcome(path: Path, reporter: str, scenario: Scenario) -> Outcome:
    """What becomes of it: at once, and once the program runs again and the server is well."""
    with tempfile.TemporaryDirectory() as home:
        server = Server()
        server.answer = scenario.answer
        program = Program(path, reporter, Path(home), server.dsn)
        back = threading.Timer(scenario.up_after or 0, server.up)
        if scenario.up_after:
            back.start()
        elif scenario.up_after is not None:
            server.up()
        ended = program.run(scenario, scenario.timeout)
        back.cancel()
        server.rest()
        arrived = len(server.ids)

        server.answer = WELL
        server.up()
        program.run(Scenario("", scenario.next_way, count=0), scenario.next_timeout)
        server.rest()
        server.down()
        kept = len(server.ids) - arrived
        twice = sum(server.ids.values()) - len(server.ids)
        waits = len(set(waiting(Path(home))) - set(server.ids))
        lost = scenario.captured - arrived - kept - waits
        return Outcome(arrived, kept, waits, lost, twice, server.told, ended)


def waiting(home: Path) -> Iterator[str]:
    """The ids of the events on disk."""
    headers = (json.loads(envelope[: envelope.index(b"\n")]) for envelope in envelopes(home))
    return (plain_id(header) for header in headers if "event_id" in header)


def envelopes(home: Path) -> Iterator[bytes]:
    """What waits on disk: one in a file, or many, each after a line with a mark."""
    for path in home.rglob("*.envelope"):
        yield path.read_bytes()
    for path in home.rglob("*.envelopes"):
        with path.open("rb") as journal:
            while line := journal.readline():
                envelope = journal.read(int(line.split()[1]))
                if line.startswith(b"+"):
                    yield envelope


def keeping(missed: Missed, path: Path) -> None:
    """How long it takes until a failure is on disk, while the program and the server go on."""
    rows = []
    for name, answer in (("well", WELL), ("never answers", SILENT), ("dead", None)):
        progress(f"delivering, until it is on disk: server {name}")
        runs = (until_kept(path, answer) for _ in range(KEPT_RUNS))
        late, median = min((times[KEPT * 99 // 100], times[KEPT // 2]) for times in runs)
        rows.append((name, f"{median:.1f}", f"{late:.1f}"))
        missed.at_most(missed.bars.kept, late, f"ms until it is on disk: server {name}")
    title(f"Until a failure is on disk, ms, of {KEPT}, one after the other")
    table(("server", "median", "99 in 100"), rows)


def until_kept(path: Path, answer: Answer | None) -> list[float]:
    """The milliseconds until each of some failures is on disk, the shortest first."""
    with tempfile.TemporaryDirectory() as home:
        server = Server()
        if answer:
            server.answer = answer
            server.up()
        environment = Program(path, "dragonfly", Path(home), server.dsn).environment
        said = run([path, "dragonfly", "kept", str(KEPT)], env=environment, cwd=home)
        server.down()
    return sorted(int(line.split()[1]) / 1e6 for line in said.splitlines())


def delivery(missed: Missed) -> None:
    path = build("deliver")
    keeping(missed, path)
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))  # crashes leave no files
    rows, bursts = [], []
    for scenario in (*WAYS_OUT, *BURSTS, *SERVERS):
        both = []
        for reporter in REPORTERS:
            progress(f"delivering, {reporter}: {scenario.name}")
            both.append(outcome(path, reporter, scenario))
        rows.append(row(scenario, both))
        compare(missed, path, scenario, both[0])
        if scenario in BURSTS:
            ended = [one.ended for one in both]
            peaks = " / ".join(f"{one.peak:,.0f}" for one in ended)
            seconds = " / ".join(f"{one.seconds:,.1f}" for one in ended)
            bursts.append((scenario.name, peaks, seconds))
    title(f"Delivery, {FAILURES} failures unless said: dragonfly / `sentry` by hand")
    table(
        (
            *("", "captured", "arrived", "kept", "waits", "lost", "twice", "told"),
            *("exit", "delay, ms"),
        ),
        rows,
    )
    table(("", "peak, MB", "seconds"), bursts)


def row(scenario: Scenario, both: list[Outcome]) -> list[str]:
    counts = (
        " / ".join(f"{getattr(one, field):,}" for one in both)
        for field in ("arrived", "kept", "waits", "lost", "twice", "told")
    )
    ended = [one.ended for one in both]
    delays = ("—" if one.delay is None else f"{one.delay:,.0f}" for one in ended)
    exits = " / ".join(one.exit for one in ended)
    return [scenario.name, f"{scenario.captured:,}", *counts, exits, " / ".join(delays)]


def compare(missed: Missed, path: Path, scenario: Scenario, ours: Outcome) -> None:
    name = scenario.name
    missed.at_most(0, ours.waits, f"not sent by the next run: {name}")
    if not scenario.may_lose:
        missed.at_most(0, ours.lost, f"lost: {name}")
    elif scenario.takes_counts:
        missed.at_most(0, ours.lost - ours.told, f"lost and not told: {name}")
    unreported = exit_unreported(path, scenario)
    if ours.ended.exit != unreported:
        missed.lines.append(
            f"missed: exit: {name}: {ours.ended.exit}, without reporting {unreported}"
        )
    if ours.ended.delay is not None:
        bar = missed.bars.delay + (scenario.timeout - TIMEOUT) * 1_000
        missed.at_most(bar, ours.ended.delay, f"ms to the end: {name}")


def exit_unreported(path: Path, scenario: Scenario) -> str:
    """How the program ends that way when reporting is off."""
    with tempfile.TemporaryDirectory() as home:
        program = Program(path, "dragonfly", Path(home), "")
        return program.run(scenario._replace(count=FAILURES)).exit
