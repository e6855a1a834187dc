"""Pages through gunicorn, from 100 to 10,000 vendors: the server's time, statements, bytes on the wire."""

import hashlib
import itertools
import re
from collections.abc import Mapping

from sqlalchemy import select

from bench.limits import Limits
from bench.measure import Report, statements
from bench.serving import BROWSER, Caller, Server, field_of, served
from bench.world import World, world
from portal.audits.models import Audit
from portal.authz.policy import Role
from portal.contracts.models import Contract
from portal.findings.models import Finding
from portal.paper.models import PaperReview
from portal.questionnaires import catalogue
from portal.samples.models import CaseSample
from portal.vendors.models import LegalEntity
from portal.vendors.rules.facts import Volume

SIZES = (100, 10_000)
LIST_AIM_MS = 6.0
MANAGEMENT_AIM_MS = 15.0
SUMMARY_AIM_MS = 15.0
"""Of a page that counts or gathers what several lists hold."""
CREATION_AIM_MS = 4.0
FACTS_AIM_MS = 1.0
"""For each vendor of those whose facts are stated at once."""
WRITING_AIM_MS = 100.0
"""A draft with its coverage made anew at each request; the request for 36 clauses."""
TRIED = "CL21_3"
"""A paragraph on which an obligation rests."""
_PAGES: tuple[tuple[str, Role, str, float | None], ...] = (
    ("vendor list", Role.DPO, "/sous-traitants", LIST_AIM_MS),
    ("vendor list, page 4", Role.DPO, "/sous-traitants?page=4", LIST_AIM_MS),
    ("vendor search", Role.DPO, "/sous-traitants?q=studio+pi", LIST_AIM_MS),
    ("search of everything", Role.DPO, "/recherche?q=studio+pi", LIST_AIM_MS),
    ("what a search suggests", Role.DPO, "/recherche/suggestions?q=studio+pi", LIST_AIM_MS),
    ("facts of the first 500, their form", Role.DPO, "/sous-traitants/faits?tous=1", None),
    ("audits to review", Role.DPO, "/audits", LIST_AIM_MS),
    ("audits with vendors", Role.DPO, "/audits?vue=chez-le-prestataire", LIST_AIM_MS),
    ("contract list", Role.DPO, "/contrats", LIST_AIM_MS),
    ("campaign list", Role.DPO, "/campagnes", LIST_AIM_MS),
    ("campaign page", Role.DPO, "/campagnes/{campaign}", LIST_AIM_MS),
    ("rhythm of audits", Role.DPO, "/campagnes/frequence", SUMMARY_AIM_MS),
    ("findings", Role.DPO, "/audits/constats", LIST_AIM_MS),
    ("breaches", Role.DPO, "/violations", LIST_AIM_MS),
    ("requests of persons", Role.DPO, "/demandes", LIST_AIM_MS),
    ("announced changes", Role.DPO, "/changements", LIST_AIM_MS),
    ("companies of the chain", Role.DPO, "/chaine", LIST_AIM_MS),
    ("what falls due", Role.DPO, "/agenda", SUMMARY_AIM_MS),
    ("what falls due, page 2", Role.DPO, "/agenda?page=2", SUMMARY_AIM_MS),
    ("received contracts", Role.DPO, "/contrats-recus", LIST_AIM_MS),
    ("ends of contracts", Role.DPO, "/contrats/fins", LIST_AIM_MS),
    ("library of clauses", Role.DPO, "/contrats/clauses", SUMMARY_AIM_MS),
    ("published texts", Role.DPO, "/textes-publies", LIST_AIM_MS),
    ("messages to vendors", Role.DPO, "/sous-traitants/messages", LIST_AIM_MS),
    ("questionnaires", Role.DPO, "/questionnaires", LIST_AIM_MS),
    ("register of processing", Role.DPO, "/registre", LIST_AIM_MS),
    ("proposals for the register", Role.DPO, "/registre/propositions", LIST_AIM_MS),
    ("register of DORA", Role.DPO, "/dora", SUMMARY_AIM_MS),
    ("register of DORA, its package", Role.DPO, "/dora/paquet", SUMMARY_AIM_MS),
    ("mystery tests", Role.DPO, "/retractation/tests", LIST_AIM_MS),
    ("plans of mystery tests", Role.DPO, "/retractation/tests/plans", LIST_AIM_MS),
    ("samples of withdrawals", Role.DPO, "/retractation/echantillons", LIST_AIM_MS),
    ("exposure to withdrawals", Role.DPO, "/retractation/exposition", SUMMARY_AIM_MS),
    ("decoys", Role.DPO, "/adresses-pieges", LIST_AIM_MS),
    ("files for the authority", Role.DPO, "/dossiers", LIST_AIM_MS),
    ("drills", Role.DPO, "/exercices", LIST_AIM_MS),
    ("accounts", Role.ADMIN, "/comptes", LIST_AIM_MS),
    ("tasks", Role.ADMIN, "/taches", LIST_AIM_MS),
    ("home of management", Role.MANAGEMENT, "/", MANAGEMENT_AIM_MS),
    ("portfolio", Role.MANAGEMENT, "/portefeuille", MANAGEMENT_AIM_MS),
    ("home of the DPO", Role.DPO, "/", None),
    ("home of a vendor", Role.VENDOR_ADMIN, "/espace/", None),
    ("vendor page", Role.DPO, "/sous-traitants/{vendor}", None),
    ("journal", Role.DPO, "/journal", None),
    ("contract", Role.LEGAL, "/contrats/{contract}", None),
    ("contract preview", Role.LEGAL, "/contrats/{contract}/apercu", None),
    ("draft being written", Role.LEGAL, "/contrats/{contract}/redaction", WRITING_AIM_MS),
    ("received contract, its report", Role.LEGAL, "/contrats-recus/{review}", None),
)
"""Every figure that was given an aim keeps it here, met or not."""

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
    (Role.DPO, "/campagnes/frequence"),
    (Role.DPO, "/chaine"),
    (Role.DPO, "/violations"),
    (Role.DPO, "/demandes"),
    (Role.DPO, "/changements"),
    (Role.DPO, "/agenda"),
    (Role.DPO, "/contrats-recus"),
    (Role.DPO, "/contrats/fins"),
    (Role.DPO, "/contrats/clauses"),
    (Role.DPO, "/textes-publies"),
    (Role.DPO, "/sous-traitants/messages"),
    (Role.DPO, "/questionnaires"),
    (Role.DPO, "/registre"),
    (Role.DPO, "/retractation/exposition"),
    (Role.DPO, "/adresses-pieges"),
    (Role.DPO, "/dossiers"),
    (Role.DPO, "/exercices"),
    (Role.ADMIN, "/comptes"),
    (Role.ADMIN, "/taches"),
    (Role.DPO, "/chaine/et-si?pays=US"),
    (Role.DPO, "/chaine/carte"),
    (Role.DPO, "/"),
    (Role.MANAGEMENT, "/"),
    (Role.MANAGEMENT, "/portefeuille"),
    (Role.VENDOR_ADMIN, "/espace/"),
    (Role.VENDOR_ADMIN, "/espace/audits/{audit}"),
    (Role.VENDOR_ADMIN, "/espace/audits/{audit}/sections/{section}"),
)
"""Pages whose statements do not depend on the number of vendors."""


def lists(report: Report, limits: Limits) -> None:
    """Every page at both sizes, then a vendor created."""
    counted: list[dict[tuple[Role, str], int]] = []
    for size in SIZES:
        with world(size) as made, served(made.environment) as server:
            counted.append(counts(made))
            lists_of(report, limits, (made, server))

    grown = [path for (_role, path), number in counted[-1].items() if number > counted[0].get((_role, path), 0)]
    report.add("pages that ask for more when there are more vendors", len(grown), "pages", 0.0, ", ".join(grown))


def lists_of(report: Report, limits: Limits, portal: tuple[World, Server]) -> None:
    """The same, of one portal."""
    where = places(portal[0])
    for what, role, path, aim in _PAGES:
        if (where["review"] or "{review}" not in path) and (where["financial"] or not path.startswith("/dora")):
            # A portal of few vendors has received no contract and has no financial entity.
            page(report, limits, portal, (f"{what}, {portal[0].vendors:,} vendors", role, path, aim))
    if where["financial"]:
        _after_a_change(report, limits, *portal)
    _trying(report, limits, *portal)
    _creating(report, limits, *portal)
    _stating_facts(report, limits, *portal)


def _after_a_change(report: Report, limits: Limits, made: World, server: Server) -> None:
    """The register of DORA once something that it is built from has moved: each process builds it again."""
    caller, spent = server.caller(made.cookie(Role.DPO)), []
    for turn in range(3):
        with made.database.transaction() as session:
            session.scalars(select(LegalEntity).where(LegalEntity.is_financial).limit(1)).one().name = f"Entité {turn}"
        before = server.spent()
        assert caller.get("/dora").status == 200
        spent.append(server.spent() - before)
    name = f"register of DORA, first after a change, {made.vendors:,} vendors"
    report.add(name, min(spent), "ms", SUMMARY_AIM_MS, f"{limits.beside(min(spent))}; once in each process")


def page(
    report: Report, limits: Limits, portal: tuple[World, Server], wanted: tuple[str, Role, str, float | None]
) -> None:
    """One page as one line."""
    made, server = portal
    what, role, pattern, aim = wanted
    path = pattern.format_map(places(made))
    caller = server.caller(made.cookie(role))
    found = caller.get(path)
    assert found.status == 200, (path, found.status)
    spent = server.cpu(lambda: caller.get(path, encoding=BROWSER))
    client = made.client(role)
    client.get(path)
    number = statements(made.database.engine, lambda: client.get(path))
    wire = caller.get(path, encoding=BROWSER).received / 1000
    report.add(what, spent, "ms", aim, f"{limits.beside(spent)}; {number} SQL; {wire:.1f} kB on the wire")


def places(made: World) -> Mapping[str, object]:
    """What stands in the addresses of pages."""
    return {
        "campaign": made.campaign_id,
        "audit": made.audit_id,
        "section": catalogue.load()["socle-rgpd"].sections[0].key,
        "vendor": made.vendor_id,
        "reviewed": made.first(Audit, Audit.accepted_at.is_not(None)),
        "contract": made.first(Contract),
        "review": made.first(PaperReview),
        "finding": made.first(Finding),
        "financial": made.first(LegalEntity, LegalEntity.is_financial.is_(True)),
        "sample": made.first(CaseSample, CaseSample.measured_at.is_not(None)),
    }


def counts(made: World) -> dict[tuple[Role, str], int]:
    """The statements of each page, once it is warm."""
    found, where = {}, places(made)
    for role, pattern in COUNTED:
        client = made.client(role)
        path = pattern.format_map(where)
        assert client.get(path).status_code == 200, path
        found[role, pattern] = statements(made.database.engine, lambda c=client, p=path: c.get(p))
    return found


def _trying(report: Report, limits: Limits, made: World, server: Server) -> None:
    """A paragraph as its page's script sends it while it is typed: what it prints, what the draft still covers."""
    caller = server.caller(made.cookie(Role.LEGAL))
    page = f"/contrats/{places(made)['contract']}/redaction/{TRIED}"
    fields = {"csrf_token": field_of(caller.get(page).text, "csrf_token"), "wording": "free", "place": "CL21|"}
    turn = 0

    def type_on() -> None:
        nonlocal turn
        turn += 1
        answer = caller.post(
            f"{page}/essai", {**fields, "text": f"Le Sous-traitant se soumet à {turn} audits."}, script=True
        )
        assert answer.status == 200, answer.text[:200]
        assert "obligations seraient couvertes" in answer.text, answer.text[:200]

    spent = server.cpu(type_on)
    what = f"paragraph being typed, its coverage beside it, {made.vendors:,} vendors"
    report.add(what, spent, "ms", WRITING_AIM_MS, limits.beside(spent))


def _creating(report: Report, limits: Limits, made: World, server: Server) -> None:
    """A vendor created by its form, again and again under other names."""
    caller = server.caller(made.cookie(Role.DPO))
    token = field_of(caller.get("/sous-traitants/nouveau").text, "csrf_token")
    fields = {"csrf_token": token, "country": "FR", "language": "fr", "owner_id": ""}
    cookie, turn = caller.cookie, 0

    def create() -> None:
        nonlocal turn
        turn += 1
        caller.cookie = cookie  # what the page after it says once is not carried from one vendor to the next
        answer = caller.post("/sous-traitants/nouveau", {**fields, "name": _unlike(turn)})
        assert answer.status == 302, re.findall(r"field__error[^>]*>\s*([^<]+)", answer.text)

    spent = server.cpu(create)
    report.add(f"creating a vendor, {made.vendors:,} vendors", spent, "ms", CREATION_AIM_MS, limits.beside(spent))


def _stating_facts(report: Report, limits: Limits, made: World, server: Server) -> None:
    """One fact of as many vendors as the form takes, each time another one."""
    caller = server.caller(made.cookie(Role.DPO))
    form = caller.get("/sous-traitants/faits?tous=1").text
    chosen = [(name, number) for name in ("v", "s") for number in re.findall(rf'name="{name}" value="(\d+)"', form)]
    fixed = [("csrf_token", field_of(form, "csrf_token")), ("then", "enregistrer"), ("remplacer", "1"), *chosen]
    turns = itertools.cycle((Volume.UNDER_1K, Volume.UNDER_10K))

    def state() -> None:
        answer = caller.post("/sous-traitants/faits", [*fixed, ("volume", next(turns).value)])
        assert answer.status == 302, re.findall(r"field__error[^>]*>\s*([^<]+)", answer.text)

    number = sum(name == "v" for name, _value in chosen)
    spent = server.cpu(state)
    report.add(
        f"facts of {number} vendors stated at once, each; {made.vendors:,} vendors", spent / number, "ms", FACTS_AIM_MS,
        f"the whole {limits.beside(spent)}",
    )  # fmt: skip


def _unlike(turn: int) -> str:
    """A name that is like no other."""
    letters = hashlib.sha256(str(turn).encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    return f"{letters[:7]} {letters[7:13]}".title()


def space(report: Report, limits: Limits) -> None:
    """A vendor answering: 80 questions on one page, the heaviest section shipped, and one answer saved."""
    with world(1000) as made, served(made.environment) as server:
        space_of(report, limits, (made, server))


def space_of(report: Report, limits: Limits, portal: tuple[World, Server]) -> None:
    """The same, of one portal."""
    made, server = portal
    caller = server.caller(made.cookie(Role.VENDOR_ADMIN))
    _questions(report, limits, portal, caller, ("80 questions on one page", made.eighty_id))
    _questions(report, limits, portal, caller, ("heaviest shipped section", made.audit_id))
    spent = server.cpu(Saving(caller, made.eighty_id))
    report.add("saving one answer of 80", spent, "ms", 4.0, limits.beside(spent))
    report.add("saving one answer, statements", _saving_here(made, made.eighty_id), "SQL", 8.0)


def _questions(
    report: Report, limits: Limits, portal: tuple[World, Server], caller: Caller, wanted: tuple[str, int]
) -> None:
    made, server = portal
    what, audit_id = wanted
    weights = {
        path: caller.get(path, encoding=BROWSER).received
        for path in sections(caller.get(home_of(audit_id)).text, audit_id)
    }
    heaviest = max(weights, key=weights.__getitem__)
    spent = server.cpu(lambda: caller.get(heaviest, encoding=BROWSER))
    asked = caller.get(heaviest).text.count("data-portal-question=")
    client = made.client(Role.VENDOR_ADMIN)
    client.get(heaviest)
    number = statements(made.database.engine, lambda: client.get(heaviest))
    report.add(f"{what} ({asked} asked)", spent, "ms", 20.0, f"{limits.beside(spent)}; {number} SQL")
    report.add(f"{what}, on the wire", weights[heaviest] / 1000, "kB", 40.0, "headers included")


def home_of(audit_id: int) -> str:
    """An audit from above, in its vendor's space."""
    return f"/espace/audits/{audit_id}"


def sections(html: str, audit_id: int) -> list[str]:
    """The addresses of an audit's sections, read from its page."""
    return sorted(set(re.findall(rf'href="({home_of(audit_id)}/sections/[\w.-]+)"', html)))


class Saving:
    """One answer of 80, changed again and again as the page's script does it."""

    def __init__(self, caller: Caller, audit_id: int) -> None:
        html = caller.get(sections(caller.get(home_of(audit_id)).text, audit_id)[0]).text
        self._caller, self.path, self.fields, self._values = caller, *choice_in(html, audit_id)

    def __call__(self) -> None:
        """Save the other value."""
        key = self.path.rpartition("/")[2]
        self._values = self._values[::-1]
        answer = self._caller.post(self.path, {**self.fields, key: self._values[0]}, script=True)
        assert answer.status == 200, (answer.status, answer.text[:300])
        base = re.search(r'"base":\s*"([^"]+)"', answer.text)
        assert base
        self.fields[f"{key}:base"] = base[1]


def choice_in(html: str, audit_id: int) -> tuple[str, dict[str, str], list[str]]:
    """The first question of a page with two choices: where it is saved, its fields, its two values."""
    first = re.search(r'type="radio" id="[^"]+:0" name="([^"]+)" value="([^"]+)"', html)
    assert first
    key = first[1]
    second = re.search(rf'type="radio" id="[^"]+:1" name="{re.escape(key)}" value="([^"]+)"', html)
    assert second
    fields = {
        "csrf_token": field_of(html, "csrf_token"),
        f"{key}:comment": "",
        f"{key}:base": field_of(html, f"{key}:base"),
    }
    return f"{home_of(audit_id)}/reponses/{key}", fields, [first[2], second[1]]


def _saving_here(made: World, audit_id: int) -> int:
    """The statements of a save, the same by the test client: one that changes the answer."""
    client = made.client(Role.VENDOR_ADMIN)
    html = client.get(sections(client.get(home_of(audit_id)).get_data(as_text=True), audit_id)[0]).get_data(
        as_text=True
    )
    path, fields, values = choice_in(html, audit_id)
    key = path.rpartition("/")[2]

    def save(value: str) -> None:
        answer = client.post(path, data={**fields, key: value}, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        fields[f"{key}:base"] = answer.get_json()["base"]

    return max(statements(made.database.engine, lambda value=value: save(value)) for value in values)
