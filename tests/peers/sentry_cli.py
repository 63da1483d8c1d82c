"""Sends the files of a spool with `sentry-cli send-envelope`, and looks at what arrives: all of it.

`sentry_cli.py KINDS FOLDER`: the program that reports, to a server that is down, and a folder for what
it leaves. Files that are wrong on purpose show that `sentry-cli` reads what it sends.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# what `kinds` reports
KINDS = 19


class Handler(BaseHTTPRequestHandler):
    """Takes envelopes."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.taken.append((self.path, self.headers.get("X-Sentry-Auth"), body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """Has its port from the start; listens once it is up."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self.server_bind()
        self.taken = []
        self.dsn = f"http://key@127.0.0.1:{self.server_address[1]}/7"

    def up(self):
        self.server_activate()
        threading.Thread(target=self.serve_forever, daemon=True).start()


def events(envelope):
    """The event id of an envelope's header, and the events in it."""
    header, rest = envelope.split(b"\n", 1)
    found = []
    while rest.strip():
        head, rest = rest.split(b"\n", 1)
        head = json.loads(head)
        payload, rest = rest[: head["length"]], rest[head["length"] + 1 :]
        found.append((head["type"], in_one_form(json.loads(payload))))
    return in_one_form(json.loads(header))["event_id"], found


def in_one_form(value, key=""):
    """JSON, with ids without their dashes and times as milliseconds: either form is fine."""
    if isinstance(value, dict):
        return {key: in_one_form(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_one_form(inner, key) for inner in value]
    if key in ("event_id", "trace_id") and isinstance(value, str):
        return value.replace("-", "")
    if key == "timestamp":
        return round(value * 1000)
    return value


def check(what, holds):
    """One line of what was looked at; the first that does not hold ends it."""
    print(f"{'yes' if holds else 'NO '}  {what}")
    if not holds:
        sys.exit("sentry-cli does something else")


def fill(kinds, home, dsn):
    """Has the program report to a server that is down; it ends in an error, which is the point."""
    environment = {
        "HOME": str(home),
        "SENTRY_DSN": dsn,
        "DRAGONFLY_SPOOL": str(home / "spool"),
        "SENTRY_TRACES_SAMPLE_RATE": "0",  # events alone
    }
    done = subprocess.run([kinds], env=environment, cwd=home, capture_output=True)
    check("`kinds` ended in its error", done.returncode == 1)
    return sorted(home.glob("spool/**/*.envelope"))


def send(home, dsn, path):
    """Runs the tool, which reaches loopback only."""
    tool = Path(sys.executable).parent / "sentry-cli"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SENTRY_DSN": dsn,
        "SENTRY_LOAD_DOTENV": "0",
        "SENTRY_DISABLE_UPDATE_CHECK": "1",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        "no_proxy": "127.0.0.1",
    }
    words = [tool, "send-envelope", path]
    return subprocess.run(words, env=environment, cwd=home, capture_output=True, text=True)


def look_at_spoilt(home, server, whole):
    """That what is no envelope is neither sent nor taken for sent."""
    lines = whole.split(b"\n")
    for what, spoilt in {
        "a file cut short": whole[: len(whole) // 2],
        "no header": b"\n".join(lines[1:]),
        "an event that is no JSON": lines[0] + b'\n{"type":"event","length":6}\nbroken\n',
    }.items():
        taken = len(server.taken)
        file = home / "spoilt.envelope"
        file.write_bytes(spoilt)
        done = send(home, server.dsn, file)
        check(f"refused: {what}", done.returncode != 0 and len(server.taken) == taken)


def main():
    kinds, home = (Path(word).resolve() for word in sys.argv[1:])
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    server = Server()
    files = fill(kinds, home, server.dsn)
    check(f"{KINDS} files wait", len(files) == KINDS)

    server.up()
    done = send(home, server.dsn, "spool/**/*.envelope")
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    check("all were sent to the project, with the key", {
        (path, "sentry_key=key" in auth) for path, auth, _ in server.taken
    } == {("/api/7/envelope/", True)})
    arrived = dict(events(body) for _, _, body in server.taken)
    for file in files:
        event_id, waited = events(file.read_bytes())
        title = waited[0][1].get("transaction") or waited[0][1].get("message") or "a panic"
        check(f"whole: {title}", arrived.get(event_id) == waited)
    check(f"{KINDS} arrived, none twice", len(arrived) == len(server.taken) == KINDS)
    look_at_spoilt(home, server, files[0].read_bytes())


main()
