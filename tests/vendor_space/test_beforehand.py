import io
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.models import Answer, value_of
from portal.audits.rules import AuditState
from portal.core.documents.tree import Paragraph, Section
from portal.core.language import Language
from portal.journal.models import JournalEntry
from portal.vendor_space import question_paper
from portal.vendor_space.questionnaire_text import numbered_text, questionnaire_text
from portal.vendor_space.views import beforehand
from tests.factories.spaces import SECRET, answer_all, small, space_of
from tests.vendor_space.workbook.test_reading import Edited


def path(space, what):
    return f"/espace/audits/{space.audit.id}/{what}"


@pytest.fixture(autouse=True)
def reading_here() -> Iterator[None]:
    """The child process has tests of its own: here the file is read where we are."""
    from portal.core.spreadsheets import read_sheets
    from portal.vendor_space.workbook import handing_in

    with patch.object(handing_in, "read_sheets_apart", read_sheets):
        yield


def taken(page, space) -> Edited:
    return Edited(page.client.get(path(space, "classeur.xlsx")).data)


def hand_in(page, space, edited, status=200):
    page.get(path(space, "classeur"))
    return page.post(
        path(space, "classeur"), {"file": (io.BytesIO(edited.saved()), "reponses.xlsx")}, status=status
    )  # fmt: skip


def stored(session, space) -> dict[str, object]:
    rows = session.scalars(select(Answer).where(Answer.audit_id == space.audit.id)).all()
    return {row.question_key: value_of(row.value) for row in rows}


def test_every_question_is_on_one_page_with_when_it_is_asked_and_nothing_of_the_reviewer(page, space):
    found = page.get(path(space, "questions"))
    assert len(found.all("//section[@id][contains(@class, 'question')]")) == len(small().questions)
    assert "Posée si vous répondez « Oui » à 1.1." in found.words.replace("\u202f", " ")
    assert SECRET not in found.words
    assert found.all(f"//a[@href='{path(space, 'questions.pdf')}']")
    assert page.get(path(space, "")[:-1]).all(f"//a[@href='{path(space, 'questions')}']")


def test_the_paper_has_the_numbers_of_the_page(page, space):
    printed = []
    with patch.object(beforehand, "printed_questions", lambda document: printed.append(document) or b"%PDF-"):
        found = page.client.get(path(space, "questions.pdf"))
    assert found.mimetype == "application/pdf"
    texts = [
        "".join(run.text for run in block.inlines)
        for part in printed[0].blocks
        if isinstance(part, Section)
        for block in part.blocks
        if isinstance(block, Paragraph)
    ]
    for number, key in (("1.1", "a.chiffre"), ("–", "a.suite"), ("1.2", "a.choix"), ("2.1", "b.delai")):
        assert f"{number} {small().question(key).text.read(Language.FR)}" in texts
    assert not any(SECRET in text for text in texts)


def test_the_questions_really_print_in_both_languages(space):
    for language in Language:
        text = numbered_text(questionnaire_text(small(), language), {})
        document = question_paper.question_paper(
            text, language, vendor="Nuage", organisation="Mutuelle", due_on=space.audit.due_on, reference="x"
        )
        assert question_paper.printed_questions(document).startswith(b"%PDF-")


def test_a_workbook_handed_in_is_kept_told_and_journalled(session, page, space):
    edited = taken(page, space).put("a.chiffre", "Oui").put("a.suite", "Par AES").put("a.choix", "Le voisin")
    found = hand_in(page, space, edited)
    assert "2 réponses reprises du classeur." in found.words
    assert f"Réponses!F{edited.lines['a.choix']}" in found.words
    session.expire_all()
    assert stored(session, space) == {"a.chiffre": "oui", "a.suite": "Par AES"}
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "answer.workbook")).one()
    assert entry.after == {"name": "reponses.xlsx", "saved": 2, "cells_refused": 1, "to_choose": 0}


def test_a_newer_answer_is_never_overwritten_but_shown_to_choose_from(session, page, space, admin):
    services.save_answer(admin, space.audit, "b.delai", posted="30", comment="Trente", base=0)
    session.commit()
    edited = taken(page, space).put("b.delai", 60)
    services.save_answer(admin, space.audit, "b.delai", posted="45", comment="Quarante-cinq", base=1)
    session.commit()
    found = hand_in(page, space, edited)
    assert "Une réponse à choisir" in found.words
    for told in ("60 jours", "45 jours", "Trente", "Quarante-cinq"):
        assert told in found.words.replace("\u202f", " ")
    session.expire_all()
    assert stored(session, space) == {"b.delai": "45"}
    data = {name: found.all(f"//input[@name='b.delai:{name}']/@value")[0] for name in ("file", "base")}
    posted = {f"b.delai:{name}": value for name, value in data.items()}
    page.post(path(space, "classeur/choix"), {**posted, "b.delai:then": "classeur"}, page=path(space, "classeur"))
    session.expire_all()
    assert stored(session, space) == {"b.delai": "60"}
    # The same page sent again, or late: what it showed is no longer there, and both are shown anew.
    services.save_answer(admin, space.audit, "b.delai", posted="50", comment="", base=3)
    session.commit()
    again = {**posted, "b.delai:then": "classeur"}
    found = page.post(path(space, "classeur/choix"), again, page=path(space, "classeur"), status=409)
    assert "50 jours" in found.words.replace("\u202f", " ")


def test_an_emptied_cell_erases_nothing_without_being_asked(session, page, space, admin):
    services.save_answer(admin, space.audit, "b.delai", posted="30", comment="", base=0)
    session.commit()
    found = hand_in(page, space, taken(page, space).put("b.delai", None))
    assert "Une réponse à choisir" in found.words
    session.expire_all()
    assert stored(session, space) == {"b.delai": "30"}


def test_an_answer_to_a_question_that_is_not_asked_is_told(session, page, space):
    edited = taken(page, space).put("a.chiffre", "Non").put("a.suite", "Par AES")
    found = hand_in(page, space, edited)
    assert f"Réponses!F{edited.lines['a.suite']}" in found.words
    session.expire_all()
    assert stored(session, space) == {"a.chiffre": "non"}


def test_the_workbook_of_another_audit_or_vendor_changes_nothing(session, page, space, as_):
    other = space_of(session, name="Autre SARL")
    session.commit()
    theirs = taken(as_(other.admin), other).put("b.delai", 3)
    found = hand_in(page, space, theirs, status=422)
    assert "celui d’un autre questionnaire" in found.words
    assert stored(session, space) == {}
    for what in ("questions", "questions.pdf", "classeur.xlsx", "classeur"):
        page.get(path(other, what), status=404)


def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(page, space):
    page.get(path(space, "classeur"))
    found = page.post(path(space, "classeur"), {"file": (io.BytesIO(b"%PDF-1.7"), "x.xlsx")}, status=422)
    assert "n’est pas un classeur Excel" in found.words


@pytest.mark.parametrize("carried", ["", "[", '{"v": {}, "c": ""}', '{"v": "x", "c": 3}', '["v"]', '{"v": "400"}'])
def test_a_choice_that_carries_nonsense_changes_nothing(session, page, space, carried):
    posted = {"b.delai:then": "classeur", "b.delai:file": carried, "b.delai:base": "0.0"}
    page.post(path(space, "classeur/choix"), posted, page=path(space, "classeur"))
    assert stored(session, space) in ({}, {"b.delai": None})


def test_after_sending_the_questions_are_read_and_no_workbook_is_taken(session, page, space, admin):
    edited = taken(page, space)
    answer_all(admin, space.audit)
    space.audit.state = AuditState.SUBMITTED
    session.commit()
    page.get(path(space, "questions"))
    hand_in(page, space, edited.put("b.delai", 3), status=422)
