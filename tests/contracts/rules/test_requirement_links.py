"""From requirement to paragraph, question and proof: what is missing is named, and nothing is in what is shipped."""

from dataclasses import replace

import pytest

from portal.contracts import library
from portal.contracts.rules.requirement_links import broken_links_of, paragraphs_bearing
from portal.core.language import Language
from portal.questionnaires import catalogue
from portal.questionnaires.definition import EvidenceDemand

LIBRARY = library.cached()
TABLE = LIBRARY.table["relation-client-retractation"]
SHIPPED = catalogue.load()


def said(table, questionnaires=SHIPPED):
    return [(where, str(sentence)) for where, sentence in broken_links_of(table, questionnaires, LIBRARY)]


def changed(**fields):
    first, *others = TABLE.requirements
    return replace(TABLE, requirements=(replace(first, **fields), *others))


def without(field_of, **fields):
    pack = SHIPPED[TABLE.questionnaire]
    sections = tuple(
        replace(s, questions=tuple(replace(q, **fields) if q.key == field_of else q for q in s.questions))
        for s in pack.sections
    )
    return {TABLE.questionnaire: replace(pack, sections=sections)}


def test_the_fifteen_requirements_each_have_a_paragraph_a_question_and_a_proof():
    assert [requirement.key for requirement in TABLE.requirements] == [f"R{n:02}" for n in range(1, 16)]
    assert said(TABLE) == []
    for requirement in TABLE.requirements:
        assert paragraphs_bearing(requirement.key, LIBRARY)
        assert requirement.questions
        assert SHIPPED[TABLE.questionnaire].question(requirement.evidence).evidence is not EvidenceDemand.NONE


def test_every_question_of_the_pack_but_the_first_two_checks_a_requirement():
    asked = {key for requirement in TABLE.requirements for key in requirement.questions}
    every = {question.key for question in SHIPPED[TABLE.questionnaire].questions}
    assert every - asked == {"perimetre.canaux", "perimetre.qualite"}


@pytest.mark.parametrize("language", Language)
def test_a_paragraph_bears_the_same_requirement_in_both_languages(language):
    for requirement in TABLE.requirements:
        for bearing in paragraphs_bearing(requirement.key, LIBRARY):
            assert requirement.key in bearing.passage(language).obligations


def test_a_question_that_does_not_exist_is_named():
    assert said(changed(questions=("declarations.rien",))) == [
        ("R01", "La question «\u202fdeclarations.rien\u202f» n’existe pas.")
    ]


def test_a_proof_that_no_question_asks_for_is_named():
    assert "ne demande aucune pièce" in said(changed(evidence="perimetre.canaux"))[0][1]
    assert "n’existe pas" in said(changed(evidence="perimetre.rien"))[0][1]


def test_a_proof_taken_away_from_the_questionnaire_is_noticed():
    found = said(TABLE, without("suites.refus", evidence=EvidenceDemand.NONE))
    assert [where for where, _ in found] == ["R05"]


def test_a_question_that_does_not_cite_the_clause_is_noticed():
    found = said(TABLE, without("suites.refus", clauses=("CL01",)))
    assert [where for where, _ in found] == ["R05"]
    assert "CL30" in found[0][1]


def test_a_questionnaire_that_is_not_there_is_named():
    assert "n’existe pas" in said(TABLE, {})[0][1]
