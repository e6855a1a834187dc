"""Pages of breaches: the register, its exports, one breach, and each act from its button to the register."""

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.clock import LEGAL_ZONE
from portal.core.documents.tree import Section
from portal.core.language import Language
from portal.core.spreadsheets import read_table
from portal.incidents import services
from portal.incidents.breach_register import register_tree
from portal.incidents.models import Incident
from portal.incidents.rules.breach_facts import BreachCause
from portal.incidents.rules.decision import RiskQuestion
from portal.incidents.rules.life import IncidentState
from tests.conftest import NOW
from tests.factories.incidents import WHAT, WHOLE, WHY, assessed, declared
from tests.factories.people import user_of
from tests.factories.world import vendor_of


@pytest.fixture
def incident(session, app):
    return declared(Context(session, SYSTEM, NOW), vendor_of(session, name="Callisto"), WHOLE)


def test_the_register_shows_the_clock_and_leads_to_the_breach(as_, incident):
    page = as_(Role.DPO).get("/violations")
    assert "Callisto, VD-2026-0001" in page.words
    assert "Il reste 73 heures pour notifier" in page.words
    shown = as_(Role.DPO).get(f"/violations/{incident.id}")
    assert "27 novembre 2026 à 11:00" in shown.words
    assert "9 éléments connus sur 9" in shown.words
    assert "Délai inconnu" in shown.words
    assert shown.one("a.button--next").get("href").endswith("/evaluer")


def test_the_home_of_whoever_decides_begins_with_the_clock(as_, incident):
    words = as_(Role.DPO).get("/").words
    assert "Callisto : violation de données, décider de notifier la CNIL" in words
    assert "Il reste 73 heures pour notifier" in words
    assert "violation de données" not in as_(Role.BUYER).get("/").words


def test_from_the_declaration_to_the_end_by_the_buttons(as_, session, incident):
    client, here = as_(Role.DPO), f"/violations/{incident.id}"
    answers = {question.value: "non" for question in RiskQuestion}
    client.post(f"{here}/evaluer", {**answers, "risk": "risque", "reason": WHY})
    client.post(f"{here}/notifier", {"at": "2026-11-24T10:00", "reference": "FR-2026-0042"})
    client.post(
        f"{here}/clore",
        {"effects": "Aucun appel suspect en trente jours.", "remedy": "Le serveur public a été fermé pour de bon."},
    )
    session.expire_all()
    assert session.get_one(Incident, incident.id).state is IncidentState.CLOSED
    words = client.get(here).words
    assert "CNIL notifiée dans les 72 heures" in words
    assert "FR-2026-0042" in words


def test_in_english_the_words_of_an_article_are_english(as_, session, incident):
    page = as_(user_of(session, Role.DPO, language=Language.EN)).get(f"/violations/{incident.id}")
    assert "GDPR art. 33(1); EDPB, Guidelines 9/2022" in page.words.replace("\u00a0", " ")
    assert not {"RGPD", "Règl.", "CEPD"} & set(page.words.split())


def test_persons_at_high_risk_are_told_before_closing_is_offered(as_, session, incident):
    client, here = as_(Role.DPO), f"/violations/{incident.id}"
    client.post(f"{here}/evaluer", {"risk": "eleve", "reason": WHY})
    client.post(f"{here}/notifier", {"at": "2026-11-24T10:00", "reference": "FR-2026-0042"})
    page = client.get(here)
    assert page.one("a.button--next").get("href") == f"{here}/informer"
    assert not page.all(f"//a[@href='{here}/clore']"), "what would be refused is not offered"
    client.post(f"{here}/informer", {"at": "2026-11-24T10:00", "how": WHY})
    assert client.get(here).one("a.button--next").get("href") == f"{here}/clore"


@pytest.mark.parametrize(
    ("named", "posted", "said"),
    [
        ("evaluer", {"risk": "", "reason": ""}, "Choisissez un niveau."),
        ("evaluer", {"risk": "improbable", "reason": "ok"}, "Écrivez pourquoi"),
        ("connaissance", {"at": "demain", "reason": WHY}, "n’est pas reconnu"),
        ("connaissance", {"at": "2027-01-01T10:00", "reason": WHY}, "Ce moment est à venir"),
        ("noter", {"text": " "}, "Écrivez une note."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_lost(as_, incident, named, posted, said):
    page = as_(Role.DPO).post(f"/violations/{incident.id}/{named}", posted, status=422)
    assert said in page.words


def test_an_act_that_its_state_does_not_have_leads_back_to_the_breach(as_, incident):
    found = as_(Role.DPO).get(f"/violations/{incident.id}/clore", status=302)
    assert found.response.headers["Location"].endswith(f"/violations/{incident.id}")


def test_a_breach_told_by_telephone_is_recorded_by_one_of_ours(as_, session, app):
    vendor_of(session, name="Logis Express")
    client = as_(Role.LEGAL)
    posted = {"vendor": "Logis Express", "what": WHAT, "aware_at": "2026-11-24T08:00"}
    client.post("/violations/nouvelle", {**posted, "vendor": "Inconnu"}, status=422)
    client.post("/violations/nouvelle", posted)
    made = session.scalars(select(Incident)).one()
    assert (made.from_vendor, made.aware_at) == (False, NOW - timedelta(hours=2))


def test_correcting_the_facts_keeps_what_the_vendor_said(as_, session, incident):
    client, here = as_(Role.DPO), f"/violations/{incident.id}/faits"
    client.post(here, {"what": WHAT, "cause": "erreur", "persons": "950"})
    words = client.get(f"/violations/{incident.id}").words
    assert "Le prestataire dit autre chose" in words


@pytest.mark.parametrize(("role", "status"), [(Role.MANAGEMENT, 200), (Role.EXPERT, 403), (Role.ADMIN, 403)])
def test_who_may_read_the_register(as_, incident, role, status):
    as_(role).get("/violations", status=status)


def test_a_business_owner_reads_the_breaches_of_its_own_vendors_alone(as_, session, incident):
    owner = user_of(session, Role.BUYER)
    declared(Context(session, SYSTEM, NOW), vendor_of(session, owner, name="Le sien"))
    words = as_(owner).get("/violations").words
    assert "Le sien" in words
    assert "Callisto" not in words


def test_a_register_of_some_vendors_alone_does_not_pass_for_the_whole(as_, session, incident):
    owner = user_of(session, Role.BUYER)
    session.commit()
    assert "toutes les violations" in as_(Role.DPO).get("/violations").words
    assert "toutes les violations" not in as_(owner).get("/violations").words
    whole, partial = (register_tree([], "Maison Verdelet", Language.FR, NOW, is_whole=one) for one in (True, False))
    assert "tenu en application" in str(whole)
    assert "Aucune violation n’a été consignée." in str(whole)
    assert "Extrait du registre" in str(partial)
    assert "Aucune violation n’a été consignée." not in str(partial)


def test_the_register_leaves_as_a_table_with_facts_effects_and_remedy(as_, incident):
    found = as_(Role.DPO).get("/violations/registre.csv")
    table = read_table(found.response.get_data(), "registre.csv")
    [row] = [dict(zip(table.header, one.cells, strict=True)) for one in table.rows]
    assert row["Référence"] == "VD-2026-0001"
    assert row["Ce qui s’est passé"] == WHAT
    assert row["Nombre de personnes, environ"].replace("\u202f", "") == "1200"
    assert {"Effets", "Ce qui y a remédié", "Motifs du retard"} <= set(table.header)


def test_the_register_says_when_a_breach_began_and_what_it_came_from(as_, session, app):
    facts = replace(WHOLE, cause=BreachCause.ERROR, began_at=NOW - timedelta(days=3))
    declared(Context(session, SYSTEM, NOW), vendor_of(session, name="Callisto"), facts)
    header, row = csv.reader(StringIO(as_(Role.DPO).client.get("/violations/registre.csv").text[1:]), delimiter=";")
    held = dict(zip(header, row, strict=True))
    assert held["Origine"] == BreachCause.ERROR.label
    assert datetime.strptime(held["Commencée"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=LEGAL_ZONE) == NOW - timedelta(
        days=3
    )


def test_a_spreadsheet_reckons_with_the_moments_and_the_numbers_of_the_register(as_, incident):
    header, row = csv.reader(StringIO(as_(Role.DPO).client.get("/violations/registre.csv").text[1:]), delimiter=";")
    held = dict(zip(header, row, strict=True))
    assert held["Nombre de personnes, environ"] == str(incident.known.persons)
    for name, moment in (
        ("Déclarée le", incident.declared_at),
        ("Connue de nous le", incident.aware_at),
        ("Découverte par le prestataire", incident.known.noticed_at),
    ):
        assert datetime.strptime(held[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=LEGAL_ZONE) == moment
    assert held["CNIL notifiée le"] == ""


def test_the_register_on_paper_says_its_moments_and_numbers_in_words(incident):
    told = str(register_tree([incident], "Maison Verdelet", Language.FR, NOW))
    assert "24 novembre 2026 à" in told
    assert r"1\u202f200" in told


def test_no_line_of_the_register_says_its_own_name_for_a_value(ctx, incident):
    tree = register_tree([assessed(ctx, incident)], "Maison Verdelet", Language.FR, NOW)
    rows = [row for part in tree.blocks if isinstance(part, Section) for row in part.blocks[0].rows]
    told = {name[0].text: value[0].text for name, value in rows}
    assert told["Niveau de risque"] == "Risque"
    assert [name for name, value in told.items() if name == value] == []


@pytest.mark.pdf
def test_the_register_leaves_on_paper(as_, session, ctx, incident):
    services.withdraw_incident(ctx, incident, "Le fichier ne contenait aucune donnée personnelle.")
    session.commit()
    found = as_(Role.DPO).client.get("/violations/registre.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(found.get_data())).pages)
    assert "VD-2026-0001" in text
    assert "aucune donnée personnelle" in " ".join(text.split())
