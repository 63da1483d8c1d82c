"""Has `dragonfly symbols` and `dragonfly release` run the real `sentry-cli`, and looks at what arrives.

`symbols.py DRAGONFLY PROGRAM FOLDER`: the tool, a program with debug information, and a folder to work in.
"""

import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from sentry_server import SECRET, Server


def check(what, holds, done=None):
    """One line of what was looked at; the first that does not hold ends it."""
    print(f"{'yes' if holds else 'NO '}  {what}")
    if not holds:
        if done:
            print(done.stdout + done.stderr)
        sys.exit("sentry-cli does something else")


class Place:
    """A working directory and a home of its own."""

    def __init__(self, folder, tool):
        self.folder, self.tool = folder, tool
        self.sentry_cli = Path(sys.executable).parent / "sentry-cli"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def file(self, text):
        path = self.folder / ".sentryclirc"
        path.write_text(text)
        path.chmod(0o600)

    def run(self, words, variables, program=None):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(Path.home() / ".cargo")),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup")),
            "SENTRY_CLI": str(self.sentry_cli),
            "SENTRY_DISABLE_UPDATE_CHECK": "1",
            "SENTRY_HTTP_MAX_RETRIES": "1",
            "http_proxy": "http://127.0.0.1:9",
            "https_proxy": "http://127.0.0.1:9",
            "no_proxy": "127.0.0.1",
            **variables,
        }
        return subprocess.run(
            [program or self.tool, *words],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
        )


def organization_token(url):
    """As Sentry makes it: it says who it is of, and where."""
    said = {"iat": 1.5, "url": url, "region_url": url, "org": "pond"}
    payload = base64.b64encode(json.dumps(said).encode()).decode()
    secret = base64.b64encode(SECRET.encode() * 2).decode().rstrip("=")
    return f"sntrys_{payload}_{secret}"


def clear_line(done):
    """Whether the tool says, on one line, what was tried, and nothing tells the token."""
    ours = [line for line in done.stderr.splitlines() if line.startswith("dragonfly: ")]
    everything = done.stdout + done.stderr
    return len(ours) == 1 and "pond/shop" in ours[0] and SECRET not in ours[0] and (
        "Bearer" not in everything
    )


def look_at_settings(place, server):
    """That both read one file."""
    dsn = server.url.replace("://", "://key@") + "/7"
    example = Path(".sentryclirc.example").read_text()
    text = re.sub(r"(?m)^token =.*", f"token = {server.token}", example)
    text = re.sub(r"(?m)^dsn =.*", f"dsn = {dsn}", text)
    text = re.sub(r"(?m)^url =.*", f"url = {server.url}", text)
    text = re.sub(r"(?m)^org =.*", "org = pond", text)
    place.file(text)
    done = place.run(["info", "--config-status-json", "--no-defaults"], {}, place.sentry_cli)
    status = json.loads(done.stdout)
    check("sentry-cli reads our example: a token, a DSN", (
        status["auth"]["type"] == "token" and status["have_dsn"]
    ), done)
    done = place.run(["releases", "new", "shop@0.0.1"], {}, place.sentry_cli)
    check("with it, sentry-cli reaches the server by itself", done.returncode == 0, done)
    done = place.run(["config"], {})
    check("and so do we", "pond" in done.stdout and "present" in done.stdout, done)
    place.file(text.replace("[auth]", "[oauth]"))
    done = place.run(["releases", "new", "shop@0.0.1"], {}, place.sentry_cli)
    check("without the token it does not", done.returncode == 1, done)


def look_at_uploads(place, server, program):
    """That the program arrives whole, by each kind of token and of file."""
    found = json.loads(place.run(["symbols", "check", "--json", program], {}).stdout)
    check("the program is ready", found["ready"])
    whole = program.read_bytes()
    dsn = server.url.replace("://", "://key@") + "/7"
    variables = {
        "SENTRY_AUTH_TOKEN": server.token,
        "SENTRY_URL": server.url,
        "SENTRY_ORG": "pond",
        "SENTRY_PROJECT": "shop",
    }
    by_dsn = "[auth]\ntoken = {}\n[defaults]\norg = pond\nproject = shop\nurl = " + dsn + "\n"
    of_the_organization = organization_token(server.url)
    for what, token, text, given, words in [
        ("a user's token, all in variables", None, "", variables, []),
        ("a user's token and a DSN for an address, in a file", None, by_dsn, {}, ["--wait"]),
        ("an organization's token, and the same file", of_the_organization, by_dsn, {}, []),
    ]:
        server.forget()
        server.token = token or server.token
        place.file(text.format(server.token))
        done = place.run(["symbols", "upload", *words, program], given)
        check(f"uploaded: {what}", done.returncode == 0, done)
        arrived = list(server.files.values())
        check("  whole, and under its debug id", arrived == [(found["debug_id"], whole)], done)
        says = done.stdout + done.stderr
        check("  without a word of the token or the key", SECRET not in says and "key@" not in says, done)
        waited = max(server.polled.values()) > 1
        check(f"  {'waited for' if words else 'not waited for'}", waited == bool(words), done)

    server.forget()
    place.file(by_dsn.format(server.token))
    done = place.run(["debug-files", "upload", program], {}, place.sentry_cli)
    check("sentry-cli by itself does not understand that file", done.returncode == 1, done)

    done = place.run(["symbols", "upload", "--include-sources", "--wait", program], variables)
    # a ZIP file behind eight bytes of its own
    bundles = [content[8:] for _, content in server.files.values() if content.startswith(b"SYSB")]
    names = [name for bundle in bundles for name in zipfile.ZipFile(io.BytesIO(bundle)).namelist()]
    check("sources go along", done.returncode == 0 and any(
        name.endswith("examples/quickstart.rs") for name in names
    ), done)
    return variables


def look_at_failures(place, server, program, variables):
    """That what goes wrong is said, and ends with 1."""
    place.file("")
    for what, status in {"401": 401, "403": 403, "503": 503}.items():
        server.forget()
        server.status = status
        done = place.run(["symbols", "upload", program], variables)
        check(f"status {what} is one clear line, and exit code 1", (
            done.returncode == 1 and clear_line(done) and what in done.stderr
        ), done)
    server.forget()
    server.refuses = True
    done = place.run(["symbols", "upload", "--wait", program], variables)
    check("what the server cannot read fails", done.returncode == 1 and clear_line(done), done)
    server.forget()
    done = place.run(["symbols", "upload", "nothing"], variables)
    check("what is not there fails, and nothing is asked", done.returncode == 2 and not server.requests, done)
    done = place.run(["debug-files", "upload", "nothing"], variables, place.sentry_cli)
    check("sentry-cli by itself takes that for done", done.returncode == 0, done)
    bare = place.folder / "bare"
    subprocess.run(["strip", "-o", bare, program], check=True)
    server.forget()
    done = place.run(["symbols", "upload", bare], variables)
    check("what is stripped is not uploaded", done.returncode == 1 and not server.requests, done)


def look_at_releases(place, server, variables):
    """That a release arrives under the name that programs report."""
    place.file("")
    (place.folder / "src").mkdir(exist_ok=True)
    (place.folder / "src/main.rs").write_text("fn main() {}\n")
    (place.folder / "Cargo.toml").write_text(
        '[package]\nname = "shop"\nversion = "1.4.2"\nedition = "2024"\n[workspace]\n'
    )
    server.forget()
    version = "shop@1.4.2"
    commit = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
    for words in [
        ["new"],
        ["set-commits", "--", "--commit", f"pond/shop@{commit}"],
        ["finalize"],
        ["deploy", "--env", "staging"],
        ["deploy", "shop@2"],
    ]:
        done = place.run(["release", *words], variables)
        check("done: release " + " ".join(words), done.returncode == 0, done)
    base = "/api/0/organizations/pond/releases/"
    said = server.releases
    here = base + version.replace("@", "%40") + "/"
    paths = [(how, path.replace("@", "%40")) for how, path, _ in said]
    check("made", paths[0] == ("POST", base) and said[0][2]["version"] == version)
    check("for the project", said[0][2]["projects"] == ["shop"])
    refs = [what["refs"] for _, _, what in said if "refs" in what]
    check("of the commit", [ref["commit"] for ref in refs[0]] == [commit])
    finalized = [what for how, path, what in said if what.get("dateReleased")]
    check("released", len(finalized) == 1)
    deploys = [
        (path.replace("@", "%40"), what["environment"])
        for _, path, what in said
        if path.endswith("/deploys/")
    ]
    check("deployed, where it was said and else to production", deploys == [
        (here + "deploys/", "staging"),
        (base + "shop%402/deploys/", "production"),
    ])
    server.status = 401
    done = place.run(["release", "new"], variables)
    check("a token that is refused fails", done.returncode == 1 and clear_line(done), done)


def look_at_workflow(place, server, program, variables):
    """That each command of the workflow that we show does its work."""
    workflow = Path("examples/release.yml").read_text()
    commands = re.findall(r"^ +(?:- )?(?:run: )?(dragonfly .*)", workflow, re.MULTILINE)
    check("the workflow has its commands", len(commands) == 6)
    built = place.folder / "target/release/shop"
    built.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, built)
    git = ["git", "-c", "user.name=jane", "-c", "user.email=jane@example.com"]
    for words in [
        ["init", "--quiet"],
        ["remote", "add", "origin", "https://git.example/pond/shop.git"],
        ["add", "Cargo.toml"],
        ["commit", "--quiet", "--message", "sell"],
    ]:
        subprocess.run([*git, *words], cwd=place.folder, check=True)
    server.forget()
    server.repositories = []
    for command in commands:
        given = {} if "check" in command else variables
        done = place.run(command.split()[1:], given)
        check("done: " + command, done.returncode == 0, done)
    commits = [commit for _, _, what in server.releases for commit in what.get("commits") or []]
    check("with the commit of that folder", [commit["message"].strip() for commit in commits] == ["sell"])
    [(_, content)] = server.files.values()
    check("and the program, whole", content == program.read_bytes())


def main():
    tool, program, folder = (Path(word).resolve() for word in sys.argv[1:])
    server = Server()
    place = Place(folder, tool)
    look_at_settings(place, server)
    variables = look_at_uploads(place, server, program)
    look_at_failures(place, server, program, variables)
    look_at_releases(place, server, variables)
    look_at_workflow(place, server, program, variables)


main()
