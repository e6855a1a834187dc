"""Pages of requests: the register, its export, one request, and each act from its button to the register."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.spreadsheets import read_table
from portal.person_requests import services
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.rules.entrusted import TaskOutcome
from portal.person_requests.rules.kinds import RequestKind
from portal.person_requests.rules.life import RequestState
from portal.person_requests.services import TaskReturn
from tests.conftest import NOW
from tests.factories.files import pdf
from tests.factories.requests import DONE, WHO, WHY, answered, entrusted, recorded, relayed
from tests.factories.world import vendor_of

TODAY = NOW.date()


@pytest.fixture
def vendor(session, app):
    return vendor_of(session, name="Callisto")


@pytest.fixture
def request_row(session, vendor):
    return relayed(Context(session, SYSTEM, NOW), vendor, ago=3)


def test_the_register_shows_the_term_and_leads_to_the_request(as_, request_row):
    page = as_(Role.DPO).get("/demandes")
    assert "Effacement, DP-2026-0001" in page.words
    assert "Il reste 27 jours pour répondre" in page.words
    assert WHO not in page.words
    shown = as_(Role.DPO).get(f"/demandes/{request_row.id}")
    assert WHO in shown.words
    assert "21 décembre 2026" in shown.words
    assert "notre lecture" in shown.words
    assert shown.one("a.button--next").get("href").endswith("/accuser")


def test_who_only_reads_the_register_does_not_know_who_asks(as_, request_row):
    client = as_(Role.MANAGEMENT)
    page = client.get(f"/demandes/{request_row.id}")
    assert WHO not in page.text
    assert "Seuls ceux qui traitent" in page.words
    client.get(f"/demandes/{request_row.id}/repondre", status=403)
    client.get(f"/demandes/{request_row.id}/lettres/accuse-fr.docx", status=403)


def test_the_home_and_the_calendar_say_when_and_name_nobody(as_, request_row):
    words = as_(Role.DPO).get("/").words
    assert "Callisto : répondre à une personne" in words
    assert WHO not in words
    assert "répondre à une personne" not in as_(Role.BUYER).get("/").words
    dates = as_(Role.DPO).get("/agenda").words
    assert "Répondre à la demande DP-2026-0001" in dates
    assert WHO not in dates


def test_no_search_finds_a_person(as_, request_row):
    assert WHO.split()[1] not in as_(Role.DPO).get("/recherche?q=Vaucresson").one("main").text_content().replace(
        "« Vaucresson »", ""
    )


def test_from_receipt_to_the_end_by_the_buttons(as_, session, vendor):
    client = as_(Role.DPO)
    posted = {"vendor": "Callisto", "reached_us_on": "23/11/2026", "kind": "acces", "name": WHO}
    here = client.post("/demandes/nouvelle", posted).response.headers["Location"]
    client.post(f"{here}/accuser", {"on": "24/11/2026"})
    client.post(f"{here}/repondre", {"on": "24/11/2026", "answer": DONE, "file": (BytesIO(pdf()), "Honorine.pdf")})
    client.post(f"{here}/clore", {"recipients": ""})
    session.expire_all()
    row = session.scalars(select(PersonRequest)).one()
    assert row.state is RequestState.CLOSED
    words = client.get(here).words
    assert "Répondue dans le délai" in words
    assert "Effacé après le 24 novembre 2031" in words
    assert client.client.get(f"{here}/preuve").data == pdf()
    assert "Réponse dans le délai : 1 sur 1" in client.get("/demandes").words


@pytest.mark.parametrize(
    ("act", "posted", "said"),
    [
        ("repondre", {"on": "24/11/2026", "answer": DONE}, "Joignez un fichier"),
        ("repondre", {"on": "24/11/2026", "answer": DONE, "file": b""}, "vide"),
        ("repondre", {"on": "01/11/2026", "answer": DONE, "file": b"%"}, "donnez un jour qui suit"),
        ("prolonger", {"on": "25/11/2026", "reason": WHY}, "à venir"),
        ("refuser", {"ground": "infondee", "reason": "non", "on": "24/11/2026"}, "Écrivez pourquoi"),
        ("douter", {"on": "24/11/2026", "reason": "?"}, "Écrivez pourquoi"),
        ("sans-objet", {"reason": "erreur"}, "Écrivez pourquoi"),
        ("dater", {"reached_us_on": "24/11/2026", "counts_from": "vendor", "reason": WHY}, "ou comptez du nôtre"),
    ],
)
def test_a_refusal_says_why_and_nothing_typed_is_lost(as_, session, vendor, act, posted, said):
    row = recorded(Context(session, SYSTEM, NOW), vendor)
    sent = dict(posted)
    if "file" in sent:
        sent["file"] = (BytesIO(pdf() if sent["file"] else b""), "preuve.pdf")
    page = as_(Role.DPO).post(f"/demandes/{row.id}/{act}", sent, status=422)
    assert said in page.words
    typed = posted.get("answer") or posted.get("reason")
    assert str(typed) in page.one("textarea").text_content()


def test_a_vendor_of_the_chain_is_asked_and_its_return_checked(as_, session, vendor, request_row):
    client, here = as_(Role.DPO), f"/demandes/{request_row.id}"
    asked = {"vendor": "Callisto", "kind": "effacer", "ask": "Le compte.", "due_on": "30/11/2026", "with_identity": "y"}
    client.post(f"{here}/confier", asked)
    task = session.scalars(select(RequestTask)).one()
    assert task.with_identity
    client.post(f"{here}/taches/{task.id}/annuler", {"reason": WHY}, page=f"{here}/taches/{task.id}/annuler")
    assert "Annulée" in client.get(here).words


def test_what_a_vendor_gave_back_is_the_first_thing_to_do(as_, session, vendor, request_row):
    ctx = Context(session, SYSTEM, NOW)
    task = entrusted(ctx, request_row, vendor)
    from_vendor = TaskReturn(TaskOutcome.NOTHING, "Rien sur elle dans nos trois outils.", TODAY)
    services.give_back(ctx, task, from_vendor, None)
    client = as_(Role.DPO)
    assert "Callisto a répondu pour la demande d’une personne" in client.get("/").words
    client.post(f"/demandes/{request_row.id}/taches/{task.id}/verifier", {}, page=f"/demandes/{request_row.id}")
    session.expire_all()
    assert task.state.value == "acceptee"


def test_another_vendor_s_task_is_no_task_of_this_request(as_, session, vendor, request_row):
    other = recorded(Context(session, SYSTEM, NOW), vendor)
    task = entrusted(Context(session, SYSTEM, NOW), other, vendor)
    as_(Role.DPO).get(f"/demandes/{request_row.id}/taches/{task.id}/annuler", status=404)


def test_the_table_has_a_line_a_request_and_no_person(as_, session, vendor, request_row):
    ctx = Context(session, SYSTEM, NOW)
    answered(ctx, recorded(ctx, vendor))
    content = as_(Role.DPO).client.get("/demandes/registre.csv").data
    assert len(read_table(content, "registre.csv").rows) == 2
    assert WHO not in content.decode("utf-8-sig")
    assert "Répondue dans le délai" in content.decode("utf-8-sig")


def test_a_spreadsheet_reckons_with_the_days_of_the_table(as_, session, vendor):
    row = answered(Context(session, SYSTEM, NOW), recorded(Context(session, SYSTEM, NOW), vendor))
    table = csv.DictReader(StringIO(as_(Role.DPO).client.get("/demandes/registre.csv").text[1:]), delimiter=";")
    [held] = [one for one in table if one["Référence"] == row.reference]
    assert date.fromisoformat(held["Le délai part du"]) == row.start
    assert date.fromisoformat(held["Terme"]) == row.due_on
    assert date.fromisoformat(held["Réponse ou refus le"]) == row.told_on
    assert held["Prolongée le"] == ""


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EXPERT, None])
def test_who_has_nothing_to_do_with_requests_sees_none(as_, request_row, role):
    as_(role).get(f"/demandes/{request_row.id}", status=302 if role is None else 403)


def test_what_is_forgotten_shows_neither_person_nor_file(as_, session, vendor):
    ctx = Context(session, SYSTEM, NOW)
    row = answered(ctx, recorded(ctx, vendor))
    services.close_request(ctx, row, "")
    row.erase_on = TODAY - timedelta(days=1)
    services.forget_due(ctx)
    session.commit()
    page = as_(Role.DPO).get(f"/demandes/{row.id}")
    assert WHO not in page.text
    assert "La ligne du registre reste" in page.words
    as_(Role.DPO).get(f"/demandes/{row.id}/preuve", status=404)


def test_a_withdrawal_from_a_contract_is_shown_apart(as_, session, vendor):
    row = recorded(Context(session, SYSTEM, NOW), vendor, RequestKind.CONTRACT)
    assert row.due_on == date(2026, 12, 8)
    page = as_(Role.DPO).get(f"/demandes/{row.id}")
    assert "ni le mois du RGPD" in page.words
    assert "Prolonger de deux mois" not in page.words
    assert page.one("//a[contains(@href, '/retractation/calculateur')]") is not None
    as_(Role.DPO).get(f"/demandes/{row.id}/lettres/prolongation-fr.docx", status=404)
