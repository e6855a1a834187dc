"""A page view as a telephone makes it: requests, bytes and waiting at 1.6 Mbit/s, with nothing kept, then once more.

What is waited for is the network, whose delays Chromium makes: the only figures here that are not processor time.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from bench.limits import Limits
from bench.measure import Report
from bench.pages import home_of, sections
from bench.serving import served
from bench.world import world
from portal.authz.policy import Role

BITS_PER_SECOND = 1_600_000
LATENCY_MS = 150
COLD_S, WARM_S = 1.0, 0.5
COLD_REQUESTS, WARM_REQUESTS = 6.0, 2.0
COLD_KB, WARM_KB = 60.0, 40.0
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class PageView:
    """What one view of a page took."""

    requests: int
    bytes: int
    seconds: float


def views(report: Report, _limits: Limits, size: int = 100) -> None:
    """The page of 80 questions, the vendor list and the home of a director."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("page views: Chromium is not installed")
        return
    with world(size) as made, served(made.environment, workers=2) as server, launched(program) as browser:
        caller = server.caller(made.cookie(Role.VENDOR_ADMIN))
        eighty = sections(caller.get(home_of(made.eighty_id)).text, made.eighty_id)[0]
        for what, role, path in (
            ("80 questions", Role.VENDOR_ADMIN, eighty),
            ("vendor list", Role.DPO, "/sous-traitants"),
            ("home of management", Role.MANAGEMENT, "/"),
        ):
            address, cookie = f"http://127.0.0.1:{server.port}", made.cookie(role)
            server.caller(cookie).get(path)  # as on any day, the server has shown this page before
            best = [_view(browser, address, cookie, path) for _ in range(3)]
            for state, of, seconds, requests, weight in (
                ("cold", [cold for cold, _warm in best], COLD_S, COLD_REQUESTS, COLD_KB),
                ("warm", [warm for _cold, warm in best], WARM_S, WARM_REQUESTS, WARM_KB),
            ):
                found = min(of, key=lambda view: view.seconds)
                report.add(f"{what} on a telephone, {state}", found.seconds, "s", seconds, "1.6 Mbit/s, 150 ms")
                report.add(f"{what}, {state}, requests", found.requests, "requests", requests)
                report.add(f"{what}, {state}, bytes", found.bytes / 1000, "kB", weight, "headers included")


@contextmanager
def launched(program: str) -> Iterator[Any]:
    """Chromium, closed at the end."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield launched
        launched.close()


def _view(browser: Any, address: str, cookie: str, path: str) -> tuple[PageView, PageView]:
    """A page opened in a browser that knows nothing, then opened again."""
    name, _, value = cookie.partition("=")
    context: BrowserContext = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    rate = BITS_PER_SECOND / 8
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY_MS, "downloadThroughput": rate, "uploadThroughput": rate / 2},
    )
    found = (_open(page, wire, address + path), _open(page, wire, address + path))
    context.close()
    return found


def _open(page: Page, wire: CDPSession, address: str) -> PageView:
    """The page opened, until everything it asks for is there."""
    asked: set[str] = set()
    weighed: dict[str, int] = {}

    def received(event: dict[str, Any]) -> None:
        response = event["response"]
        if not response.get("fromDiskCache") and not response["url"].startswith("data:"):
            asked.add(event["requestId"])

    wire.on("Network.responseReceived", received)
    wire.on("Network.loadingFinished", lambda event: weighed.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto("about:blank")
    asked.clear()
    page.goto(address, wait_until="load")
    page.wait_for_load_state("networkidle")
    seconds = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    for event in ("Network.responseReceived", "Network.loadingFinished"):
        for listener in list(wire.listeners(event)) if hasattr(wire, "listeners") else []:
            wire.remove_listener(event, listener)
    kept = {one for one in asked if weighed.get(one, 0) > 0}
    return PageView(len(kept), sum(int(weighed[one]) for one in kept), float(seconds))
