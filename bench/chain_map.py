"""The map of the chain at 50, 500 and 5,000 companies: how long until a browser has painted it, and what it is sent.

Until the last paint: the load of the page, then two frames drawn by the browser. On the desk of whoever reads it, so
that the network adds nothing; what the server spends is said beside, in processor time. Then what the pages of the
chain cost under 100 vendors, and under 10,000 with 100,000 links: again, and the first time after a change.
"""

import shutil
from random import Random
from typing import Any

from sqlalchemy import select

from bench.limits import Limits
from bench.measure import Report, statements
from bench.phone import launched
from bench.serving import BROWSER, served
from bench.world import World, world
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.chain import services
from portal.chain.link_rows import LinkRow
from portal.chain.models import ChainCompany
from portal.core.clock import now
from portal.vendors.models import Vendor

SIZES = (50, 500, 5_000)
PATH = "/chaine/carte"
PAINT_S, WIRE_KB = 1.0, 60.0
FLAT = ((100, 1_000), (10_000, 100_000))
"""Vendors, and links of the chain under them."""
FLAT_PATHS = (
    PATH, f"{PATH}?pays=US", "/chaine/et-si?societe=Feuille+60+1", "/chaine/et-si?societe=Branche+1",
    "/chaine/et-si?pays=US",
)  # fmt: skip
"""A leaf reaches one vendor; the first branch, one in eleven; a country, nearly all: of each, 200 are listed."""
FLAT_MS, FLAT_TIMES, AFTER_CHANGE_S = 60.0, 1.5, 5.0
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


def flat(report: Report, limits: Limits) -> None:
    """The pages of the whole chain under few and many vendors: processor of the server, statements, memory."""
    spent: dict[str, list[float]] = {}
    for size, links in FLAT:
        with world(size) as made:
            _enter_under_vendors(made, links)
            client = made.client(Role.DPO)
            with served(made.environment) as server:
                caller = server.caller(made.cookie(Role.DPO))
                for path in FLAT_PATHS:
                    name = f"{path}, {size:,} vendors, {links:,} links"
                    _change(made)
                    before = server.spent()
                    assert caller.get(path).status == 200, path
                    first = (server.spent() - before) / 1000
                    warm = server.cpu(lambda path=path, caller=caller: caller.get(path))
                    spent.setdefault(path, []).append(warm)
                    report.add(name, warm, "ms", FLAT_MS, limits.beside(warm))
                    report.add(f"{name}, first after a change", first, "s", AFTER_CHANGE_S, "once in each process")
                    client.get(path)
                    asked = statements(made.database.engine, lambda path=path, client=client: client.get(path))
                    report.add(f"{name}, statements", asked, "statements", None)
                report.add(f"server, {size:,} vendors, {links:,} links", server.memory(), "MiB", None)
    for path, (few, many) in spent.items():
        report.add(f"{path}, a hundred times as many", many / few, "× the time", FLAT_TIMES, "server")


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


def _enter_under_vendors(made: World, links: int) -> None:
    """Under each vendor a company of its own and those that this one engages, some of which many others do too."""
    choose = Random(links)
    with made.database.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        names = list(dict.fromkeys(session.scalars(select(Vendor.name).order_by(Vendor.id))))
        each = links // len(names)
        rows: list[LinkRow] = []
        for number, name in enumerate(names, 1):
            branch = f"Branche {number}"
            below = [f"Feuille {number} {leaf}" for leaf in range(each - 2)] + [f"Socle {choose.randrange(50)}"]
            for engaging, engaged in [(name, branch), *((branch, one) for one in below)]:
                place = choose.choice(PLACES)
                rows.append(LinkRow(len(rows) + 1, engaging, engaged, "", (place,) if place else (), "liste"))
        services.enter_chain(ctx, services.ChainFile("liste.csv", rows, ()))


def _change(made: World) -> None:
    """Something that every page of the chain reads."""
    with made.database.transaction() as session:
        company = session.scalars(select(ChainCompany).order_by(ChainCompany.id.desc()).limit(1)).one()
        company.country = "FR" if company.country != "FR" else "DE"


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
