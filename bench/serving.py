"""The portal as gunicorn serves it, a caller that counts every byte received, and what the server spent meanwhile."""

import contextlib
import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli

BROWSER = "zstd, br, gzip"
"""What browsers of today say they take."""
SERVER = (sys.executable, "-OO", "-m", "gunicorn")
"""As `deploy/` starts it: without docstrings and assertions (a test compares the two)."""
SERVER_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
"""What `deploy/` tells it besides settings; a test holds them alike."""
SERVER_SECONDS = 60
BATCHES, TIMES, WARM = 3, 7, 3
"""How a page is measured: the best of a few batches of requests, once it is warm."""


@dataclass(frozen=True)
class Answer:
    """What came back: the body decoded, and how many bytes the whole answer was on the wire, headers included."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received: int

    @property
    def text(self) -> str:
        """The body as a page."""
        return self.body.decode()


class Caller:
    """One connection, kept open as browsers do."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._port, self.cookie = port, cookie
        self._stream: BufferedReader | None = None
        self._socket: socket.socket | None = None

    def get(self, path: str, *, encoding: str = "identity") -> Answer:
        """Get a page; `encoding` is what is accepted."""
        return self._exchange("GET", path, {"Accept-Encoding": encoding}, b"")

    def post(self, path: str, fields: Mapping[str, str] | Sequence[tuple[str, str]], *, script: bool = False) -> Answer:
        """Post a form, as the browser does or as the page's script does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._exchange("POST", path, headers | _script(script), urlencode(fields).encode())

    def upload(self, path: str, fields: Mapping[str, str], name: str, content: bytes) -> Answer:
        """Post a file beside fields, as the page's script does."""
        parts = b"".join(
            f'--limite\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        )
        head = f'--limite\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = parts + head + content + b"\r\n--limite--\r\n"
        return self._exchange(
            "POST", path, {"Content-Type": "multipart/form-data; boundary=limite"} | _script(True), body
        )

    def close(self) -> None:
        """Hang up."""
        if self._stream is not None and self._socket is not None:
            self._stream.close()
            self._socket.close()
        self._stream = self._socket = None

    def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        request = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        for last in (False, True):
            try:
                answer = self._receive(self._sent(request))
            except (ConnectionError, http.client.HTTPException):
                # The server has let the idle connection go, as it may: a browser calls again.
                self.close()
                if last:
                    raise
            else:
                break
        if found := re.match(r"(?:__Host-)?vigie=[^;]*", answer.headers.get("set-cookie", "")):
            self.cookie = found[0]
        return answer

    def _sent(self, request: bytes) -> BufferedReader:
        if self._socket is None or self._stream is None:
            self._socket = self._open()
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._stream = self._socket.makefile("rb")
        self._socket.sendall(request)
        return self._stream

    def _open(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=SERVER_SECONDS)

    def _receive(self, stream: BufferedReader) -> Answer:
        first = stream.readline()
        if not first:
            raise http.client.RemoteDisconnected()
        received, headers = len(first), {}
        while (line := stream.readline()) not in {b"\r\n", b""}:
            received += len(line)
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        received += 2
        if "content-length" in headers or int(first.split()[1]) == 304:
            body = stream.read(int(headers.get("content-length", "0")))
            received += len(body)
        else:
            body, more = _chunks(stream)
            received += more
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, _plain(body, headers.get("content-encoding", "")), received)


def _script(is_script: bool) -> dict[str, str]:
    return {"Accept": "application/json", "X-Requested-With": "fetch"} if is_script else {}


def _chunks(stream: BufferedReader) -> tuple[bytes, int]:
    parts, received = [], 0
    while True:
        line = stream.readline()
        size = int(line, 16)
        parts.append(stream.read(size))
        received += len(line) + size + len(stream.readline())
        if size == 0:
            return b"".join(parts), received


def _plain(body: bytes, encoding: str) -> bytes:
    """A body decoded; what this Python cannot read stays as it came: it was asked for its length."""
    if encoding == "gzip":
        return gzip.decompress(body)
    return bytes(brotli.decompress(body)) if encoding == "br" else body


@dataclass
class Server:
    """A server under way."""

    port: int
    process: subprocess.Popen[bytes]
    callers: list[Caller] = field(default_factory=list)

    def caller(self, cookie: str = "") -> Caller:
        """Somebody who calls it."""
        made = Caller(self.port, cookie)
        self.callers.append(made)
        return made

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def spent(self) -> float:
        """CPU milliseconds of the workers until now, all their threads, as the kernel's scheduler counts them."""
        threads = [path for pid in self.workers for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
        return sum(int(path.read_text().split()[0]) for path in threads) / 1e6

    def memory(self) -> float:
        """MiB that the largest worker holds now."""
        held = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in self.workers]
        return max(int(found[1]) for found in held if found) / 1024

    def cpu(self, action: Callable[[], object], *, more: int = 1) -> float:
        """CPU milliseconds that the server spends on one request; `more` times as many requests for a short one."""
        for _ in range(WARM):
            action()
        found = []
        for _ in range(BATCHES):
            before = self.spent()
            for _ in range(TIMES * more):
                action()
            found.append((self.spent() - before) / (TIMES * more))
        return min(found)


@contextlib.contextmanager
def served(environment: Mapping[str, str], *, workers: int = 1, app: str = "wsgi:app") -> Iterator[Server]:
    """Gunicorn as `make run` starts it, on a free port, until the end of the block."""
    port = free_port()
    command = [
        *SERVER, "--no-control-socket", "-w", str(workers), "-b", f"127.0.0.1:{port}",
        "--log-level", "warning", app,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=kept_code({**environment, **SERVER_ENVIRONMENT}))
    server = Server(port, process)
    try:
        _wait(server, workers)
        yield server
    finally:
        for caller in server.callers:
            caller.close()
        process.terminate()
        process.wait(SERVER_SECONDS)


def kept_code(environment: Mapping[str, str]) -> dict[str, str]:
    """What a process of ours is told, and that it keeps its byte code, as one that is installed does."""
    return {name: told for name, told in {**os.environ, **environment}.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _wait(server: Server, workers: int) -> None:
    """Until every worker has loaded the application: each answers only then."""
    end = time.monotonic() + SERVER_SECONDS
    while True:
        assert server.process.poll() is None, "the server died"
        assert time.monotonic() < end, "the server does not answer"
        with contextlib.suppress(OSError, http.client.HTTPException):
            if len(server.workers) == workers and _answers(server):
                return
        time.sleep(0.1)


def _answers(server: Server) -> bool:
    caller = Caller(server.port)
    try:
        return caller.get("/connexion").status < 500
    finally:
        caller.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def field_of(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found: Any = re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return str(found[1])
