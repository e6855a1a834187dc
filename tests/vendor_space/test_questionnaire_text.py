from dataclasses import asdict

import pytest

from portal.core.language import Language
from portal.questionnaires import catalogue
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.rules.snapshot import read_snapshot, snapshot_of
from portal.vendor_space.questionnaire_text import asked_text, numbered_text, questionnaire_text
from tests.factories.questionnaires import both, raw_document, raw_question
from tests.factories.spaces import SECRET, small


def frozen(questionnaire):
    return read_snapshot(snapshot_of(questionnaire))


@pytest.mark.parametrize("language", list(Language))
def test_a_copy_holds_nothing_of_the_reviewer_s(language):
    for questionnaire in (small(), *catalogue.load().values()):
        text = str(asdict(questionnaire_text(frozen(questionnaire), language)))
        assert SECRET not in text
        notes = {question.reviewer_note.read(language) for question in questionnaire.questions} - {""}
        assert not [note for note in notes if note in text]


def test_a_copy_is_in_one_language():
    french, english = (questionnaire_text(frozen(small()), language) for language in (Language.FR, Language.EN))
    assert (french.title, english.title) == ("Petit audit", "Small audit")
    assert french.sections[0].questions[0].articles == "RGPD art.\xa032(1)(a)"
    shown = [(q.text, q.help, q.why, q.articles, q.evidence) for s in english.sections for q in s.questions]
    assert "Chiffrez" not in str(shown)


def test_a_copy_is_made_once_for_each_text_and_language():
    first = frozen(small())
    assert questionnaire_text(first, Language.FR) is questionnaire_text(frozen(small()), Language.FR)
    assert questionnaire_text(first, Language.FR) is not questionnaire_text(first, Language.EN)


def test_audits_that_ask_the_same_share_a_text_and_others_never_do():
    asked = frozen(small())
    every = {question.key: f"1.{place}" for place, question in enumerate(asked.questions, start=1)}
    first = asked.questions[0].key
    fewer = {key: number for key, number in every.items() if key != first}
    assert asked_text(asked, Language.FR, every) is asked_text(frozen(small()), Language.FR, dict(every))
    for language in Language:
        for numbers in (every, fewer, {}, every):
            text = asked_text(asked, language, numbers)
            assert text == numbered_text(questionnaire_text(asked, language), numbers)
            assert {one.key: one.number for s in text.sections for one in s.questions if one.number} == numbers


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
    questionnaire = parse_questionnaire(raw_document(raw_question("a.un", **{"kind": "yes_no", **label, **fields})))
    (question,) = questionnaire_text(questionnaire, Language.FR).sections[0].questions
    assert expected in question.evidence
    assert question.question.takes_files is bool(fields)


@pytest.mark.parametrize(
    ("pack", "key", "start"),
    [
        ("relation-client-retractation", "declarations.declencheurs", "«\u202fRien de tout cela\u202f»\u202f: Extrait"),
        ("securite-art32", "securite.risques", "«\u202fNon\u202f»\u202f: Synthèse"),
        ("socle-rgpd", "registre.tenu", ""),
    ],
)
def test_a_proof_asked_of_more_choices_than_it_is_not_names_those_that_spare_it(pack, key, start):
    text = questionnaire_text(frozen(catalogue.load()[pack]), Language.FR)
    found = text.by_question[key][1].evidence
    assert found.startswith(f"À joindre, sauf si vous répondez {start}") is bool(start)


def test_an_article_of_a_code_is_shown_under_the_name_of_its_code():
    pack = frozen(catalogue.load()["relation-client-retractation"])
    for language, name in ((Language.FR, "Code de la consommation"), (Language.EN, "French Consumer Code")):
        shown = questionnaire_text(pack, language).by_question["declarations.aiguillage"][1].articles
        assert f"{name}, art." in shown
        assert "12(3)" in shown
