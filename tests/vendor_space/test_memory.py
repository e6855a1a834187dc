"""A file of 100 MB through the real view, served by a real server: it costs no 100 MB of memory."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from portal.core import migrating
from portal.core.config import Settings
from portal.core.db import Database
from portal.core.files import Keyring, Store
from portal.core.stored import StoredFile, blob_of
from tests.factories.people import token_for
from tests.factories.spaces import space_of

SIZE = 100 * 1024 * 1024
REPOSITORY = Path(__file__).resolve().parents[2]
BLOCK = os.urandom(1024 * 1024)


pytestmark = pytest.mark.faults


@pytest.fixture
def served(tmp_path):
    """A server of one process over its own folder; gives its port, its process and its settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "VIGIE_ENV": "test", "VIGIE_DATA_DIR": str(tmp_path), "VIGIE_BASE_URL": f"http://127.0.0.1:{port}",
        "TMPDIR": str(tmp_path),
    }  # fmt: skip
    settings = Settings.from_env(env)
    database = Database.at(settings.database_url)
    migrating.upgrade(database)
    gunicorn = [sys.executable, "-OO", "-m", "gunicorn"]
    command = [*gunicorn, "-w", "1", "-b", f"127.0.0.1:{port}", "wsgi:app", "--timeout", "120"]
    server = subprocess.Popen(
        [*command, "--no-control-socket"], cwd=REPOSITORY, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield port, server, settings, database
    server.send_signal(signal.SIGTERM)
    server.wait(20)
    database.engine.dispose()


def ask(port: int, method: str, path: str, cookie: str, body=None, **headers: str) -> tuple[int, bytes]:
    for _attempt in range(100):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            line.request(method, path, body=body, headers={"Cookie": cookie, **headers})
        except ConnectionRefusedError:
            time.sleep(0.2)
            continue
        answer = line.getresponse()
        content = answer.read()
        line.close()
        return answer.status, content
    raise AssertionError("the server did not come up")


def peak_of(server: subprocess.Popen) -> int:
    """The most memory that the one worker has held, in bytes."""
    (worker,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())[1]) * 1024


def around(size: int) -> tuple[bytes, bytes]:
    """What makes a PDF of one page of a stream of so many bytes: it is opened before it is kept."""
    page = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n",
        b"4 0 obj\n<< /Length %d >>\nstream\n" % size,
    ]
    before, places = b"%PDF-1.7\n", []
    for content in page:
        places.append(len(before))
        before += content
    after = b"\nendstream\nendobj\n"
    start = len(before) + size + len(after)
    after += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return before, after + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def multipart(token: str, size: int = SIZE) -> tuple[int, Iterator[bytes]]:
    before, after = around(size)
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="gros.pdf"\r\n\r\n'
    ).encode() + before
    tail = after + b"\r\n--x--\r\n"

    def parts() -> Iterator[bytes]:
        yield head
        for start in range(0, size, len(BLOCK)):
            yield BLOCK[: size - start]
        yield tail

    return len(head) + size + len(tail), parts()


def test_a_file_of_a_hundred_megabytes_costs_little_memory_and_comes_back_whole(served):
    port, server, settings, database = served
    with database.session(write=True) as session:
        space = space_of(session)
        cookie = signed_in(settings, token_for(session, space.admin))
        session.commit()
        path = f"/espace/audits/{space.audit.id}/fichiers/b.document"
    hand_in(port, path, cookie, 1024)  # what is loaded at the first file of all is no cost of its size
    before = peak_of(server)
    hand_in(port, path, cookie, SIZE)
    grown = peak_of(server) - before
    with database.reading() as session:
        stored = session.query(StoredFile).order_by(StoredFile.id.desc()).limit(1).one()
        assert stored.size == SIZE + sum(map(len, around(SIZE)))
        blob = blob_of(stored)
    assert grown < 24 * 1024 * 1024, f"{grown / 1e6:.0f} MB more"
    print(f"RSS: {before / 1e6:.0f} MB before, {grown / 1e6:.1f} MB more at the peak")

    store = Store(settings.files_url, Keyring(settings.secrets.files), max_bytes=settings.upload_max_bytes)
    assert sum(map(len, store.open(blob))) == blob.size
    before = peak_of(server)
    status, content = ask(port, "GET", "/espace/fichiers/2", cookie)
    assert (status, len(content)) == (200, blob.size)
    assert peak_of(server) - before < 24 * 1024 * 1024


def hand_in(port: int, path: str, cookie: str, size: int) -> None:
    """One file of so many bytes, through the page."""
    status, page = ask(port, "GET", path, cookie)
    assert status == 200
    token = re.search(rb'name="csrf_token" value="([^"]+)"', page)[1].decode()
    length, parts = multipart(token, size)
    status, _page = ask(
        port, "POST", path, cookie, parts,
        **{"Content-Length": str(length), "Content-Type": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    assert status == 302


def signed_in(settings: Settings, token: str) -> str:
    """The cookie of a signed-in browser."""
    app = Flask("cookie")
    app.secret_key = settings.secrets.session
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return f"vigie={signer.dumps({'_user_id': token, '_fresh': True, 'csrf_token': 'a' * 40})}"
