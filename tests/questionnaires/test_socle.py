"""The shipped baseline: what it covers of art. 28, and the qualities every one of its questions must have."""

import re

import pytest

from portal.questionnaires import catalogue
from portal.questionnaires.definition import EvidenceDemand, GivenAnswer
from portal.questionnaires.rules.completing import declared_mark, missing_items, severity_opened, visible_questions
from portal.questionnaires.rules.vendor_copy import for_vendor

SOCLE = catalogue.load()["socle-rgpd"]
QUESTIONS = pytest.mark.parametrize("question", SOCLE.questions, ids=lambda question: question.key)

CONTRACT_ITEMS = {
    *("C01", "C02", "C03", "C10", "C11", "C12", "C13", "C14", "C15", "C16", "C20", "C21", "C22", "C23", "C24", "C25"),
    *("C27", "C30", "C31", "C32", "C33", "C40", "C41", "C42", "C43", "C44", "C45", "C46", "C50", "C51", "C52"),
    *("C60", "C61"),
}  # fmt: skip
"""What must be in the contract itself (RGPD art. 28(2)–(4) and (9))."""

GOOD_VENDOR = {
    "gouvernance.etablissement": "france",
    "chaine.recours": "non",
    "transferts.hors-eee": "non",
    "cooperation.certifications": ("aucune",),
}


def best(question):
    """The best answer to a question, with all that must go with it."""
    value = {"text": "Oui.", "number": "30", "date": "2026-11-01", "file": None}.get(question.kind.name)
    if question.kind.name == "table":
        cells = {"email": "dpo@example.org", "country": "FR", "single": None, "text": "Acme", "date": "2026-01-01"}
        value = ({c.key: cells[c.kind.name] or c.choices[0].value for c in question.columns},)
    elif question.kind.name == "multiple":
        value = tuple(choice.value for choice in question.choices if choice.mark)
    elif question.choices:
        value = max(question.choices, key=lambda choice: choice.mark or 0).value
    return GivenAnswer(GOOD_VENDOR.get(question.key, value), "Voir la preuve.", 1)


def test_it_asks_about_each_theme_of_article_28():
    assert {section.key: len(section.questions) for section in SOCLE.sections} == {
        "gouvernance": 5,
        "registre": 3,
        "instructions": 4,
        "confidentialite": 4,
        "usage": 3,
        "contrat": 2,
        "chaine": 5,
        "transferts": 3,
        "assistance": 4,
        "fin": 4,
        "cooperation": 3,
    }


def test_every_item_a_contract_must_hold_is_asked_about():
    assert {item for question in SOCLE.questions for item in question.obligations} >= CONTRACT_ITEMS


def test_the_guarantees_without_which_nothing_holds_are_critical():
    assert {question.key for question in SOCLE.questions if question.critical} == {
        "registre.tenu",
        "usage.propre",
        "contrat.signe",
        "chaine.liste-complete",
        "transferts.encadrement",
        "assistance.droits",
        "assistance.violation-delai",
        "fin.effacement",
    }


def test_a_proof_is_required_where_somebody_will_read_it():
    required = {question.key for question in SOCLE.questions if question.evidence is EvidenceDemand.REQUIRED}
    assert len(required) == 15
    assert {"registre.tenu", "contrat.signe", "gouvernance.dpo-designe", "fin.effacement"} <= required


@QUESTIONS
def test_every_question_explains_itself_to_both_sides_in_both_languages(question):
    for text in (question.text, question.help, question.why, question.reviewer_note):
        assert text.fr
        assert text.en
        assert text.fr != text.en
    assert question.articles
    assert question.clauses


@QUESTIONS
def test_every_question_is_short_enough_for_a_phone(question):
    assert max(len(question.text.fr), len(question.text.en)) <= 160
    assert max(len(question.help.fr), len(question.help.en), len(question.why.fr), len(question.why.en)) <= 320


def all_texts(question):
    yield from (question.text, question.help, question.why, question.reviewer_note, question.evidence_label)
    yield from (choice.label for choice in question.choices)
    for column in question.columns:
        yield column.label
        yield from (choice.label for choice in column.choices)
    if question.opens_finding:
        yield from (question.opens_finding.action, question.opens_finding.proof)


@QUESTIONS
def test_texts_are_written_plainly_and_typeset_on_output(question):
    for text in all_texts(question):
        assert not re.search("[’\u00a0\u202f]|  |\\s$|TODO|XXX", text.fr)
        assert not re.search("[«»\u00a0\u202f]|  |\\s$|\\bRGPD\\b|\\bAIPD\\b|\\bTODO\\b", text.en)
    assert question.text.fr.endswith(("?", "."))
    assert question.text.en.endswith(question.text.fr[-1])


@QUESTIONS
def test_a_weak_answer_opens_a_finding_and_a_good_one_does_not(question):
    if question.kind.name == "multiple":
        return
    for choice in question.choices:
        severity = severity_opened(question, GivenAnswer(choice.value))
        if choice.mark is not None:
            assert (severity is not None) == (choice.mark <= 0.5), choice.value
        if question.critical and choice.mark == 0:
            assert severity in ("critical", "major"), choice.value


def test_a_well_prepared_vendor_can_finish_and_earns_every_mark():
    answers = {question.key: best(question) for question in SOCLE.questions}
    asked = visible_questions(SOCLE, answers)
    assert missing_items(SOCLE, answers) == ()
    assert {declared_mark(question, answers[question.key]) for question in asked} == {1.0, None}
    assert [question.kind.stored_value(question, answers[question.key].value) for question in asked] == [
        answers[question.key].value for question in asked
    ]
    assert len(asked) == 34


def test_a_vendor_without_sub_processors_or_transfers_is_spared_their_questions():
    answers = {question.key: best(question) for question in SOCLE.questions}
    shown = {question.key for question in visible_questions(SOCLE, answers)}
    assert not shown & {"chaine.liste", "chaine.memes-obligations", "transferts.encadrement", "usage.autorisation"}
    answers["chaine.recours"] = GivenAnswer("oui")
    answers["transferts.hors-eee"] = GivenAnswer("oui")
    shown = {question.key for question in visible_questions(SOCLE, answers)}
    assert {"chaine.liste", "chaine.liste-complete", "chaine.memes-obligations", "transferts.encadrement"} <= shown


def test_the_annexes_of_a_contract_can_be_filled_from_the_answers():
    chain, places = SOCLE.question("chaine.liste"), SOCLE.question("transferts.lieux")
    assert [column.key for column in chain.columns] == ["nom", "service", "pays", "adresse", "contact", "donnees"]
    assert [column.key for column in places.columns] == ["organisme", "pays", "usage", "mecanisme", "analyse"]
    measures = [choice for choice in SOCLE.question("contrat.mesures").choices if not choice.exclusive]
    assert len(measures) == 14
    assert all(choice.group for choice in measures)
    assert SOCLE.question("assistance.violation-delai").choice("h24").mark == 1


def test_nothing_a_reviewer_reads_reaches_the_vendor():
    seen = repr(for_vendor(SOCLE))
    for question in SOCLE.questions:
        assert question.reviewer_note.fr not in seen
        if question.opens_finding:
            assert question.opens_finding.action.fr not in seen


@QUESTIONS
def test_a_question_that_opens_a_finding_names_the_fault_and_does_not_ask_it_again(question):
    if question.opens_finding is not None:
        for text in (question.opens_finding.gap.fr, question.opens_finding.gap.en):
            assert 10 <= len(text) <= 70
            assert "?" not in text
