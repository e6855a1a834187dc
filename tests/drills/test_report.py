"""The report and the comparison: the second year beside the first, gaps read again in the true data."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.documents.text import tree_text
from portal.core.language import Language
from portal.drills import workshop
from portal.drills.drill_page import drill_page
from portal.drills.models import Drill, DrillStep
from portal.drills.report import report_tree
from portal.vendors.models import Vendor
from tests.conftest import NOW
from tests.drills.conftest import BREACH
from tests.drills.test_breach_drill import record


@pytest.fixture
def two(portal, dpo, once):
    """A drill of last year whose awareness took twenty minutes, and one of now."""

    def hold_both():
        dpo.post("/exercices/nouveau/fuite", BREACH)
        record(dpo, "/exercice/1")
        dpo.post("/exercices/1/terminer", page="/exercices/1")
        with portal.database.transaction() as session:
            for step in session.scalars(select(DrillStep)):
                step.reached_at += timedelta(minutes=20)
        dpo.post("/exercices/nouveau/fuite", BREACH)
        record(dpo, "/exercice/2", measures="")
        dpo.post("/exercices/2/terminer", page="/exercices/2")
        workshop.wait_for_work(2)

    once("two", hold_both)


def test_the_second_is_beside_the_first(dpo, two):
    page = dpo.get("/exercices/2")
    assert "(20 de moins)" in page.words
    assert "Comparé à l’exercice du 24 novembre 2026" in page.words
    assert "Comparé" not in dpo.get("/exercices/1").words


def test_a_drill_given_up_is_compared_with_nothing(portal, dpo, two):
    with portal.database.transaction() as session:
        session.get_one(Drill, 1).state = "abandonne"
    assert "Comparé" not in dpo.get("/exercices/2").words


def test_what_is_mended_since_is_read_in_the_true_data_and_said(portal, dpo, two):
    page = dpo.get("/exercices/2")
    assert "Comblé depuis" not in page.words
    gaps = len(page.all("//a[contains(text(), 'Corriger')]"))
    with portal.database.transaction() as session:
        session.get_one(Vendor, portal.vendor.id).breach_contact = ""
    page = dpo.get("/exercices/2")
    assert "Comblé depuis" not in page.words
    assert len(page.all("//a[contains(text(), 'Corriger')]")) == gaps


def test_a_gap_that_was_mended_in_the_drill_alone_is_not_mended(portal, dpo):
    with portal.database.transaction() as session:
        session.get_one(Vendor, portal.vendor.id).breach_contact = ""
    dpo.post("/exercices/nouveau/fuite", BREACH)
    assert "personne à joindre en cas de violation" in dpo.get("/exercices/1").words
    dpo.post("/exercices/1/terminer", page="/exercices/1")
    assert "Comblé depuis" not in dpo.get("/exercices/1").words
    with portal.database.transaction() as session:
        session.get_one(Vendor, portal.vendor.id).breach_contact = "astreinte@sud.example"
    assert "Comblé depuis" in dpo.get("/exercices/1").words


@pytest.mark.parametrize("language", Language)
def test_the_paper_says_the_times_the_gaps_and_that_nothing_was_kept(portal, two, language):
    with portal.database.reading() as session:
        page = drill_page(Context(session, SYSTEM, NOW), session.get_one(Drill, 2), language)
        text = tree_text(report_tree(page, "Maison", language))
    wanted = {
        Language.FR: ("non franchie", "20 min", "Terme des 72 heures", "copie effacée", "Messages qui seraient partis"),
        Language.EN: ("not reached", "20 min", "End of the 72 hours", "copy erased", "Messages that would have left"),
    }
    assert [words for words in wanted[language] if words not in text.replace("\u202f", " ")] == []


def test_the_report_is_for_a_drill_that_is_over(dpo, breach):
    assert dpo.client.get("/exercices/1/compte-rendu.docx").status_code == 404
    dpo.post("/exercices/1/terminer", page="/exercices/1")
    assert dpo.client.get("/exercices/1/compte-rendu.docx").status_code == 200
