"""Pages on their way to a browser are compressed, without helping whoever watches the length of what is encrypted.

Who sees the encrypted lengths of many answers, and has a victim's browser ask for pages with words of their choice, can
guess what else stands in the page (BREACH, 2013). Three things stand in the way: the token of forms is written
differently in each answer (`portal.web.csrf`), the session cookie does not go with what another site embeds
(`SameSite=Lax`), and an answer that another site caused is not compressed.
"""

from functools import lru_cache, partial

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

_FROM_ANOTHER_SITE = frozenset({"cross-site", "same-site"})
"""Values of `Sec-Fetch-Site`, which browsers send over TLS; « same-site » is a neighbouring subdomain."""

_ENCODINGS = ["zstd", "br", "gzip"]
"""Of those a browser takes as gladly, the first: it costs us least."""


def install(app: Flask) -> None:
    """Compress pages and JSON, last of all that happens to an answer: call it before any other `after_request`."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=_ENCODINGS,
        COMPRESS_MIMETYPES=["text/html", "application/json"],
    )
    app.after_request(partial(_compress, Compress(app)))


def _compress(compress: Compress, response: Response) -> Response:
    """Files to be saved and answers sent piece by piece stay as they are: their length or their pace is promised."""
    if response.is_streamed or "Content-Disposition" in response.headers:
        return response
    if request.headers.get("Sec-Fetch-Site") in _FROM_ANOTHER_SITE:
        response.vary.update(["Accept-Encoding", "Sec-Fetch-Site"])
        return response
    if not _takes_any(request.headers.get("Accept-Encoding", "")):
        response.vary.add("Accept-Encoding")  # Flask-Compress would take « br;q=0 » for a wish
        return response
    return compress.after_request(response)


@lru_cache(maxsize=64)
def _takes_any(accepted: str) -> bool:
    """Whether a browser takes one of ours; all browsers of a kind say the same."""
    weights = parse_accept_header(accepted, Accept)
    return any(weights.quality(each) for each in _ENCODINGS)
