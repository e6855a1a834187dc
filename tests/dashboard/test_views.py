from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.core.clock import now
from portal.dashboard.models import PortfolioReport
from portal.findings.models import Finding
from portal.findings.rules import Severity
from portal.jobs import execution
from portal.jobs.models import Heartbeat, Job, JobState
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.desk import entity_of, service_of
from tests.factories.people import user_of
from tests.factories.world import audit_of, full_vendor, vendor_of


@pytest.mark.parametrize("role", [Role.DPO, Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.ADMIN, Role.EXPERT])
def test_every_member_of_staff_has_a_home(as_, role):
    assert "Bonjour" in as_(role).get("/").words


def test_a_stranger_is_led_to_the_sign_in_page(as_):
    assert as_(None).get("/", status=302).response.headers["Location"].startswith("/connexion")


def test_the_portfolio_speaks_in_both_languages(session, as_):
    full_vendor(session)
    client = as_(Role.MANAGEMENT)
    assert "À décider" in client.get("/portefeuille").words
    client.post("/langue", {"language": "en", "next": "/portefeuille"})
    page = client.get("/portefeuille")
    assert page.tree.get("lang") == "en"
    assert "À décider" not in page.words


def test_management_writes_nothing(session, as_):
    client = as_(Role.MANAGEMENT)
    client.get("/sous-traitants/nouveau", status=403)
    client.get("/journal", status=403)
    client.get("/comptes", status=403)


@pytest.mark.parametrize("count", [3, 60])
def test_the_number_of_statements_does_not_depend_on_the_number_of_vendors(session, as_, statements, count):
    for _ in range(count):
        vendor_of(session)
    client = as_(Role.MANAGEMENT)
    client.get("/portefeuille")
    statements.clear()
    client.get("/portefeuille")
    assert len(statements) == 19, "\n".join(statements)


def test_a_director_decides_and_finds_it_a_quarter_later(session, as_, move_time):
    owner = user_of(session, Role.LEGAL, name="Anne")
    vendor = vendor_of(session, name="Acme")
    client = as_(Role.MANAGEMENT)
    page = client.get("/portefeuille")
    (link,) = page.all("//a[contains(., 'poursuivre, encadrer ou sortir')]/@href")
    at = link.partition("#")[0]
    refused = client.post(
        at, {"choice": "frame", "owner": str(owner.id), "motive": "", "due_on": ""}, page=at, status=422
    )
    assert refused.all("//input[@value='frame']/@checked"), "what was chosen stays"
    typed = {"choice": "frame", "owner": str(owner.id), "motive": "Contrat promis pour mars.", "due_on": "2027-02-20"}
    found = client.follow(client.post(at, typed, page=at))
    assert "Rien n’attend de décision" in found.words
    assert "Encadrer" in found.one("#decisions").text_content()
    stale = client.post(at, {**typed, "last": ""}, page=at, status=409)
    assert "Une décision vient d’être prise" in stale.words
    move_time(days=91)
    client = as_(Role.MANAGEMENT)
    page = client.get("/portefeuille")
    assert "Décidé le 24 novembre 2026 : encadrer" in " ".join(page.words.split())
    assert "échue" in page.one("#decisions").text_content()
    assert "Contrat promis pour mars." in client.get(at).words
    as_(Role.LEGAL).post(at, typed, page=at, status=403)
    assert not as_(Role.LEGAL).get(at).all("//form[contains(@action, 'decisions')]")
    as_(Role.BUYER).get(at, status=403)
    client.get(f"/portefeuille/decisions/{vendor.id + 999}", status=404)


def test_the_page_on_paper_is_one_page_with_the_figures_of_its_instant(session, database, as_, portal_settings):
    full_vendor(session)
    session.commit()
    client = as_(Role.MANAGEMENT)
    asked = client.post("/portefeuille/rapports", page="/portefeuille")
    waiting = client.follow(asked)
    assert "Impression en cours" in waiting.words
    execution.drain(database, "test")
    report = session.query(PortfolioReport).populate_existing().one()
    pdf = client.client.get(f"/portefeuille/rapports/{report.id}/fichier")
    assert pdf.status_code == 200
    read = PdfReader(BytesIO(pdf.data))
    assert len(read.pages) == 1
    text = " ".join(read.pages[0].extract_text().split())
    assert portal_settings.organisation in text
    assert "sans contrat" in text
    assert "Jamais mesuré" not in text
    assert "Aucun contrat en vigueur pour un sous-traitant" in text


def test_health_tells_what_is_wrong_and_when_all_is_well(app, session):
    client = app.test_client()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert any("aucun exécutant" in reason for reason in answer.get_json()["reasons"])
    session.add(Heartbeat(worker="w", carrier="embedded", seen_at=now()))
    session.commit()
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_dead_job_is_shown_and_retried_by_an_administrator(session, as_):
    job = Job(
        kind="mail.send", payload={}, dedup="x", state=JobState.DEAD, run_at=now(), created_at=now(), attempts=5,
        last_error="ConnectionRefusedError",
    )  # fmt: skip
    session.add(job)
    session.flush()
    client = as_(Role.ADMIN)
    assert "ConnectionRefusedError" in client.get("/taches").words
    client.post(f"/taches/{job.id}/relancer", page="/taches")
    session.refresh(job)
    assert (job.state, job.attempts) == (JobState.READY, 0)
    as_(Role.DPO).get("/taches", status=403)


@pytest.mark.parametrize("page", ["", "portfolio"])
def test_components_are_shown_and_checked(as_, page):
    as_(Role.DPO).get(f"/_composants/{page}" if page else "/_composants")


@pytest.mark.parametrize(
    ("role", "is_told"), [(Role.ADMIN, True), (Role.DPO, True), (Role.BUYER, False), (Role.EXPERT, False)]
)
def test_an_organisation_without_a_name_is_told_so_where_its_people_arrive(as_, role, is_told):
    """Its vendors were written to in the name of « Vigie », and nobody knew."""
    assert ("VIGIE_ORGANISATION" in as_(role).get("/").words) is is_told


def test_an_organisation_that_has_said_its_name_is_told_nothing(app, as_, monkeypatch):
    named = replace(app.extensions["vigie.settings"], organisation="Maison Verdelet")
    monkeypatch.setitem(app.extensions, "vigie.settings", named)
    assert "VIGIE_ORGANISATION" not in as_(Role.ADMIN).get("/").words


def test_who_answers_for_a_vendor_is_asked_what_nobody_has_said_and_only_that(session, as_):
    mine = user_of(session, Role.BUYER)
    asked, said, other = (vendor_of(session, owner, name=name) for owner, name in (
        (mine, "Muette"), (mine, "Dite"), (None, "Autrui")
    ))  # fmt: skip
    known = dict.fromkeys(("hosts_health_data", "uses_ai", "is_cloud", "concerns_minors"), False)
    for vendor, facts in ((asked, {**known, "uses_ai": None}), (said, known), (other, {})):
        service_of(session, vendor, **facts)
    session.commit()
    page = as_(mine).get("/")
    (link,) = page.all("//a[contains(., 'ce qu’on ne sait pas encore')]/@href")
    assert f"v={asked.id}" in link
    assert "Muette" in as_(mine).get(link.partition("#")[0]).words
    assert "ne sait pas encore" not in as_(Role.DPO).get("/").words


def test_who_manages_the_entities_is_asked_once_which_rules_they_are_under(session, as_):
    first, second, said = (entity_of(session, name=name) for name in ("Verdier", "Nédélec", "Dite"))
    said.is_financial, said.is_nis2, second.is_financial = False, True, False
    session.commit()
    page, asked = as_(Role.DPO), "relèvent de DORA"
    (link,) = page.get("/").all(f"//a[contains(., '{asked}')]/@href")
    assert asked not in as_(Role.BUYER).get("/").words
    shown = page.get(link)
    assert "Verdier" in shown.words
    assert len(shown.all("//main//input[@type='radio']")) == 6
    answers = {"is_financial": "oui", "is_nis2": "non"}
    assert "Nédélec" in page.follow(page.post(link, answers)).words
    page.post(f"/sous-traitants/entites/{second.id}/regles", answers)
    session.expire_all()
    assert (first.is_financial, first.is_nis2) == (True, False)
    assert (second.is_financial, second.is_nis2) == (False, False), "what was said is not said again"
    assert "DORA" not in page.get("/").words


def test_each_figure_of_the_home_leads_to_a_list_of_as_many(session, as_):
    """« 11 sous-traitants suivis » led to a list of thirteen, prospects and gone among them."""
    vendors = [vendor_of(session, status=status) for status in VendorStatus]
    for vendor, state, days in zip(
        vendors, (AuditState.OPENED, AuditState.SUBMITTED, AuditState.RETURNED), (-3, -3, 3), strict=False
    ):
        audit_of(session, vendor, state=state, due_on=NOW.date() + timedelta(days=days))
    for days in (-1, 1):
        session.add(
            Finding(
                vendor_id=vendors[1].id, subject=str(days), severity=Severity.MAJOR, title="Écart", action="…",
                due_on=NOW.date() + timedelta(days=days), opened_at=NOW,
            )
        )  # fmt: skip
    session.commit()
    for role, path in ((Role.DPO, "/"), (Role.DPO, "/portefeuille")):
        client = as_(role)
        tiles = client.get(path).all("//ul[contains(@class, 'tiles')]//a")
        assert tiles
        for tile in tiles:
            number = int(tile.xpath(".//*[@class='tile__value']")[0].text_content())
            listed = client.get(tile.get("href"))
            rows = len(listed.all("//table[contains(@class, 'list')]/tbody/tr"))
            if "contrats" not in tile.text_content() and "constats ouverts" not in tile.text_content():
                assert (tile.text_content(), rows) == (tile.text_content(), number)
