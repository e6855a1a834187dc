"""The pack on customer relations and withdrawal: its size, its critical questions, how it says what is unsure."""

import re

import pytest

from portal.questionnaires import catalogue
from portal.questionnaires.definition import EvidenceDemand, GivenAnswer
from portal.questionnaires.rules.articles import articles_in_words
from portal.questionnaires.rules.completing import visible_questions

PACK = catalogue.load()["relation-client-retractation"]
QUESTIONS = pytest.mark.parametrize("question", PACK.questions, ids=lambda question: question.key)
UNSURE = {
    "declarations.declencheurs": "L221-20",
    "declarations.enregistrement": "notre exigence",
    "fonction.accessibilite": "Non vérifié",
    "fonction.surveillance": "notre exigence",
    "suites.refus": "11° à 13°",
    "suites.remboursement": "connu, non relu",
    "suites.conservation": "n'a pas été retrouvé",
    "appels.enregistrement": "à vérifier",
    "appels.consentement": "décret d'application",
    "appels.horaires": "n'a pas été trouvé",
}
"""What the reviewer's note must say of the points nobody could verify."""


def asked(*channels, **more):
    answers = {
        "perimetre.canaux": GivenAnswer(channels),
        **{k.replace("__", "."): GivenAnswer(v) for k, v in more.items()},
    }
    return {question.key for question in visible_questions(PACK, answers)}


def test_it_asks_twenty_four_questions_two_of_them_critical():
    assert len(PACK.questions) == 24
    assert {q.key for q in PACK.questions if q.critical} == {"fonction.presente", "appels.consentement"}


def test_about_half_of_them_ask_for_a_proof():
    wanted = [question.evidence for question in PACK.questions]
    assert (wanted.count(EvidenceDemand.REQUIRED), wanted.count(EvidenceDemand.OPTIONAL)) == (12, 3)


def test_the_function_is_asked_only_of_whoever_runs_an_interface():
    assert not any(key.startswith("fonction.") for key in asked("appels-entrants", "colis"))
    there = asked("interface", fonction__presente="oui")
    assert {"fonction.presente", "fonction.accessibilite", "fonction.resiliation"} <= there
    assert "fonction.deroulement" not in asked("interface", fonction__presente="non")


def test_consent_is_asked_only_of_whoever_calls():
    assert "appels.consentement" not in asked("appels-entrants")
    assert {"appels.consentement", "appels.opposition", "appels.information"} <= asked("appels-sortants")


def test_whoever_collects_a_number_is_asked_what_they_say_and_whoever_calls_when():
    assert "appels.numero" in asked("interface") & asked("appels-entrants")
    assert "appels.numero" not in asked("colis")
    assert "appels.horaires" in asked("appels-sortants")
    assert "appels.horaires" not in asked("appels-entrants")


@QUESTIONS
def test_each_question_is_helped_explained_annotated_and_cites_an_article_and_a_clause(question):
    for text in (question.text, question.help, question.why, question.reviewer_note):
        assert text.fr
        assert text.en
    assert question.articles
    assert {"CL30", "CL31"} & set(question.clauses)
    if question.scored and any((choice.mark or 0) < 1 for choice in question.choices):
        assert question.opens_finding is not None


@QUESTIONS
def test_every_article_of_the_consumer_code_shown_bears_the_name_of_the_code(question):
    for text in map(str, articles_in_words(question.articles)):
        assert text.startswith(("RGPD art.", "Code de la consommation, art."))


@pytest.mark.parametrize(("key", "words"), UNSURE.items())
def test_what_could_not_be_verified_is_said_to_the_reviewer_and_never_stated_to_the_vendor(key, words):
    question = PACK.question(key)
    assert words in question.reviewer_note.fr


def test_no_vendor_reads_an_unverified_figure():
    shown = " ".join(f"{t.fr} {t.en}" for q in PACK.questions for t in (q.text, q.help, q.why))
    assert not re.search(r"20\s?%|375|décret|decree|six mois|six months|nullité|nullity", shown)


@QUESTIONS
def test_a_question_that_opens_a_finding_names_the_fault_and_does_not_ask_it_again(question):
    if question.opens_finding is not None:
        for text in (question.opens_finding.gap.fr, question.opens_finding.gap.en):
            assert 10 <= len(text) <= 70
            assert "?" not in text


def test_its_questions_say_which_stage_of_the_relation_they_belong_to_but_those_on_scope_and_partners():
    stages = {question.key: question.stage for question in PACK.questions}
    assert {key for key, stage in stages.items() if stage is None} == {
        "perimetre.canaux", "perimetre.qualite", "centres.contrats",
    }  # fmt: skip
    assert {key for key, stage in stages.items() if stage == "pendant"} == {
        "declarations.declencheurs", "appels.enregistrement",
    }  # fmt: skip
    assert (stages["appels.consentement"], stages["suites.remboursement"]) == ("avant", "apres")
