"""HTTP to a service that the operator has named, within bounds of time and size, and never redirected."""

from time import monotonic
from typing import Any

from requests import Response, Session
from requests.adapters import HTTPAdapter

SECONDS = 10.0
"""Of one answer, as long as it keeps coming."""
SILENCE = (4.0, 6.0)
"""Seconds to connect, and between two pieces."""
MOST_BYTES = 512 * 1024
_PIECE = 16 * 1024


class TooMuch(Exception):
    """An answer longer, slower or otherwise packed than is read."""


def bound(session: Session) -> None:
    """Put every exchange of a session within the bounds."""
    session.headers["Accept-Encoding"] = "identity"
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Bounded())


class _Bounded(HTTPAdapter):
    def send(self, request: Any, *args: Any, **told: Any) -> Response:
        """Read the whole answer here, piece by piece, or raise TooMuch."""
        end = monotonic() + SECONDS
        answer = super().send(request, *args, **{**told, "stream": True, "timeout": SILENCE})
        try:
            answer._content, answer._content_consumed = self._read(answer, end), True
        finally:  # one exchange a connection: none is left open for somebody to collect
            answer.raw.close()
            answer.raw.release_conn()
        return answer

    def _read(self, answer: Response, end: float) -> bytes:
        if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise TooMuch
        body = bytearray()
        while piece := answer.raw.read1(_PIECE):
            body += piece
            if len(body) > MOST_BYTES or monotonic() > end:
                raise TooMuch
        return bytes(body)
