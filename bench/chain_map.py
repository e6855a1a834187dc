"""The map of the chain at 50, 500 and 5,000 companies: how long until a browser has painted it, and what it is sent.

Until the last paint: the load of the page, then two frames drawn by the browser. On the desk of whoever reads it, so
that the network adds nothing; what the server spends is said beside, in processor time.
"""

import shutil
from random import Random
from typing import Any

from bench.limits import Limits
from bench.measure import Report
from bench.phone import launched
from bench.serving import BROWSER, served
from bench.world import World, world
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.chain import services
from portal.chain.link_rows import LinkRow
from portal.core.clock import now

SIZES = (50, 500, 5_000)
PATH = "/chaine/carte"
PAINT_S, WIRE_KB = 1.0, 60.0
LINKS_EACH = 1.3
"""Links for each company, as in the real lists (677 for 532)."""
PLACES = ("FR", "DE", "IE", "US", "IN", "MA", "GB", "JP", "")
_PAINTED = (
    """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""
)


def drawn(report: Report, limits: Limits) -> None:
    """The whole map at each size, then how it grows from 500 to 5,000."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("map: Chromium is not installed")
        return
    spent: list[float] = []
    with launched(program) as browser:
        for size in SIZES:
            with world(10) as made:
                _enter(made, size)
                with served(made.environment) as server:
                    cookie = made.cookie(Role.DPO)
                    caller = server.caller(cookie)
                    caller.get(PATH)
                    spent.append(server.cpu(lambda caller=caller: caller.get(PATH, encoding=BROWSER)))
                    wire = caller.get(PATH, encoding=BROWSER).received / 1000
                    address = f"http://127.0.0.1:{server.port}"
                    painted = min(_painted(browser, address, cookie) for _ in range(3))
            name = f"map, {size:,} companies"
            report.add(
                f"{name}, cold to last paint", painted, "s", PAINT_S, limits.beside(spent[-1]) + " on the server"
            )
            report.add(f"{name}, the page", wire, "kB", WIRE_KB, "on the wire, headers included")
    growth = spent[-1] / spent[-2]
    report.add("map, ten times as many companies", growth, "× the time", 10.0, "server, 500 to 5,000")


def _enter(made: World, size: int) -> None:
    """A chain of so many companies under the vendors of the demonstration, loops included, always the same."""
    choose = Random(size)
    names = [f"Société {choose.randrange(10**6)} {number}" for number in range(size)]
    with made.database.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        rows = []
        for line in range(int(size * LINKS_EACH)):
            engaged = names[line % size]
            engaging = choose.choice(names[: max(1, line % size)]) if line % 10 else choose.choice(names)
            place = choose.choice(PLACES)
            if engaging != engaged:
                rows.append(LinkRow(line + 1, engaging, engaged, "Hébergement", (place,) if place else (), "liste"))
        services.enter_chain(ctx, services.ChainFile("liste.csv", rows, ()))


def _painted(browser: Any, address: str, cookie: str) -> float:
    """Seconds from the click to the last paint, in a browser that has never seen the portal."""
    name, _, value = cookie.partition("=")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    page.goto(address + PATH, wait_until="load")
    seconds = page.evaluate(_PAINTED) / 1000
    context.close()
    return float(seconds)
