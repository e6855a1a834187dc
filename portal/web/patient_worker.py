"""Gunicorn's worker with threads, which gives a request to a thread once it is there: a slow sender costs none.

Gunicorn's own hands over a connection at its first byte, and the thread then waits for as long as the sender likes: a
few half-sent forms keep everybody else out. Here the loop of the worker, which waits for all connections at once, takes
in the head and the body of a form; larger bodies, which only someone signed in may send, are read by a thread against
`portal.web.body_clock`. What has not come within `SECONDS` is answered 408.

Loaded by gunicorn alone (`gunicorn.conf.py`). It fills in methods of gunicorn 27; a test sends it half a request.
"""

import re
import socket
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped] # it carries no types

from portal.core.expressions import expression

SECONDS = 10.0
"""How long a head and the body of a form may take to come."""
HEAD_BYTES = 32 * 1024
"""A head that is longer is gunicorn's to refuse."""
FORM_BYTES = 64 * 1024
"""Bodies up to this size are taken in here: all that a stranger may send (`portal.web.upload_limit`)."""
MOST_WAITING = 300
"""Connections that may be on their way at once; the oldest is dropped for a new one."""
LINGER_SECONDS = 2.0
"""How long a connection that is closed before its body is read stays half open, so that its answer is not lost."""
_PIECE = 64 * 1024
_TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_LENGTH = expression(rb"\r\ncontent-length:[ \t]{0,9}(\d{1,15})[ \t]{0,9}(?:\r\n|\Z)", re.IGNORECASE)
_EXPECTS = expression(rb"\r\nexpect:", re.IGNORECASE)


def bytes_to_wait_for(received: bytes | bytearray) -> int | None:
    r"""How long a request must be before a thread takes it; None when its head does not say yet.

    >>> bytes_to_wait_for(b"POST / HTTP/1.1\r\nContent-Le"), bytes_to_wait_for(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    (None, 27)
    >>> bytes_to_wait_for(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc")
    47
    >>> bytes_to_wait_for(b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\nabc")
    43
    """
    end = received.find(b"\r\n\r\n", 0, HEAD_BYTES)
    if end < 0:
        return HEAD_BYTES if len(received) >= HEAD_BYTES else None
    head = bytes(received[:end])
    found = _LENGTH.search(head)
    length = int(found[1]) if found else 0
    # Who expects a go-ahead sends nothing before it: only a thread can give it.
    return end + 4 + (length if length <= FORM_BYTES and not _EXPECTS.search(head) else 0)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """One process; `threads` requests at once, any number on their way."""

    def accept(self, listener: socket.socket) -> None:
        """Take in a new connection, and wait for what it sends."""
        try:
            client, address = listener.accept()
        except OSError:
            return  # gone already, or taken by the other process
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        if self.cfg.is_ssl:
            self.enqueue_req(conn)
            return
        if len(self.pending_conns) >= MOST_WAITING:
            self._drop(self.pending_conns[0])
        self._wait_for(conn, bytearray())

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Another request begins on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for(conn, bytearray())

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection to a thread; one whose next request was only begun with the last one waits for its end."""
        unreader = getattr(conn.parser, "unreader", None)
        if conn.initialized and unreader is not None and not self.cfg.is_ssl and not conn.is_http2:
            begun = bytearray(unreader.take_buffered())
            if begun and not _is_there(begun):
                conn.sock.setblocking(False)
                self._wait_for(conn, begun)
                return
            unreader.unread(bytes(begun))
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Answer a request that is there; runs in a thread."""
        received = getattr(conn, "received", None)
        if received:
            conn.sock.setblocking(True)
            conn.init()
            conn.parser.unreader.unread(bytes(received))
            conn.received = bytearray()
        return super().handle(conn)

    def murder_pending(self) -> None:
        """End what has been on its way for too long."""
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            self._drop(self.pending_conns[0], _TOO_LATE if getattr(self.pending_conns[0], "received", b"") else b"")

    def finish_request(self, conn: Any, future: Any) -> None:
        """After an answer: keep the connection, or close it without making anyone wait for its sender."""
        if self.cfg.is_ssl or future.cancelled() or future.exception() or future.result():
            super().finish_request(conn, future)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, EVENT_READ, partial(self._read_away, conn))
        except (OSError, KeyError, ValueError):
            self.nr_conns -= 1
            conn.close()
            return
        conn.received, conn.timeout = bytearray(), time.monotonic() + LINGER_SECONDS
        # Before those that may still wait longer: they are ended in this order.
        place = sum(1 for other in self.pending_conns if other.timeout <= conn.timeout)
        self.pending_conns.insert(place, conn)

    def _keepalive_after(self, conn: Any, keepalive: Any) -> bool:
        """Whether the connection can be used again: not when its body has not come, and nobody waits for it."""
        return bool(keepalive) and bool(conn.parser.finish_body(deadline=time.monotonic() + 0.05))

    def _wait_for(self, conn: Any, received: bytearray) -> None:
        conn.received, conn.wanted, conn.timeout = received, None, time.monotonic() + SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """More of a request has come; it goes to a thread when that was the rest."""
        try:
            piece = client.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        if not piece:
            self._drop(conn)
            return
        conn.received += piece
        conn.wanted = conn.wanted or bytes_to_wait_for(conn.received)
        if conn.wanted is not None and len(conn.received) >= conn.wanted:
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            conn.data_ready = True
            super().enqueue_req(conn)

    def _read_away(self, conn: Any, client: socket.socket) -> None:
        """Throw away what comes after an answer, until the sender has read it and closes."""
        try:
            if client.recv(_PIECE):
                return
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self._drop(conn)

    def _drop(self, conn: Any, answer: bytes = b"") -> None:
        self.pending_conns.remove(conn)
        try:
            self.poller.unregister(conn.sock)
            if answer:
                conn.sock.send(answer)
        except (OSError, KeyError, ValueError):
            pass  # it is gone already
        self.nr_conns -= 1
        conn.close()


def _is_there(received: bytearray) -> bool:
    wanted = bytes_to_wait_for(received)
    return wanted is not None and len(received) >= wanted
