"""List pages and the portfolio, from 100 to 10,000 vendors: time, statements, and what a vendor's page costs."""

import gzip
import re
from collections.abc import Callable

from werkzeug.test import Client

from bench.limits import Limits
from bench.measure import Report, cpu, statements
from bench.world import World, world
from portal.authz.policy import Role
from portal.questionnaires import catalogue

SIZES = (100, 10_000)
LIST_AIM_MS = 6.0
_LISTS = (
    ("vendor list", Role.DPO, "/sous-traitants", LIST_AIM_MS),
    ("vendor list, page 4", Role.DPO, "/sous-traitants?page=4", LIST_AIM_MS),
    ("vendor search", Role.DPO, "/sous-traitants?q=prestataire+0009", LIST_AIM_MS),
    ("audits to review", Role.DPO, "/audits", LIST_AIM_MS),
    ("audits with vendors", Role.DPO, "/audits?vue=chez-le-prestataire", LIST_AIM_MS),
    ("contract list", Role.DPO, "/contrats", LIST_AIM_MS),
    ("campaign list", Role.DPO, "/campagnes", LIST_AIM_MS),
    ("portfolio", Role.MANAGEMENT, "/portefeuille", None),
    ("home of the DPO", Role.DPO, "/", None),
)

COUNTED = (
    (Role.DPO, "/sous-traitants"),
    (Role.DPO, "/sous-traitants?q=prestataire"),
    (Role.DPO, "/audits"),
    (Role.DPO, "/audits?vue=chez-le-prestataire"),
    (Role.DPO, "/audits/constats"),
    (Role.DPO, "/contrats"),
    (Role.DPO, "/retractation/echantillons"),
    (Role.DPO, "/retractation/tests"),
    (Role.DPO, "/retractation/tests/plans"),
    (Role.DPO, "/campagnes"),
    (Role.DPO, "/campagnes/{campaign}"),
    (Role.DPO, "/"),
    (Role.MANAGEMENT, "/portefeuille"),
    (Role.VENDOR_ADMIN, "/espace/"),
    (Role.VENDOR_ADMIN, "/espace/audits/{audit}"),
    (Role.VENDOR_ADMIN, "/espace/audits/{audit}/sections/{section}"),
)
"""Pages whose statements do not depend on the number of vendors."""
FIRST_SECTION = catalogue.load()["socle-rgpd"].sections[0].key


def lists(report: Report, limits: Limits) -> None:
    """Every list page at both sizes."""
    with world(10) as small:
        few = counts(small)
    for size in SIZES:
        with world(size) as made:
            assert counts(made) == few, "a list page asks for more when there are more vendors"
            for what, role, path, aim in _LISTS:
                page(report, limits, made, (f"{what}, {size:,} vendors", role, path, aim))
            path = f"/campagnes/{made.campaign_id}"
            page(report, limits, made, (f"campaign page, {size:,} vendors", Role.DPO, path, LIST_AIM_MS))


def page(report: Report, limits: Limits, made: World, wanted: tuple[str, Role, str, float | None]) -> None:
    """One page as one line."""
    what, role, path, aim = wanted
    client = made.client(role)
    found = client.get(path)
    assert found.status_code == 200, (path, found.status_code)
    spent = cpu(lambda: client.get(path), times=15, warm=4)
    report.add(what, spent, "ms", aim, limits.beside(spent, count(made, lambda: client.get(path))))


def counts(made: World) -> dict[str, int]:
    """The statements of each page, once it is warm."""
    found = {}
    for role, pattern in COUNTED:
        client = made.client(role)
        path = pattern.format(campaign=made.campaign_id, audit=made.audit_id, section=FIRST_SECTION)
        assert client.get(path).status_code == 200, path
        found[pattern] = count(made, lambda c=client, p=path: c.get(p))
    return found


def count(made: World, action: Callable[[], object]) -> int:
    """SQL statements of an action on this portal."""
    return statements(made.database.engine, action)


def space(report: Report, limits: Limits) -> None:
    """A vendor answering: 80 questions on one page, the heaviest section shipped, and one answer saved."""
    with world(1000) as made:
        client = made.client(Role.VENDOR_ADMIN)
        _questions(report, limits, made, client, "80 questions on one page", made.eighty_id)
        _questions(report, limits, made, client, "heaviest shipped section", made.audit_id)
        _saving(report, limits, made, client)


def _questions(report: Report, limits: Limits, made: World, client: Client, what: str, audit_id: int) -> None:
    sections = _sections(client, audit_id)
    weights = {path: len(gzip.compress(client.get(path).data)) for path in sections}
    heaviest = max(weights, key=weights.__getitem__)
    spent = cpu(lambda: client.get(heaviest), times=15, warm=3)
    asked = client.get(heaviest).get_data(as_text=True).count("data-portal-question=")
    beside = limits.beside(spent, count(made, lambda: client.get(heaviest)))
    report.add(f"{what} ({asked} asked)", spent, "ms", 20.0, beside)
    report.add(f"{what}, compressed", weights[heaviest] / 1000, "kB", 40.0)


def _sections(client: Client, audit_id: int) -> list[str]:
    path = f"/espace/audits/{audit_id}"
    found = client.get(path)
    assert found.status_code == 200, (path, found.status_code)
    return sorted(set(re.findall(rf'href="({path}/sections/[\w.-]+)"', found.get_data(as_text=True))))


def _saving(report: Report, limits: Limits, made: World, client: Client) -> None:
    """One answer of 80, changed again and again as the page's script does it."""
    html = client.get(_sections(client, made.eighty_id)[0]).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', html)[1]
    key, first = re.search(r'type="radio" id="[^"]+-0" name="([^"]+)" value="([^"]+)"', html).groups()
    second = re.search(rf'type="radio" id="[^"]+-1" name="{re.escape(key)}" value="([^"]+)"', html)[1]
    base = re.search(rf'name="{re.escape(key)}:base" value="([^"]+)"', html)[1]
    turn = 0

    def save() -> None:
        nonlocal base, turn
        turn += 1
        answer = client.post(
            f"/espace/audits/{made.eighty_id}/reponses/{key}",
            data={"csrf_token": token, key: (first, second)[turn % 2], f"{key}:comment": "", f"{key}:base": base},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        base = answer.get_json()["base"]

    spent = cpu(save, times=21, warm=4)
    number = count(made, save)
    report.add("saving one answer of 80", spent, "ms", 4.0, limits.beside(spent, number))
    report.add("saving one answer, statements", number, "SQL", 8.0)
