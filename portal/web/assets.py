"""Style sheets, scripts and drawings as browsers get them: together, shrunk, named by their content, kept a year.

They are made in memory when the application starts: there is no step to run before it, no folder to write, and nothing
that could be older than its source. They are answered before the application, which knows nothing of the request.
"""

import gzip
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import brotli
from flask import Flask
from markupsafe import Markup
from rcssmin import cssmin
from rjsmin import jsmin
from werkzeug import Response
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header

from portal.core.expressions import expression
from portal.web import security_headers
from portal.web.script_bundle import bundle_scripts

SHEETS = (
    "layers", "reset", "tokens", "base", "layout", "page", "form", "table", "badge", "timeline", "chart", "progress",
    "sheet", "space", "received", "withdrawals", "chain", "utilities",
)  # fmt: skip
"""The style sheets in the order in which they are read; `print` follows them, for printers alone."""

STYLES, SCRIPT = "css/portal.css", "js/portal.js"
_FOLDER = "/static/"
_KEPT = "public, max-age=31536000, immutable"
_ASKED_AGAIN = "no-cache"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_NAMED_BY_CONTENT = expression(r"^(.+)\.[0-9a-f]{12}(\.\w+)$")
_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For whoever opens a drawing as a page of its own: nothing in it may run or call."""

WsgiApplication: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Asset:
    """One file as browsers get it, under a name that changes with its content."""

    def __init__(self, name: str, body: bytes) -> None:
        path = Path(name)
        self.digest = sha256(body).hexdigest()[:12]
        self.versioned = f"{path.with_suffix('')}.{self.digest}{path.suffix}"
        self.media_type = _TYPES[path.suffix]
        self._bodies = {"identity": body}

    def body(self, encoding: str) -> bytes:
        """Its bytes as `br`, `gzip` or `identity`; shrunk at the first request and kept by this process."""
        if encoding not in self._bodies:
            plain = self._bodies["identity"]
            packed = brotli.compress(plain, quality=9) if encoding == "br" else gzip.compress(plain, 9, mtime=0)
            self._bodies[encoding] = min(packed, plain, key=len)
        return self._bodies[encoding]

    def answer(self, environ: dict[str, Any], *, kept: bool) -> Response:
        """The answer to one request; `kept` says that its name is that of this very content."""
        encoding = _encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers = Headers(security_headers.ALWAYS)
        headers["Content-Security-Policy"] = _POLICY
        headers["Cache-Control"] = _KEPT if kept else _ASKED_AGAIN
        headers["Vary"] = "Accept-Encoding"
        body = self.body(encoding)
        if encoding != "identity" and body is not self._bodies["identity"]:
            headers["Content-Encoding"] = encoding
        else:
            encoding = "identity"
        security_headers.add_transport_security(headers, is_secure=environ["wsgi.url_scheme"] == "https")
        response = Response(body, headers=headers, content_type=self.media_type)
        response.set_etag(f"{self.digest}-{encoding}")
        return response.make_conditional(environ)


class Assets:
    """Every file below the folder of static files, and the two made of several."""

    def __init__(self, folder: Path) -> None:
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.glob("*/*")) if path.is_file()}
        made = {name: path.read_bytes() for name, path in files.items() if path.suffix in _TYPES}
        made |= {STYLES: _styles(folder).encode(), SCRIPT: _script(folder).encode()}
        self._by_name = {name: Asset(name, body) for name, body in made.items()}

    def versioned(self, name: str) -> str:
        """The name that holds the content of a file, or the same name for a file that is not there."""
        return self._by_name[name].versioned if name in self._by_name else name

    def text(self, name: str) -> str:
        """The text of a file, to be written into a page."""
        return self._by_name[name].body("identity").decode()

    def answer(self, environ: dict[str, Any]) -> Response | None:
        """The answer to a request for one of these files, by any of its names; none for any other request.

        A name of another content (a page opened before an update) is answered with the content of today, not to be
        kept.
        """
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(_FOLDER) or environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            return None
        asked = path.removeprefix(_FOLDER)
        plain = _NAMED_BY_CONTENT.sub(r"\1\2", asked)
        found = self._by_name.get(plain)
        return None if found is None else found.answer(environ, kept=asked == found.versioned)


def install(app: Flask) -> None:
    """Answer static files before the application, and have `url_for("static", …)` give their lasting names."""
    assets = assets_of(Path(str(app.static_folder)))
    app.url_defaults(partial(_name_by_content, assets))
    # What runs before the first paint, and what few pages need: written into the page, no file to ask for.
    for name in ("theme-boot", "passkey"):
        text = Markup(jsmin(assets.text(f"js/{name}.js")))  # noqa: S704 - our own file
        app.jinja_env.globals[name.replace("-", "_") + "_script"] = text
    application = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found = assets.answer(environ)
        return application(environ, start_response) if found is None else found(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]


@lru_cache(maxsize=2)
def assets_of(folder: Path) -> Assets:
    """The files of a folder, read once per process."""
    return Assets(folder)


def _name_by_content(assets: Assets, endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values:
        values["filename"] = assets.versioned(values["filename"])


def _encoding(accepted: str) -> str:
    """What to send: the smallest that the caller takes, and never one it refuses."""
    weights = dict(parse_accept_header(accepted))
    return next((each for each in ("br", "gzip") if weights.get(each, weights.get("*", 0)) > 0), "identity")


def _styles(folder: Path) -> str:
    texts = [(folder / "css" / f"{name}.css").read_text(encoding="utf-8") for name in (*SHEETS, "print")]
    return str(cssmin("\n".join([*texts[:-1], f"@media print {{\n{texts[-1]}\n}}"])))


def _script(folder: Path) -> str:
    sources = {path.stem: path.read_text(encoding="utf-8") for path in (folder / "js").glob("*.js")}
    return str(jsmin(bundle_scripts(sources, "portal")))
