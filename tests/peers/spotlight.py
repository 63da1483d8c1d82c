"""Runs a Spotlight on loopback, has two of the examples send it their copies, and looks at its page.

The page is looked at before, too: what it shows then must not be what is looked for.

`spotlight.py SHOP TOOL SPOTLIGHT FOLDER`: the two programs, the folder that npm made, and one for the
browser's files.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from browser import Browser

# Spotlight listens to every interface, and tells its makers how it is used
HOLD = """
const net = require("node:net");
const { listen } = net.Server.prototype;
const { connect } = net.Socket.prototype;
net.Server.prototype.listen = function (options, ...more) {
  const port = typeof options === "object" ? options.port : options;
  return listen.call(this, { port, host: "127.0.0.1" }, more.find((one) => typeof one === "function"));
};
net.Socket.prototype.connect = function (...words) {
  const [options] = Array.isArray(words[0]) ? words[0] : words;
  if (!["localhost", "127.0.0.1", "::1"].includes(options.host)) {
    Object.assign(options, { host: "127.0.0.1", port: 9 });
  }
  return connect.apply(this, words);
};
"""


class Server:
    """A Spotlight with nothing in it, until it is closed."""

    def __init__(self, program, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}/"
        self.folder = folder
        self.log = folder / "log"
        hold = folder / "hold.cjs"
        hold.write_text(HOLD)
        environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "NODE_OPTIONS": f"--require={hold}",
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["node", program / "node_modules/.bin/spotlight", "server", "-p", str(port)],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def wait(self):
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"Spotlight did not start: {self.log.read_text()}")

    def receive(self, program, **more):
        """Runs a program of which only Spotlight gets something from here: its inbox is its own."""
        environment = {
            "HOME": str(self.folder),
            "SENTRY_SPOTLIGHT": f"{self.url}stream",
            "DRAGONFLY_SPOOL": "off",
            **more,
        }
        done = subprocess.run([program], env=environment, cwd=self.folder, capture_output=True)
        said = [line for line in done.stderr.decode().splitlines() if "Spotlight" in line]
        check(f"`{program.name}` could send its copies", not said)

    def close(self):
        self.process.terminate()
        self.process.wait()


def check(what, holds):
    """One line of what was looked at; the first that does not hold ends it."""
    print(f"{'yes' if holds else 'NO '}  {what}", flush=True)
    if not holds:
        sys.exit("Spotlight shows something else")


def go_to(browser, page):
    browser.value(f"document.querySelector('a[href=\"/telemetry/{page}\"]').click()")


def look_at_errors(browser, server, shop):
    # Spotlight lists an error by its innermost cause
    titles = ("OrderError", "nothing is called `reed flute` here", "io::Error", "connection refused")
    go_to(browser, "errors")
    check("nothing is shown where nothing was sent", not browser.shows(titles[0], 3))
    server.receive(shop)
    for title in titles:
        check(f"the page shows `{title}`", browser.shows(title, 20))
    browser.value(
        "[...document.querySelectorAll('a')]"
        ".find((one) => one.innerText.includes('connection refused')).click()"
    )
    check("an error's page shows its type", browser.shows("PaymentError", 10))
    value = "POST https://shop:[Filtered]@pay.example.com/charge failed for [email]"
    check("and its text, scrubbed", browser.shows(value, 5))
    check("and the function that failed", browser.shows("quickstart::charge", 5))
    check("no secret came", "s3cr3t" not in browser.value("document.documentElement.innerHTML"))


def look_at_traces(browser, server, tool):
    go_to(browser, "traces")
    check("no trace of the tool is shown before it ran", not browser.shows("tool", 1))
    server.receive(tool, SENTRY_TRACES_SAMPLE_RATE="0")
    check("its run is shown, though no server would get it", browser.shows("tool", 20))


def main():
    shop, tool, program, folder = (Path(word).resolve() for word in sys.argv[1:])
    server = Server(program, folder)
    browser = None
    try:
        server.wait()
        browser = Browser(folder)
        browser.open(server.url)
        check("the page is open", browser.shows("Connected to Sidecar", 30))
        look_at_errors(browser, server, shop)
        look_at_traces(browser, server, tool)
    finally:
        if browser:
            browser.close()
        server.close()


main()
