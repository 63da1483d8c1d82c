"""Shows the inbox on a terminal that others wrote, and draws what is to be seen there.

`terminal.py TOOL SHOP FOLDER PICTURE`: the `dragonfly` tool, a program to report errors of, a folder to run
them in, and where to put the drawing of the list of issues and of one that is opened.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from html import escape
from pathlib import Path

import pyte

COLUMNS, ROWS = 104, 10
ROWS_OF_ONE = 20
PATIENCE = 30

# a dark terminal's colours, and the size of a letter
COLOURS = {
    "default": "#d8dee9",
    "black": "#3b4252",
    "red": "#ff6b6b",
    "green": "#8fd18a",
    "brown": "#f2c14e",
    "blue": "#7aa2f7",
    "magenta": "#c792ea",
    "cyan": "#7fdbca",
    "white": "#eceff4",
    "brightblack": "#7b8699",
}
BACKGROUND = "#161b22"
WIDTH, HEIGHT, MARGIN = 7.8, 18, 16


class Terminal:
    """A terminal with a program on it, until it is closed."""

    def __init__(self, command, folder):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.end, theirs = pty.openpty()
        self.resize(ROWS)
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment(folder), stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)

    def resize(self, rows):
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, COLUMNS, 0, 0))
        self.screen.resize(rows, COLUMNS)

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def keys(self, keys):
        os.write(self.end, keys)

    def until(self, text):
        """Waits until this is to be seen, and for the rest that comes with it."""
        give_up = time.monotonic() + PATIENCE
        while text not in self.text():
            is_late = time.monotonic() > give_up
            if is_late or not self.read(1) and self.process.poll() is not None:
                sys.exit(f"no `{text}` on the terminal:\n{self.text()}")
        while self.read(0.3):
            pass

    def read(self, seconds):
        ready, _, _ = select.select([self.end], [], [], seconds)
        if not ready:
            return False
        try:
            # it knows no faint letters
            self.stream.feed(os.read(self.end, 65_536).replace(b"\x1b[2m", b"\x1b[90m"))
        except OSError:  # the program has ended
            return False
        return True

    def cells(self):
        """The rows down to the last that has something on it."""
        lines, columns = self.screen.lines, self.screen.columns
        rows = [[self.screen.buffer[y][x] for x in range(columns)] for y in range(lines)]
        while rows and all(cell.data == " " for cell in rows[-1]):
            rows.pop()
        return rows

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.end)


def environment(folder, **more):
    return {"HOME": str(folder), "PATH": os.environ["PATH"], "TERM": "xterm-256color", **more}


def check(what, is_so, text):
    if not is_so:
        sys.exit(f"not so: {what}\n{text}")
    print(f"  {what}")


def look(tool, shop, folder):
    """What is to be seen before, once errors have come, and of one of them."""
    terminal = Terminal([tool, "inbox"], folder)
    try:
        terminal.until("nothing has come yet")
        dsn = re.search(r"export SENTRY_DSN=(\S+)", terminal.text())[1]
        shown = "PaymentError"
        check("nothing is there before something comes", shown not in terminal.text(), terminal.text())
        subprocess.run(
            [shop], cwd=folder, env=environment(folder, SENTRY_DSN=dsn), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=60, check=False,
        )
        terminal.until("4 issues")
        for _ in range(4):
            if shown not in selected(terminal):
                terminal.keys(b"\x1b[B")
                terminal.until("› ")
        listed = terminal.cells()
        text = terminal.text()
        titles = [shown, "OrderError", "no quantity", "reed flute"]
        check("a line for each issue", all(title in text for title in titles), text)
        check("no secret", "s3cr3t" not in text and "jane.doe" not in text, text)
        terminal.resize(ROWS_OF_ONE)
        terminal.keys(b"\r")
        terminal.until("esc back")
        opened = terminal.cells()
        text = terminal.text()
        parts = ["connection refused", "caused by", "return trace", "examples/quickstart.rs", "charge(&order)?"]
        check("chain, return trace and source of the one that is opened", all(part in text for part in parts), text)
        terminal.keys(b"q")
        code = terminal.process.wait(PATIENCE)
        check("it ends when asked to", code == 0, text)
        return listed, opened
    finally:
        terminal.close()


def selected(terminal):
    return next((line for line in terminal.screen.display if line.startswith("› ")), "")


def drawn(panels):
    """One below the other, as SVG: text stays text, and sharp at any size."""
    width = COLUMNS * WIDTH + 2 * MARGIN
    parts, top = [], 0
    for rows in panels:
        height = len(rows) * HEIGHT + 2 * MARGIN
        parts.append(
            f'<rect y="{top}" width="{width:g}" height="{height}" rx="8" fill="{BACKGROUND}"/>'
        )
        for number, row in enumerate(rows):
            y = top + MARGIN + number * HEIGHT + 13
            parts.extend(text_of(row, y))
        top += height + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {top - 8}" width="{width:g}" '
        f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def text_of(row, y):
    """Each run of letters that look alike, at its own place: fonts differ in their widths."""
    start = 0
    while start < len(row):
        end = start + 1
        while end < len(row) and look_of(row[end]) == look_of(row[start]):
            end += 1
        run = "".join(cell.data for cell in row[start:end])
        text, indent = run.strip(), len(run) - len(run.lstrip())
        if text:
            x = MARGIN + (start + indent) * WIDTH
            length = len(text) * WIDTH
            yield (
                f'<text x="{x:g}" y="{y}" textLength="{length:g}" {look_of(row[start])} '
                f'xml:space="preserve">{escape(text)}</text>'
            )
        start = end


def look_of(cell):
    look = f'fill="{COLOURS.get(cell.fg, COLOURS["default"])}"'
    return look + (' font-weight="bold"' if cell.bold else "")


def main():
    tool, shop, folder, picture = (Path(word).resolve() for word in sys.argv[1:])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    picture.write_text(drawn(look(tool, shop, folder)))


main()
