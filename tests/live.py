"""The portal as it is run, gunicorn and worker, for what must really wait; and visitors who ask meanwhile."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from portal.core import migrating
from portal.core.config import Settings
from portal.core.db import Database
from tests.databases import free_port

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass
class LivePortal:
    """One that is being served."""

    port: int
    settings: Settings
    database: Database
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes] | None

    def cookie(self, token: str) -> str:
        """The header of a browser signed in with a session's token, and `csrf` as the seed of its forms."""
        app = Flask("cookie")
        app.secret_key = self.settings.secrets.session
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        return f"vigie={signer.dumps({'_user_id': token, '_fresh': True})}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, seconds: float = 60, **headers: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """One request on a connection of its own: its status, its content and its headers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            line.request(method, path, body=body, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            line.close()

    def half_send(self, path: str, length: int, sent: bytes = b"email=a", **headers: str) -> socket.socket:
        """A form whose end never comes."""
        line = socket.create_connection(("127.0.0.1", self.port))
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        line.sendall(head.encode() + b"\r\n" + sent)
        return line


@dataclass
class Visitors:
    """What a few people who read pages waited, in seconds, and what they were answered."""

    waits: list[float] = field(default_factory=list)
    statuses: set[int | str] = field(default_factory=set)

    @property
    def p95(self) -> float:
        """The wait that one request in twenty passes."""
        return sorted(self.waits)[int(len(self.waits) * 0.95)]


@contextmanager
def live_portal(folder: Path, *, workers: int = 2, has_worker: bool = False) -> Iterator[LivePortal]:
    """Serve a new portal until the end of the block, as `gunicorn.conf.py` says."""
    port = free_port()
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "VIGIE_ENV": "test", "VIGIE_DATA_DIR": str(folder), "VIGIE_BASE_URL": f"http://127.0.0.1:{port}",
        "TMPDIR": str(folder),
    }  # fmt: skip
    settings = Settings.from_env(env)
    database = Database.at(settings.database_url)
    migrating.upgrade(database)
    program = [sys.executable, "-OO", "-m", "gunicorn", "-w", str(workers), "-b", f"127.0.0.1:{port}", "wsgi:app"]
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(program, cwd=REPOSITORY, env=env, stdout=log, stderr=log)
        told = [sys.executable, "-m", "portal.worker", "--tick", "3600"]
        worker = subprocess.Popen(told, cwd=REPOSITORY, env=env, stdout=log, stderr=log) if has_worker else None
        try:
            _wait(port, web)
            served = LivePortal(port, settings, database, web, worker)
            for _time in range(8 * workers):  # what each process makes once is made
                served.ask("GET", "/connexion")
            yield served
        finally:
            for process in filter(None, (web, worker)):
                process.terminate()
            for process in filter(None, (web, worker)):
                process.wait(30)
            database.engine.dispose()


def _wait(port: int, web: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while True:
        assert web.poll() is None, "the server died"
        assert time.monotonic() < end, "the server did not come up"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


@contextmanager
def visiting(portal: LivePortal, path: str, people: int = 2, **headers: str) -> Iterator[Visitors]:
    """A few people who ask for a page again and again until the end of the block."""
    seen, over = Visitors(), threading.Event()

    def visit() -> None:
        while not over.is_set():
            begun = time.monotonic()
            try:
                seen.statuses.add(portal.ask("GET", path, **headers)[0])
            except OSError as failure:
                seen.statuses.add(type(failure).__name__)
            seen.waits.append(time.monotonic() - begun)
            over.wait(0.05)

    threads = [threading.Thread(target=visit) for _ in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        over.set()
        for thread in threads:
            thread.join()
