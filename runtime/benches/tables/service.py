"""What a request to the service among the examples takes, with a DSN and without."""

from __future__ import annotations

import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from .server import Server
from .shared import CARGO, ROOT, Missed, progress, run, table, title

PACKAGE = "dragonfly-service"
ROUNDS = 10_000
WARM_UP = 500


class Request(NamedTuple):
    """What is asked of the service, and what it must answer."""

    name: str
    line: str
    body: str
    status: int
    rounds: int


TAKEN = Request("an order is taken", "POST /orders", "tea", 200, ROUNDS)
SHOWN = Request("an order is shown", "GET /orders/1", "", 200, ROUNDS)
EXPECTED = Request("an order that is not there: to be expected", "GET /orders/0", "", 404, ROUNDS)
FAILED = Request("a card is declined: an event", "POST /orders/2/pay", "", 500, ROUNDS // 10)
REQUESTS = (TAKEN, SHOWN, EXPECTED, FAILED)


class Client:
    """One connection that is kept alive."""

    def __init__(self, address: str) -> None:
        host, port = address.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, line: str, body: str, status: int) -> float:
        """The microseconds from the request to its answer."""
        head = f"{line} HTTP/1.1\r\nhost: shop\r\ncontent-length: {len(body)}\r\n\r\n"
        start = time.perf_counter()
        self.socket.sendall(f"{head}{body}".encode())
        answer = self.socket.recv(65536)
        took = time.perf_counter() - start
        if not answer.startswith(f"HTTP/1.1 {status} ".encode()):
            raise SystemExit(f"table: `{line}` was answered with {answer[:200]!r}")
        return took * 1e6


@contextmanager
def service(program: Path, dsn: str) -> Iterator[Client]:
    """The running service, which has one order that can be paid and one that cannot."""
    with tempfile.TemporaryDirectory() as spool:
        surroundings = {
            **os.environ,
            "SENTRY_DSN": dsn,
            "DRAGONFLY_SPOOL": spool,
            "SENTRY_ENVIRONMENT": "production",
        }
        child = subprocess.Popen(
            [program], env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            client = Client(child.stdout.readline().strip())
            client.ask("POST /orders", "tea", 200)
            client.ask("POST /orders", "tea and cake", 200)
            yield client
        finally:
            child.terminate()
            child.wait()


def receive(connection: Connection) -> None:
    server = Server()
    server.up()
    connection.send(server.dsn)
    connection.recv()


@contextmanager
def receiver() -> Iterator[str]:
    """The DSN of a server in a process of its own: in this one it would take its time from the client."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=receive, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join()


def build_service() -> Path:
    progress("building the service, release")
    run([CARGO, "build", "--locked", "--release", "--package", PACKAGE], cwd=ROOT)
    return ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "release" / PACKAGE


def service_latency(missed: Missed) -> None:
    program = build_service()
    rows = []
    # two without a DSN say what differs between equals
    with (
        receiver() as dsn,
        service(program, "") as off,
        service(program, "") as other,
        service(program, dsn) as on,
    ):
        clients = {"off": off, "other": other, "on": on}
        for request in REQUESTS:
            progress(f"asking {request.rounds} times: {request.name}")
            seen: dict[str, list[float]] = {name: [] for name in clients}
            for turn in range(WARM_UP + request.rounds):
                for name, client in random.sample(list(clients.items()), len(clients)):
                    took = client.ask(request.line, request.body, request.status)
                    if turn >= WARM_UP:
                        seen[name].append(took)
            medians = {name: statistics.median(took) for name, took in seen.items()}
            late = {name: statistics.quantiles(took, n=100)[98] for name, took in seen.items()}
            more = medians["on"] / medians["off"] - 1
            noise = medians["other"] / medians["off"] - 1
            rows.append(
                [
                    request.name,
                    f"{medians['off']:.1f}",
                    f"{medians['on']:.1f}",
                    f"{more:+.1%}",
                    f"{noise:+.1%}",
                    f"{late['off']:.0f} / {late['on']:.0f}",
                ]
            )
            if request is not FAILED:
                missed.at_most(missed.bars.latency, more, f"share of the latency: {request.name}")
    title("A request to the service, µs, release build")
    table(
        ("", "no DSN", "with one", "more", "between two without", "99 in 100, without / with"), rows
    )
