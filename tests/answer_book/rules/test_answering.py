"""What a cell is given: the right way round, in the words it takes, or nothing."""

from dataclasses import replace

import pytest

from portal.answer_book import vocabulary_files
from portal.answer_book.rules.answering import cell_answer
from portal.answer_book.rules.form import CellKind, FormQuestion, GridCell
from portal.core.language import Language
from portal.questionnaires.definition import GivenAnswer
from tests.answer_book.signed import signed


def answer(key, text, value=None, *, comment="", language=Language.FR, **cell):
    """What the cell of a question is given, by this key, from this answer or the usual one."""
    said = signed()[key]
    given = replace(said.given, value=said.given.value if value is None else value, comment=comment)
    concepts = vocabulary_files.vocabulary().read(text).concepts
    asked = FormQuestion("1", 2, text, 2, 0, GridCell(**cell))
    profile = vocabulary_files.profile_of(said.question)
    found = cell_answer(asked, said.question, given, profile, concepts, language)
    return found.text if found else None


@pytest.mark.parametrize(
    ("value", "outside", "inside"),
    [("non", "Non", "Oui"), ("oui", "Oui", "Non"), ("inconnu", "Nous ne savons pas", None)],
)
def test_a_question_put_the_other_way_round_is_answered_the_other_way_round(value, outside, inside):
    key = "transferts.hors-eee"
    assert answer(key, "Transférez-vous des données hors de l'EEE ?", value) == outside
    assert answer(key, "Les données restent-elles uniquement dans l'EEE ?", value) in {inside, "Nous ne savons pas"}


def test_where_the_way_round_is_unsure_nothing_is_answered():
    assert answer("gouvernance.dpo-designe", "N'avez-vous pas de DPO ?") is None
    assert answer("chaine.recours", "Don't you use sub-processors?", language=Language.EN) is None
    assert answer("chaine.recours", "Est-il interdit de recourir à des sous-traitants ?") is None


def test_an_answer_in_part_stays_in_part_whichever_way_it_is_asked():
    assert answer("chaine.memes-obligations", "Are sub-processors bound by the same obligations?") == "En partie"
    assert (
        answer("chaine.memes-obligations", "Are any sub-processors not bound by the same obligations?") == "En partie"
    )


def test_not_applicable_is_said_and_never_inverted():
    text = "Opérez-vous sans délégué à la protection des données ?"
    assert answer("gouvernance.dpo-designe", text, "na") == "Non concerné"


@pytest.mark.parametrize(
    ("hours", "value", "expected"),
    [(72, "h48", "Yes"), (48, "h48", "Yes"), (24, "h48", "No"), (72, "plus", "No"), (200, "plus", None),
     (24, "non-defini", None)],
)  # fmt: skip
def test_a_delay_asked_by_yes_or_no_is_compared_with_ours(hours, value, expected):
    text = f"Do you notify customers of a data breach within {hours} hours?"
    said = answer("assistance.violation-delai", text, value, language=Language.EN, options=("Yes", "No"))
    assert said == expected


def test_an_open_question_gets_the_whole_answer_in_the_language_of_the_form():
    text = "How soon do you notify us of a breach?"
    assert answer("assistance.violation-delai", text, language=Language.EN) == "Within 48 hours"
    assert (
        answer("chaine.liste", "Liste de vos sous-traitants", language=Language.FR) == "Nuage SA, Hébergement, France"
    )


def test_a_list_without_the_answer_is_left_empty():
    assert answer("gouvernance.etablissement", "Pays de l'entité ?", options=("Allemagne", "Italie")) is None
    assert (
        answer("gouvernance.etablissement", "Where is the entity?", options=("In France", "Elsewhere")) == "In France"
    )


def test_a_cell_for_a_date_or_a_number_takes_nothing_else():
    text = "Date de mise à jour du registre"
    assert answer("registre.mise-a-jour", text, kind=CellKind.DATE) == "2026-05-04"
    assert answer("registre.mise-a-jour", text, kind=CellKind.NUMBER) is None
    assert answer("registre.tenu", "Le registre est tenu", kind=CellKind.DATE) is None
    assert answer("gouvernance.dpo-designe", "DPO ?", kind=CellKind.UNKNOWN_LIST) is None


def test_a_choice_of_several_is_answered_by_whether_it_is_held():
    key = "cooperation.certifications"
    assert answer(key, "Êtes-vous certifié ISO 27001 ?") == "Oui"
    assert answer(key, "Êtes-vous certifié HDS ?") == "Non"
    assert answer(key, "Are you without ISO 27001 certification?", language=Language.EN) == "No"
    assert GivenAnswer().value is None
