"""Our own workbook: the file that is written is read back into the same questionnaire; a bad cell is named."""

import pytest
from hypothesis import given

from portal.core.errors import Refused
from portal.core.spreadsheets import write_xlsx
from portal.questionnaires import catalogue
from portal.questionnaires.definition import AnswerAmong, Bilingual
from portal.questionnaires.importing.workbook import COLUMNS, sheet_of
from tests.effort import at_most
from tests.factories.imports import draft, imported, lost
from tests.factories.questionnaires import questionnaires


def _sheet(header, rows=()):
    return write_xlsx("Questions", header, rows)


def test_the_shipped_questionnaires_come_back_whole():
    for shipped in catalogue.load().values():
        found = draft(imported(_sheet(*sheet_of(shipped))))
        own = [section.key for section in shipped.sections]
        assert [section.title for section in found.sections] == [section.title for section in shipped.sections]
        for read, question in zip(found.questions, shipped.questions, strict=True):
            if question.key.split(".")[0] in own and question.visible_if is None:
                assert read == question
            assert (read.text, read.choices, read.kind) == (question.text, question.choices, question.kind)


@at_most(12)
@given(questionnaires)
def test_a_questionnaire_written_in_a_workbook_is_read_back_the_same(questionnaire):
    assert draft(imported(_sheet(*sheet_of(questionnaire)))) == questionnaire


def test_plain_words_are_understood():
    header = ["Section", "Question", "Question (EN)", "Type", "Choix", "Obligatoire", "Condition", "Couleur"]
    condition = '{ question = "vos-acces.qui-entre", in = ["tous"] }'
    rows = [
        [
            "Vos accès",
            "Qui entre ?",
            "Who enters?",
            "choix unique",
            "tous | Tout le monde\nPersonne",
            "oui",
            "",
            "bleu",
        ],
        ["", "Pourquoi ?", "", "", "", "non", condition, ""],
        ["Vos sites", "Où ?", "", "texte", "", "", "", ""],
    ]
    report = imported(_sheet(header, rows), name="mon-questionnaire.xlsx")
    found = draft(report)
    assert [section.title for section in found.sections] == [Bilingual("Vos accès"), Bilingual("Vos sites")]
    first, second, third = found.questions
    assert first.text == Bilingual("Qui entre ?", "Who enters?")
    assert [(choice.value, choice.label.fr) for choice in first.choices] == [
        ("tous", "Tout le monde"),
        ("personne", "Personne"),
    ]
    assert second.visible_if == AnswerAmong(first.key, ("tous",))
    assert (first.required, second.required, third.kind.name) == (True, False, "text")
    assert found.key == "mon-questionnaire"
    assert report.losses[0].places == ("Couleur",)
    assert lost(report, "article")


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("kind", "devinette", "Ligne 2"),
        ("weight", "beaucoup", "Ligne 2"),
        ("visible_if", "{ question = ", "Ligne 2"),
        ("choices", '[{ value = "a" }]', "Ligne 2"),
        ("minimum", "[[[[[", "Ligne 2"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_its_line(column, cell, said):
    with pytest.raises(Refused) as refusal:
        imported(_sheet(["text.fr", column], [["Quoi ?", cell]]))
    assert said in str(refusal.value)


def test_an_empty_workbook_is_refused():
    with pytest.raises(Refused, match="aucune question"):
        imported(_sheet(COLUMNS))
