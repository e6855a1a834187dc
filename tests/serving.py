"""An application served to a browser, and the one browser of the process."""

import shutil
import socketserver
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
"""The shell has the same engine, without the windows that nobody looks at: it opens a page in half the time."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # A page of ours after another stays in the same process.
    "--disable-features=ProactivelySwapBrowsingInstance,RenderDocument,SpareRendererForSitePerProcess,PaintHolding",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one per process: Playwright allows no second one; its tests skip, visibly, without it."""
    if CHROMIUM is None:
        pytest.skip("Chromium n'est pas installé")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


def _whole(app: Any) -> Any:
    """The same application, its answers read to the end.

    A browser that hangs up makes the development server forget the file it was sending: a warning, hence a failure,
    in whichever test runs when the memory is swept.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return [b"".join(parts)]

    return answer


@contextmanager
def served(app: Flask, handler: type[WSGIRequestHandler] | None = None, port: int = 0) -> Iterator[str]:
    """The address of the application, served by threads of this process."""
    with serving(make_server("127.0.0.1", port, _whole(app), threaded=True, request_handler=handler)) as address:
        yield f"http://{address}"


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[str]:
    """Where this server answers, `host:port`, from a thread that ends with the block and at once.

    Left alone, a server of the standard library looks twice a second whether it is to stop.
    """
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield "{}:{}".format(*server.server_address[:2])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
