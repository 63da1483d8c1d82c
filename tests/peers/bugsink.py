"""Runs a Bugsink on loopback, has the quickstart's shop report to it, and looks at what it shows.

Bugsink holds each event to Sentry's published schema, and drops what breaks it. Events that are wrong
on purpose show that it does.

`bugsink.py SHOP KINDS FOLDER PICTURE`: the two programs that report, a folder for the server's files,
and where to put a picture of the page of one issue.
"""

import copy
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

from browser import OPTIONS
from PIL import Image

SETTINGS = """
from bugsink.settings.default import *
SECRET_KEY = "only on loopback, and only for this run"
DATABASES["default"]["NAME"] = {folder!r} + "/events.sqlite3"
DATABASES["snappea"]["NAME"] = {folder!r} + "/tasks.sqlite3"
ALLOWED_HOSTS = ["127.0.0.1"]
TIME_ZONE = "UTC"
SNAPPEA = {{"TASK_ALWAYS_EAGER": True}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
BUGSINK = {{
    "BASE_URL": {url!r},
    "SINGLE_USER": True,
    "SINGLE_TEAM": True,
    "PHONEHOME": False,
    "VALIDATE_ON_DIGEST": "strict",
    "INGEST_STORE_BASE_DIR": {folder!r} + "/ingest",
}}

# whoever asks is the one user: a headless browser has no session
def as_the_user(respond):
    def as_user(request):
        from django.contrib.auth import get_user_model
        request.user = get_user_model().objects.get()
        return respond(request)
    return as_user

after = MIDDLEWARE.index("django.contrib.auth.middleware.AuthenticationMiddleware") + 1
MIDDLEWARE.insert(after, "bugsink_conf.as_the_user")
"""

# a project, and a token for the API
SETUP = """
from django.contrib.auth import get_user_model
from bsmain.models import AuthToken
from projects.models import Project
from teams.models import Team

get_user_model().objects.create_superuser("dev", "dev@example.com", "on loopback only")
project = Project.objects.create(name="shop", slug="shop", team=Team.objects.create(name="shop"))
print("ready", project.id, project.sentry_key.hex, AuthToken.create_full_access().token)
"""

# an event, spoilt: each must be dropped
SPOILT = {
    "an unknown level": lambda event: event.update(level="grave"),
    "a field that no event has": lambda event: event.update(colour="blue"),
    "a frame's line in words": lambda event: frame_of(event).update(lineno="seven"),
    "exceptions that are none": lambda event: event.update(exception="broken"),
    # Sentry takes it, but Bugsink knows a message as `logentry` only
    "a `message`": lambda event: event.update(message="the shop closes early"),
}

# all that `kinds` reports, but what `sentry::capture_message` captured: that comes with a `message`
PASSING = 19 - 1


def frame_of(event):
    return event["exception"]["values"][-1]["stacktrace"]["frames"][-1]


class Server:
    """A Bugsink with nothing in it, until it is closed."""

    def __init__(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.log = folder / "log"
        settings = SETTINGS.format(folder=str(folder), url=self.url)
        (folder / "bugsink_conf.py").write_text(settings)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bugsink_conf",
            "PYTHONPATH": str(folder),
            "NO_PROXY": "127.0.0.1",
        }
        self.environment.pop("SENTRY_DSN", None)
        for database in ("default", "snappea"):
            self.manage("migrate", "--database", database)
        words = self.manage("shell", "-c", SETUP).split()
        words = words[words.index("ready") + 1 :]
        self.project, self.key, self.token = words[:3]
        self.dsn = f"http://{self.key}@127.0.0.1:{self.port}/{self.project}"
        program = [self.tool("gunicorn"), "--bind", f"127.0.0.1:{self.port}", "--threads", "4"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*program, "--no-control-socket", "bugsink.wsgi"],
                cwd=folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def tool(self, name):
        return str(Path(sys.executable).parent / name)

    def manage(self, *words):
        command = [self.tool("bugsink-manage"), *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"bugsink-manage {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def wait(self):
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/health/ready", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"Bugsink did not start: {self.log.read_text()}")

    def receive(self, program):
        """Runs a program that reports here; both programs end in an error, which is the point."""
        environment = {"SENTRY_DSN": self.dsn, "DRAGONFLY_SHUTDOWN_TIMEOUT": "60"}
        done = subprocess.run([program], env=environment, cwd=self.folder, capture_output=True)
        check(f"`{program.name}` ended in its error", done.returncode == 1)

    def send(self, event):
        """Sends an event as it is, but for its id. Bugsink answers the same whether it keeps it."""
        event = {**event, "event_id": uuid.uuid4().hex}
        parts = [{"event_id": event["event_id"]}, {"type": "event"}, event]
        body = "\n".join(json.dumps(part) for part in parts).encode()
        headers = {"Content-Type": "application/x-sentry-envelope"}
        url = f"{self.url}/api/{self.project}/envelope/?sentry_key={self.key}"
        request = urllib.request.Request(url, body, headers)
        urllib.request.urlopen(request, timeout=30).close()

    def kept(self):
        """How many events it keeps."""
        return sum(issue["stored_event_count"] for issue in self.issues())

    def get(self, path, **headers):
        request = urllib.request.Request(f"{self.url}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.read().decode()

    def api(self, path):
        token = {"Authorization": f"Bearer {self.token}"}
        return json.loads(self.get(f"/api/canonical/0/{path}", **token))

    def issues(self):
        issues, path = [], f"issues/?project={self.project}"
        while path:
            page = self.api(path)
            issues += page["results"]
            path = page["next"] and page["next"].partition("/api/canonical/0/")[2]
        return issues

    def close(self):
        self.process.terminate()
        self.process.wait()


def check(what, holds):
    """One line of what was looked at; the first that does not hold ends it."""
    print(f"{'yes' if holds else 'NO '}  {what}")
    if not holds:
        sys.exit("Bugsink shows something else")


def look_at(server):
    """What the API and the page say of the payment that failed: where the page is, and the event."""
    issues = server.issues()
    titles = sorted(f"{issue['calculated_type']}: {issue['calculated_value']}" for issue in issues)
    for title in titles:
        print(f"     {title}")
    check("four issues, one for each error, past the schema", len(issues) == 4)
    check("one event in each", all(issue["stored_event_count"] == 1 for issue in issues))
    issue = next(issue for issue in issues if issue["calculated_type"] == "PaymentError")
    value = "POST https://shop:[Filtered]@pay.example.com/charge failed for [email]"
    check("the title is the outermost error, scrubbed", issue["calculated_value"] == value)
    check("the issue names the function that failed", issue["transaction"] == "quickstart::charge")

    event = server.api(f"events/?issue={issue['id']}")["results"][0]
    event = server.api(f"events/{event['id']}/")
    exceptions = event["data"]["exception"]["values"]
    chain = [exception["type"] for exception in reversed(exceptions)]
    check("the causes follow", chain == ["PaymentError", "io::Error"])
    data = event["data"]
    check("it has its environment and release", (data["environment"], data["release"]) == (
        "development", "dragonfly-examples@0.1.0"))

    path = f"/issues/issue/{issue['id']}/event/{event['id']}/"
    page = re.sub(r"<[^>]*>", "", server.get(path))
    for text in ("PaymentError", "io::Error", "connection refused", "examples/quickstart.rs"):
        check(f"the page shows `{text}`", text in page)
    place = re.search(r"quickstart::charge\s+line\s+(\d+):", page)
    source = Path("examples/quickstart.rs").read_text().splitlines()
    line = source[int(place[1]) - 1] if place else ""
    check("the innermost frame is at the line of the error", "return Err(PaymentError {" in line)
    check("the page shows the line of the error", line in page)
    check("the page shows the line of the caller", "charge(&amp;order)?;" in page)
    details = re.sub(r"<[^>]*>", "", server.get(f"{path}details/"))
    for text in ("development", "dragonfly-examples@0.1.0", "RETURN TRACE"):
        check(f"the details show `{text}`", text in details)
    check("no secret came", "s3cr3t" not in json.dumps(event) + page + details)
    tags = re.sub(r"<[^>]*>|\s", "", server.get(f"/issues/issue/{issue['id']}/tags/"))
    for tag in ("environment", "development", "release", "dragonfly-examples@0.1.0"):
        check(f"the tags show `{tag}`", tag in tags)
    return path, data


def look_at_the_schema(server, event):
    """That an event which breaks the schema is not counted, and one that does not is."""
    kept = server.kept()
    for what, spoil in SPOILT.items():
        spoilt = copy.deepcopy(event)
        spoil(spoilt)
        server.send(spoilt)
        check(f"dropped: {what}", server.kept() == kept)
    server.send(event)
    check("kept: the same event, not spoilt", server.kept() == kept + 1)
    server.send({**event, "logentry": {"message": "the shop closes early"}})
    check("kept: a message as `logentry`", server.kept() == kept + 2)


def look_at_kinds(server, before):
    """One event of each kind: what passes the schema is an issue, else it is dropped."""
    issues = server.issues()
    new = len(issues) - before
    check(f"{new} kinds passed the schema: all but the one with a `message`", new == PASSING)
    issue = next(issue for issue in issues if issue["transaction"] == "kinds::scoped")
    details = server.get(f"/issues/issue/{issue['id']}/event/last/details/")
    check("the user's tag is shown", "tenant" in details and "acme" in details)
    breadcrumbs = server.get(f"/issues/issue/{issue['id']}/event/last/breadcrumbs/")
    check("the breadcrumb is shown", "the door opened" in breadcrumbs)


def photograph(server, path, folder, picture):
    """Takes a picture of a page, by a browser that can reach loopback only."""
    browser = [
        "chromium",
        *OPTIONS,
        f"--user-data-dir={folder / 'browser'}",
        "--window-size=1100,1112",
        "--virtual-time-budget=10000",
        f"--screenshot={picture}",
    ]
    done = subprocess.run([*browser, server.url + path], capture_output=True, timeout=120)
    if done.returncode or not picture.exists():
        sys.exit(f"no picture was taken: {done.stderr.decode()}")
    # 256 colours look the same, in a third of the bytes
    full = Image.open(picture).convert("RGB")
    few = full.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


def main():
    shop, kinds, folder, picture = (Path(word).resolve() for word in sys.argv[1:])
    server = Server(folder)
    try:
        server.wait()
        server.receive(shop)
        path, event = look_at(server)
        photograph(server, path, folder, picture)
        look_at_the_schema(server, event)
        before = len(server.issues())
        server.receive(kinds)
        look_at_kinds(server, before)
    finally:
        server.close()


main()
