"""A server on loopback that speaks what Sentry speaks of chunked uploads and of releases."""

import gzip
import hashlib
import json
import re
import sys
import threading
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPOSITORY = {
    "id": "1",
    "name": "pond/shop",
    "url": None,
    "provider": {"id": "git", "name": "git"},
    "status": "active",
    "dateCreated": "2026-01-01T00:00:00Z",
}
SECRET = "hushhushhushhush"


class Handler(BaseHTTPRequestHandler):
    """Answers as Sentry does, or with the status that the server was told."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.act()

    do_POST = do_PUT = do_GET

    def act(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server = self.server
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if server.status:
            return self.answer(server.status, {"detail": f"status {server.status} {SECRET}"})
        if token != server.token:
            return self.answer(401, {"detail": "Invalid token"})
        server.requests.append((self.command, self.path))
        ways = {
            r"GET /api/0/organizations/pond/chunk-upload/": server.options,
            r"POST /chunks/": server.take_chunks,
            r"POST /api/0/projects/pond/shop/files/difs/assemble/": server.assemble,
            r"GET /api/0/organizations/pond/repos/.*": lambda *_: server.repositories,
            r"GET /api/0/organizations/pond/releases/.*/previous-with-commits/": lambda *_: {},
            r"(POST|PUT) /api/0/organizations/pond/releases/.*": server.release,
        }
        for way, act in ways.items():
            if re.fullmatch(way, f"{self.command} {self.path}"):
                return self.answer(200, act(self, body))
        return self.answer(404, {"detail": "nothing is here"})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """Keeps chunks, puts files together, and notes what is said of releases."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.forget()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def forget(self):
        self.token = "user-" + SECRET
        self.status = None
        self.refuses = False
        self.repositories = [REPOSITORY]
        self.chunks, self.files, self.polled = {}, {}, {}
        self.requests, self.releases = [], []

    def options(self, *_):
        return {
            "url": f"{self.url}/chunks/",
            "chunkSize": 1 << 20,
            "chunksPerRequest": 8,
            "maxFileSize": 1 << 31,
            "maxRequestSize": 1 << 25,
            "concurrency": 2,
            "hashAlgorithm": "sha1",
            "compression": ["gzip"],
            "accept": ["debug_files", "sources"],
        }

    def take_chunks(self, handler, body):
        kind = f"Content-Type: {handler.headers['Content-Type']}\r\n\r\n".encode()
        for part in BytesParser().parsebytes(kind + body).get_payload():
            chunk = part.get_payload(decode=True)
            if part.get_param("name", header="content-disposition") == "file_gzip":
                chunk = gzip.decompress(chunk)
            name = part.get_filename()
            if name != hashlib.sha1(chunk).hexdigest():
                sys.exit("a chunk is not what its name says")
            self.chunks[name] = chunk
        return {}

    def assemble(self, _, body):
        return {sha1: self.state(sha1, wanted) for sha1, wanted in json.loads(body).items()}

    def state(self, sha1, wanted):
        missing = [chunk for chunk in wanted["chunks"] if chunk not in self.chunks]
        if missing:
            return {"state": "not_found", "missingChunks": missing}
        content = b"".join(self.chunks[chunk] for chunk in wanted["chunks"])
        if hashlib.sha1(content).hexdigest() != sha1:
            sys.exit("a file is not what its name says")
        self.files[sha1] = (wanted.get("debug_id"), content)
        self.polled[sha1] = self.polled.get(sha1, 0) + 1
        if self.polled[sha1] == 1:  # it takes a moment, as on Sentry
            return {"state": "created", "missingChunks": []}
        if self.refuses:
            return {"state": "error", "missingChunks": [], "detail": "it cannot be read"}
        found = {
            "uuid": wanted.get("debug_id"),
            "debugId": wanted.get("debug_id"),
            "objectName": wanted["name"],
            "cpuName": "x86_64",
            "symbolType": "elf",
            "sha1": sha1,
            "data": {"features": ["debug"]},
        }
        return {"state": "ok", "missingChunks": [], "dif": found}

    def release(self, handler, body):
        said = json.loads(body)
        self.releases.append((handler.command, handler.path, said))
        if handler.path.endswith("/deploys/"):
            return {"id": "1", "environment": said["environment"], "name": None, "url": None}
        return {
            "version": said.get("version", "?"),
            "url": None,
            "dateCreated": "2026-01-01T00:00:00Z",
            "dateReleased": None,
            "lastEvent": None,
            "newGroups": 0,
            "projects": [],
        }
