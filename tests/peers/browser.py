"""A headless Chromium that can reach loopback only, spoken to by its own protocol over two pipes."""

import json
import os
import subprocess
import time

OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


class Browser:
    """One page, until it is closed."""

    def __init__(self, folder):
        # it reads from 3 and writes to 4
        there, self.to = os.pipe()
        self.back, here = os.pipe()
        command = 'exec chromium "$@" 3<&{0} 4>&{1}'.format(there, here)
        options = ["--remote-debugging-pipe", f"--user-data-dir={folder / 'browser'}"]
        self.process = subprocess.Popen(
            ["bash", "-c", command, "chromium", *OPTIONS, *options, "about:blank"],
            pass_fds=(there, here),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(there)
        os.close(here)
        self.answers = os.fdopen(self.back, "rb")
        self.last, self.session = 0, None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = session["sessionId"]

    def ask(self, method, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self.read())
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def read(self):
        message = bytearray()
        while (byte := self.answers.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser has ended")
            message += byte
        return message

    def open(self, url):
        self.ask("Page.navigate", url=url)

    def value(self, script):
        """What a line of JavaScript gives."""
        result = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        return result["result"].get("value")

    def shows(self, text, seconds):
        """Whether the page shows a text within so many seconds."""
        until = time.monotonic() + seconds
        while True:
            page = self.value("document.body ? document.body.innerText : ''") or ""
            if text in page:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.1)

    def close(self):
        os.close(self.to)
        self.process.terminate()
        self.process.wait()
        self.answers.close()
