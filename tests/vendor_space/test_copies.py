from dataclasses import asdict

import pytest

from portal.core.language import Language
from portal.questionnaires import catalogue, rules
from portal.questionnaires.rules import parse
from portal.vendor_space.copies import copy_of
from tests.factories.questionnaires import both, raw_document, raw_question
from tests.factories.spaces import SECRET, small


def frozen(questionnaire):
    return rules.thaw(rules.freeze(questionnaire))


@pytest.mark.parametrize("language", list(Language))
def test_a_copy_holds_nothing_of_the_reviewer_s(language):
    for questionnaire in (small(), *catalogue.load().values()):
        text = str(asdict(copy_of(frozen(questionnaire), language)))
        assert SECRET not in text
        notes = {question.reviewer_note.read(language) for question in questionnaire.questions} - {""}
        assert not [note for note in notes if note in text]


def test_a_copy_is_in_one_language():
    french, english = (copy_of(frozen(small()), language) for language in (Language.FR, Language.EN))
    assert (french.title, english.title) == ("Petit audit", "Small audit")
    assert french.sections[0].questions[0].refs == "RGPD art.\xa032(1)(a)"
    assert "Chiffrez" not in str(asdict(english))


def test_a_copy_is_made_once_for_each_text_and_language():
    first = frozen(small())
    assert copy_of(first, Language.FR) is copy_of(frozen(small()), Language.FR)
    assert copy_of(first, Language.FR) is not copy_of(first, Language.EN)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"evidence": "required", "evidence_on": ["oui"]},
            "À joindre si vous répondez «\u202fOui\u202f»\u202f: la pièce.",
        ),
        ({"evidence": "required", "evidence_on": ["oui", "partiel"]}, "«\u202fOui\u202f» ou «\u202fEn partie\u202f»"),
        ({"kind": "text", "evidence": "required"}, "À joindre\u202f: la pièce."),
        ({"evidence": "optional"}, "Si vous l’avez, joignez\u202f: la pièce."),
        ({"evidence": "required", "evidence_max_age_months": 12}, "Daté de moins de 12 mois."),
        ({}, ""),
    ],
)
def test_what_is_to_be_attached_is_one_sentence(fields, expected):
    label = {"evidence_label": both("la pièce.", "the document.")} if fields else {}
    questionnaire = parse(raw_document(raw_question("a.un", **{"kind": "yes_no", **label, **fields})))
    (question,) = copy_of(questionnaire, Language.FR).sections[0].questions
    assert expected in question.evidence
    assert question.takes_files is bool(fields)


def test_a_proof_asked_of_every_choice_but_one_names_that_one():
    packs = catalogue.load()
    (question,) = [
        question
        for section in copy_of(frozen(packs["relation-client-retractation"]), Language.FR).sections
        for question in section.questions
        if question.key == "declarations.declencheurs"
    ]
    assert question.evidence.startswith(
        "À joindre, sauf si vous répondez «\u202fRien de tout cela\u202f»\u202f: Extrait"
    )


def test_an_article_of_a_code_is_shown_under_the_name_of_its_code():
    pack = frozen(catalogue.load()["relation-client-retractation"])
    for language, name in ((Language.FR, "Code de la consommation"), (Language.EN, "French Consumer Code")):
        shown = copy_of(pack, language).by_question["declarations.aiguillage"][1].refs
        assert f"{name}, art." in shown
        assert "12(3)" in shown
