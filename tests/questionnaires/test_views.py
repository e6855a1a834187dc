import shutil
from dataclasses import replace

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.config import ROOT
from portal.core.language import Language
from portal.questionnaires import catalogue, services
from tests.conftest import NOW
from tests.factories.people import user_of

SHIPPED = ROOT / "questionnaires"


@pytest.fixture
def folder(app, tmp_path):
    """A folder of questionnaires that the portal reads for this test."""
    place = tmp_path / "questionnaires"
    shutil.copytree(SHIPPED, place)
    settings = app.extensions["vigie.settings"]
    app.extensions["vigie.settings"] = replace(settings, questionnaires_dir=place)
    yield place
    app.extensions["vigie.settings"] = settings


def test_the_files_are_listed_with_version_size_and_hash(as_):
    page = as_(Role.DPO).get("/questionnaires")
    questionnaire = catalogue.load()["socle-rgpd"]
    row, *packs = page.all("//tbody/tr")
    assert len(packs) == len(catalogue.load()) - 1
    assert questionnaire.title.fr in row.text_content()
    assert str(len(questionnaire.questions)) in row.text_content()
    assert "pas encore" in row.text_content()
    assert row.xpath(".//code/@title")


def test_a_published_version_stands_beside_its_file(session, as_):
    version = services.publish(Context(session, SYSTEM, NOW), catalogue.load()["socle-rgpd"])
    session.commit()
    client = as_(Role.LEGAL)
    page = client.get("/questionnaires")
    assert "publié tel quel" in page.words
    assert page.all(f"//a[@href='/questionnaires/versions/{version.id}']")
    shown = client.get(f"/questionnaires/versions/{version.id}")
    assert "Publié le 24 novembre 2026" in shown.words
    assert version.sha256[:16] in shown.words


def test_a_text_changed_under_the_same_number_is_noticed(session, as_, folder):
    services.publish(Context(session, SYSTEM, NOW), catalogue.load()["socle-rgpd"])
    path = folder / "socle-rgpd.toml"
    path.write_text(path.read_text().replace("Comment joindre votre DPO ?", "Comment joindre le DPO ?", 1))
    session.commit()
    assert "texte changé sous le même numéro" in as_(Role.DPO).get("/questionnaires").words


def test_every_defect_is_shown_with_its_file_and_question(as_, folder):
    path = folder / "socle-rgpd.toml"
    path.write_text(path.read_text().replace("weight = 3", "weight = 9", 1))
    for other in set(folder.glob("*.toml")) - {path, *(folder / name for name in catalogue.NOT_QUESTIONNAIRES)}:
        other.unlink()
    (folder / "coherence.toml").unlink()  # it names questions that are gone with their files
    (folder / "autre.toml").write_text("ceci n'est pas du TOML")
    page = as_(Role.DPO).get("/questionnaires")
    rows = [row.text_content() for row in page.all("//section[@id='defauts']//tbody/tr")]
    assert len(rows) == 2
    assert any("autre.toml" in row and "ligne 1" in row for row in rows)
    assert any("socle-rgpd.toml" in row and "gouvernance.qualite" in row for row in rows)
    assert "Aucun questionnaire utilisable" in page.words
    as_(Role.DPO).get("/questionnaires/socle-rgpd", status=404)


def test_a_sound_file_is_still_shown_beside_a_defective_one(as_, folder):
    (folder / "autre.toml").write_text("rien = 1")
    page = as_(Role.DPO).get("/questionnaires")
    assert page.all("//section[@id='defauts']")
    assert page.all("//a[@href='/questionnaires/socle-rgpd']")


def test_a_file_corrected_is_read_again(as_, folder):
    path = folder / "socle-rgpd.toml"
    sound = path.read_text()
    path.write_text(sound.replace("weight = 3", "weight = 9", 1))
    assert as_(Role.DPO).get("/questionnaires").all("//section[@id='defauts']")
    path.write_text(sound)
    assert not as_(Role.DPO).get("/questionnaires").all("//section[@id='defauts']")


def test_a_questionnaire_is_read_as_its_vendor_will_with_notes_in_the_margin(as_):
    page = as_(Role.DPO).get("/questionnaires/socle-rgpd")
    questionnaire = catalogue.load()["socle-rgpd"]
    assert len(page.all("//section[@class='clause']")) == len(questionnaire.questions)
    for question in questionnaire.questions:
        (place,) = page.all(f"//section[@id='q-{question.key}']")
        words = " ".join(place.text_content().split())
        assert " ".join(str(question.text).split()) in words
        if question.reviewer_note:
            (margin,) = place.xpath("./aside")
            note = " ".join(str(question.reviewer_note).split())
            assert note in " ".join(margin.text_content().split())
            assert note not in " ".join(place.xpath("./div")[0].text_content().split()), "only in the margin"


def test_conditions_marks_and_findings_are_said_in_words(as_):
    page = as_(Role.DPO).get("/questionnaires/socle-rgpd")
    (place,) = page.all("//section[@id='q-gouvernance.dpo-contact']")
    assert "Posée si 1.3 est «\u202fOui\u202f»" in place.text_content()
    (role,) = page.all("//section[@id='q-gouvernance.qualite']")
    assert "50" in role.text_content()
    assert "constat majeur" in role.text_content()


def test_it_is_read_in_either_language_whatever_the_reader_s(session, as_):
    french = as_(Role.DPO).get("/questionnaires/socle-rgpd?langue=en")
    assert french.tree.get("lang") == "fr"
    assert "In what capacity do you process the data" in french.words
    assert french.all("//div[@lang='en']")
    english = as_(user_of(session, Role.DPO, language=Language.EN)).get("/questionnaires/socle-rgpd")
    assert "In what capacity do you process the data" in english.words
    as_(Role.DPO).get("/questionnaires/socle-rgpd?langue=xx")


@pytest.mark.parametrize(
    "path", ["/questionnaires/inconnu", "/questionnaires/versions/999999", "/questionnaires/bareme"]
)
def test_what_does_not_exist_is_not_found(as_, path):
    as_(Role.DPO).get(path, status=404)


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.VENDOR_ADMIN])
def test_reviewer_notes_are_not_for_everyone(as_, role):
    for path in ("/questionnaires", "/questionnaires/socle-rgpd"):
        as_(role).get(path, status=403)


def test_the_list_costs_the_same_whatever_was_published(session, as_, statements):
    client = as_(Role.DPO)

    def cost():
        statements.clear()
        client.get("/questionnaires")
        return len(statements)

    few = cost()
    questionnaire = catalogue.load()["socle-rgpd"]
    for number in range(5):
        services.publish(Context(session, SYSTEM, NOW), replace(questionnaire, version=f"2.{number}", sha256=""))
    session.commit()
    assert cost() == few


def test_the_stage_of_the_relation_with_consumers_is_said_in_the_language_read(as_):
    for language, words in (("fr", "Avant la vente"), ("en", "Before the sale")):
        page = as_(Role.DPO).get(f"/questionnaires/relation-client-retractation?langue={language}")
        (place,) = page.all("//section[@id='q-appels.numero']")
        assert words in place.text_content()
        (scope,) = page.all("//section[@id='q-perimetre.canaux']")
        assert words not in scope.text_content()
