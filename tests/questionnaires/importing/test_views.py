"""The pages of an import: what is read, what is lost, the preview, the draft to take away."""

import io

import pytest

from portal.authz.policy import Role
from portal.core.spreadsheets import read_table
from portal.questionnaires import catalogue
from portal.questionnaires.importing.workbook import COLUMNS
from portal.questionnaires.models import OwnQuestionnaire
from portal.questionnaires.rules.writing import toml_of
from tests.factories.questionnaires import questionnaire

VSAQ = b"""// Theirs
{"questionnaire": [{"type": "block", "text": "Their questions", "items": [
  {"type": "radiogroup", "id": "prog", "text": "Do you have <b>a program</b>?",
   "choices": [{"y": "Yes, we do"}, {"n": "No"}]},
  {"type": "tip", "text": "<p>First line.</p><p>Second line.</p>"},
  {"type": "line", "id": "why", "text": "Why is there none?", "cond": "n"},
  {"type": "line", "id": "x", "text": "What else?", "cond": "matches(why, 'x')"}]}]}"""


@pytest.fixture
def send(as_):
    def post(data, name="theirs.json", status=200, **fields):
        return as_(Role.DPO).post(
            "/questionnaires/importer", {"file": (io.BytesIO(data), name), **fields}, status=status
        )

    return post


def test_the_list_of_questionnaires_leads_to_the_import(as_):
    page = as_(Role.DPO).get("/questionnaires")
    assert page.all("//a[@href='/questionnaires/importer']")
    assert not as_(Role.LEGAL).get("/questionnaires").all("//a[@href='/questionnaires/importer']")


def test_the_draft_is_shown_as_its_vendor_would_read_it_with_every_loss(send):
    page = send(VSAQ)
    assert "theirs.json, lu comme VSAQ (JSON)" in page.words
    questions = page.all("//section[@class='clause']")
    assert len(questions) == 3
    assert "Do you have a program?" in questions[0].text_content()
    assert "Posée si 1.1" in questions[1].text_content()
    assert [line.text_content() for line in questions[0].xpath("./div/p")][:2] == ["First line.", "Second line."]
    assert page.all("//div[@lang='en']"), "a text that has no French is read in English"
    (lost,) = page.all("//section[@id='pertes']//tbody/tr")
    assert "matches(why" in lost.text_content()
    assert len(page.all("//section[@id='manques']//tbody/tr")) == 3


def test_the_draft_is_taken_away_as_its_file(send, as_):
    (held,) = send(VSAQ).all("//input[@name='toml']/@value")
    toml = {"toml": held.replace("\n", "\r\n")}
    answer = as_(Role.DPO).post("/questionnaires/importer/brouillon.toml", toml, status=200).response
    assert 'filename="theirs.toml"' in answer.headers["Content-Disposition"]
    assert answer.get_data(as_text=True).strip() == held.strip()


def test_nothing_enters_the_catalogue(send, as_):
    send(VSAQ)
    as_(Role.DPO).get("/questionnaires/theirs", status=404)


@pytest.mark.parametrize(
    "data", [b"{}", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"a: !!python/none x", b"PK\x03\x04"]
)
def test_a_file_that_is_refused_is_refused_in_a_sentence(send, data):
    page = send(data, status=422)
    assert page.all("//*[@role='alert']")
    assert page.all("//input[@type='file']")


def test_no_file_is_a_sentence(as_):
    assert "Choisissez" in as_(Role.DPO).post("/questionnaires/importer", {}, status=422).words


def test_what_is_no_draft_is_not_handed_back(as_):
    as_(Role.DPO).post("/questionnaires/importer/brouillon.toml", {"toml": "key = 3"}, status=422)


@pytest.mark.parametrize("role", [Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.VENDOR_ADMIN])
def test_an_import_is_not_for_everyone(as_, role):
    as_(role).get("/questionnaires/importer", status=403)
    as_(role).post("/questionnaires/importer/brouillon.toml", {"toml": toml_of(questionnaire())}, status=403)


def test_the_model_and_the_workbook_of_a_questionnaire_are_read_back(as_, send):
    model = as_(Role.DPO).client.get("/questionnaires/importer/modele.xlsx")
    assert read_table(model.get_data(), "a.xlsx").header == COLUMNS
    shipped = as_(Role.DPO).client.get("/questionnaires/socle-rgpd/classeur.xlsx")
    assert len(read_table(shipped.get_data(), "a.xlsx").rows) == len(catalogue.load()["socle-rgpd"].questions)
    as_(Role.DPO).get("/questionnaires/inconnu/classeur.xlsx", status=404)


def test_the_draft_is_kept_and_completed_in_the_portal(send, as_, session):
    (held,) = send(VSAQ).all("//input[@name='toml']/@value")
    dpo = as_(Role.DPO)
    page = dpo.follow(dpo.post("/questionnaires/importer/garder", {"toml": held, "filename": "a.json"}, status=302))
    assert "à compléter avant de publier" in page.words
    assert "Do you have a program?" in page.words
    own = session.query(OwnQuestionnaire).one()
    refused = dpo.post(f"/questionnaires/ecrits/{own.id}/publier", {}, status=422)
    assert "« Question » manque" in refused.words.replace("\u202f", " ")
