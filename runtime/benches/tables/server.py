"""A server on loopback that takes events, and that can be slow, broken, or gone."""

from __future__ import annotations

import json
import re
import socketserver
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
GZIP = re.compile(rb"\r\ncontent-encoding: *gzip", re.IGNORECASE)


class Answer(NamedTuple):
    """What the server does with a request that it has read."""

    status: int = 200
    headers: str = ""
    pause: float = 0
    events_only: bool = False  # whatever has no event in it is taken
    raw: bytes | None = None  # said in the place of an answer; the connection is closed then
    is_taken: bool = True  # whether the server has, for its part, taken what came
    drip: bytes = b""  # said after that, again and again


WELL = Answer()
SILENT = Answer(raw=b"", is_taken=False)


class Handler(socketserver.BaseRequestHandler):
    """One connection."""

    server: Server

    def handle(self) -> None:
        try:
            while self.answer():
                pass
        except OSError:
            pass  # the program has ended

    def answer(self) -> bool:
        """Reads a request and answers it; whether there may be another one."""
        buffer = b""
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            more = self.request.recv(65536)
            if not more:
                return False
            buffer += more
        head = buffer[:end]
        length = LENGTH.search(head)
        body = bytearray(buffer[end + 4 :])
        while length and len(body) < int(length[1]):
            more = self.request.recv(65536)
            if not more:
                return False
            body += more
        envelope = zlib.decompress(body, 31) if GZIP.search(head) else bytes(body)
        return self.say(envelope, self.server.answer)

    def say(self, envelope: bytes, answer: Answer) -> bool:
        if answer.pause:
            time.sleep(answer.pause)
        if answer == SILENT:
            while self.request.recv(65536):
                pass
            return False
        if answer.raw is not None:
            if answer.is_taken:
                self.server.take(envelope)
            self.request.sendall(answer.raw)
            while answer.drip:
                self.request.sendall(answer.drip)
                time.sleep(0.02)
            return False
        if answer.events_only and all(kind != "event" for kind, _ in items(envelope)):
            answer = WELL
        if answer.status == 200:
            self.server.take(envelope)
        head = f"HTTP/1.1 {answer.status} Said\r\n{answer.headers}Content-Length: 2\r\n\r\n"
        self.request.sendall(head.encode() + b"{}")
        return True


class Server(socketserver.ThreadingTCPServer):
    """Has its port from the start; answers once it is up."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self.server_bind()
        self.answer = WELL
        self.ids: Counter[str] = Counter()
        self.told = 0
        self.is_up = False
        self.busy = 0
        self.lock = threading.Lock()

    @property
    def dsn(self) -> str:
        return f"http://benches@127.0.0.1:{self.server_address[1]}/1"

    def up(self) -> None:
        if not self.is_up:
            self.is_up = True
            self.server_activate()
            threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def down(self) -> None:
        if self.is_up:
            self.shutdown()
        self.server_close()

    def take(self, envelope: bytes) -> None:
        """Counts what is in an envelope."""
        with self.lock:
            for kind, payload in items(envelope):
                if kind == "event":
                    header = json.loads(envelope[: envelope.index(b"\n")])
                    self.ids[plain_id(header)] += 1
                elif kind == "client_report":
                    discarded = json.loads(payload)["discarded_events"]
                    of_errors = (one for one in discarded if one["category"] == "error")
                    self.told += sum(one["quantity"] for one in of_errors)

    def rest(self) -> None:
        """Waits until what ended programs said is read."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            time.sleep(0.02)
            with self.lock:
                if self.busy == 0:
                    return

    def process_request(self, request: object, client_address: object) -> None:
        with self.lock:
            self.busy += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: object) -> None:
        super().shutdown_request(request)
        with self.lock:
            self.busy -= 1


def plain_id(header: dict[str, str]) -> str:
    """The event id in the header of an envelope, whichever way it is written."""
    return header["event_id"].replace("-", "")


def items(envelope: bytes) -> Iterator[tuple[str, bytes]]:
    """The types and payloads of an envelope's items."""
    at = envelope.index(b"\n") + 1
    while at < len(envelope):
        start = envelope.index(b"\n", at) + 1
        header = json.loads(envelope[at:start])
        end = envelope.find(b"\n", start)
        if "length" in header:
            end = start + header["length"]
        elif end < 0:
            end = len(envelope)
        yield header["type"], envelope[start:end]
        at = end + 1
