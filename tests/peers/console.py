"""Presses Ctrl-C on a console of Wine in which a program captures errors, and counts what arrives.

`console.py TOOL PROGRAM FOLDER`: the `dragonfly` tool of this system, the program for Windows, and a folder for
what it writes. Wine is `wine64` in PATH.
"""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 60
ENOUGH = 200
# captured between the end of what is waited for and that of the process
LATE = 3


def lines_of(file):
    """The lines that are there in whole."""
    text = file.read_text() if file.exists() else ""
    return text[: text.rfind("\n") + 1].splitlines()


def press(program, file, settings):
    """Runs the program on a console of its own, and presses Ctrl-C in the midst of its work."""
    process, console = pty.fork()
    if process == 0:
        os.execvpe("wine64", ["wine64", program, file.name], {**os.environ, **settings})
    give_up, pressed = time.monotonic() + PATIENCE, False
    while time.monotonic() < give_up:
        if not pressed and len(lines_of(file)) >= ENOUGH:
            os.write(console, b"\x03")
            pressed = True
        if select.select([console], [], [], 0.1)[0]:
            try:
                os.read(console, 65_536)
            except OSError:  # nobody is on it any more
                time.sleep(0.1)
        if os.waitpid(process, os.WNOHANG)[0]:
            return
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    sys.exit("it went on in spite of Ctrl-C")


def run(tool, program, folder, timeout):
    """How many were captured until the end, and what arrived of them."""
    file, received = folder / "captured", folder / "received"
    file.unlink(missing_ok=True)
    with received.open("w") as output:
        inbox = subprocess.Popen([tool, "inbox", "--json"], stdout=output)
    try:
        while not (lines := lines_of(received)):
            time.sleep(0.1)
        dsn = json.loads(lines[0])["dsn"]
        # what would arrive with the next start does not count
        settings = {"DRAGONFLY_SPOOL": "off", "DRAGONFLY_SHUTDOWN_TIMEOUT": timeout}
        press(program, file, {"SENTRY_DSN": dsn, **settings})
        time.sleep(1)
    finally:
        inbox.terminate()
        inbox.wait()
    items = [json.loads(line) for line in lines_of(received)[1:]]
    events = [item["payload"] for item in items if item["kind"] == "event"]
    values = [event["exception"]["values"][-1]["value"] for event in events]
    captured = len(lines_of(file))
    print(f"  at most {timeout} s to deliver: {captured} captured until Ctrl-C, {len(values)} arrived")
    return captured, values


def main():
    tool, program, folder = (Path(word).resolve() for word in sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    captured, values = run(tool, program, folder, "0")
    if captured - len(values) <= LATE:
        sys.exit("nothing was lost where nothing was waited for: this shows nothing")
    captured, values = run(tool, program, folder, "30")
    expected = [f"failure {n}" for n in range(len(values))]
    if captured < ENOUGH or captured - len(values) > LATE or sorted(values) != sorted(expected):
        sys.exit("not each of them arrived once")


main()
