"""Visibility, what is still owed, progress and marks."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.findings.rules import Severity
from portal.questionnaires.definition import AnswerAmong, GivenAnswer
from portal.questionnaires.rules.completing import (
    MissingReason,
    declared_mark,
    evidence_expected,
    missing_items,
    progress_by_section,
    severity_opened,
    visible_questions,
)
from tests.effort import at_most
from tests.factories.questionnaires import answered, both, given_answers, one, questionnaire, raw_question

A = GivenAnswer
PROOF = {"evidence": "required", "evidence_label": both("La preuve.")}


def keys(asked, answers):
    return [question.key for question in visible_questions(asked, answers)]


def owed(asked, answers):
    return [(missing.question, missing.reason) for missing in missing_items(asked, answers)]


CONDITIONAL = questionnaire(
    raw_question("a.un"),
    raw_question("a.deux", "multiple", visible_if={"question": "a.un", "in": ["oui", "partiel"]}),
    raw_question("a.trois", "text", visible_if={"question": "a.deux", "in": ["bien"]}),
)


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, ["a.un"]),
        ({"a.un": A("non")}, ["a.un"]),
        ({"a.un": A("partiel")}, ["a.un", "a.deux"]),
        ({"a.un": A("oui"), "a.deux": A(("mal", "bien"))}, ["a.un", "a.deux", "a.trois"]),
        ({"a.un": A("oui"), "a.deux": A(("mal",))}, ["a.un", "a.deux"]),
        ({"a.un": A("non"), "a.deux": A(("bien",))}, ["a.un"]),
    ],
)
def test_a_question_is_asked_when_its_condition_holds_and_the_question_it_rests_on_is_asked(answers, shown):
    assert keys(CONDITIONAL, answers) == shown


@pytest.mark.parametrize(
    ("how", "expected"), [("all", [False, False, False, True]), ("any", [False, True, True, True])]
)
def test_conditions_combine(how, expected):
    both_conditions = [{"question": "a.un", "in": ["oui"]}, {"question": "a.deux", "in": ["oui"]}]
    asked = questionnaire(
        raw_question("a.un"), raw_question("a.deux"), raw_question("a.trois", visible_if={how: both_conditions})
    )
    found = [
        "a.trois" in keys(asked, {"a.un": A(first), "a.deux": A(second)})
        for first, second in [("non", "non"), ("oui", "non"), ("non", "oui"), ("oui", "oui")]
    ]
    assert found == expected


def test_an_unanswered_question_is_owed_unless_it_is_optional_or_not_asked():
    asked = questionnaire(
        raw_question("a.un"),
        raw_question("a.deux", "text", required=False),
        raw_question("a.trois", visible_if={"question": "a.un", "in": ["oui"]}),
    )
    assert owed(asked, {}) == [("a.un", MissingReason.UNANSWERED)]
    assert owed(asked, {"a.un": A("non")}) == []
    assert owed(asked, {"a.un": A("oui")}) == [("a.trois", MissingReason.UNANSWERED)]


def test_not_applicable_must_be_explained():
    asked = questionnaire(raw_question())
    assert owed(asked, {"a.un": A("na")}) == [("a.un", MissingReason.COMMENT)]
    assert owed(asked, {"a.un": A("na", " \n ")}) == [("a.un", MissingReason.COMMENT)]
    assert owed(asked, {"a.un": A("na", "Nous n'avons pas de salarié.")}) == []
    assert "Non concerné" in str(missing_items(asked, {"a.un": A("na")})[0].why)


def test_a_required_proof_is_owed_for_answers_that_claim_something_only():
    asked = questionnaire(raw_question(**PROOF))
    assert owed(asked, {"a.un": A("oui")}) == [("a.un", MissingReason.EVIDENCE)]
    assert owed(asked, {"a.un": A("partiel")}) == [("a.un", MissingReason.EVIDENCE)]
    assert owed(asked, {"a.un": A("oui", files=1)}) == owed(asked, {"a.un": A("non")}) == []
    assert owed(asked, {"a.un": A("na", "Sans objet.")}) == []
    assert "La preuve." in str(missing_items(asked, {"a.un": A("oui")})[0].why)


def test_an_optional_proof_is_expected_but_never_owed():
    asked = questionnaire(raw_question(**PROOF | {"evidence": "optional"}))
    assert evidence_expected(asked.questions[0], A("oui"))
    assert not evidence_expected(asked.questions[0], A("non"))
    assert not evidence_expected(asked.questions[0], A())
    assert owed(asked, {"a.un": A("oui")}) == []


def test_a_proof_without_choices_is_owed_as_soon_as_the_question_is_answered():
    asked = questionnaire(raw_question(kind="text", **PROOF))
    assert owed(asked, {"a.un": A("Voici.")}) == [("a.un", MissingReason.EVIDENCE)]


def test_a_file_question_is_answered_by_a_file():
    asked = questionnaire(raw_question(kind="file"))
    assert owed(asked, {"a.un": A("un mot")}) == [("a.un", MissingReason.UNANSWERED)]
    assert owed(asked, {"a.un": A(files=1)}) == []


def test_each_empty_required_cell_is_owed_with_its_row():
    columns = [
        {"key": "nom", "label": both("Nom"), "required": True},
        {"key": "pays", "label": both("Pays"), "required": True},
        {"key": "note", "label": both("Note")},
    ]
    asked = questionnaire(raw_question(kind="table", columns=columns))
    found = missing_items(asked, {"a.un": A(({"nom": "Acme", "pays": "FR"}, {"note": "?"}))})
    assert [(m.reason, m.why.values["row"], m.why.values["column"].fr) for m in found] == [
        (MissingReason.CELL, 2, "Nom"),
        (MissingReason.CELL, 2, "Pays"),
    ]


@at_most(40)
@given(answered())
def test_what_is_owed_is_asked_and_progress_counts_exactly_what_remains(case):
    asked, answers = case
    shown = keys(asked, answers)
    missing = missing_items(asked, answers)
    assert shown == [question.key for question in asked.questions if question.key in shown]
    assert {m.question for m in missing} <= set(shown)
    found = progress_by_section(asked, answers)
    assert [p.section for p in found] == [section.key for section in asked.sections]
    for section, progress in zip(asked.sections, found, strict=True):
        unfinished = {m.question for m in missing if m.section == section.key}
        assert progress.total - progress.answered == len(unfinished)
        assert 0 <= progress.answered <= progress.total <= len(section.questions)


@at_most(40)
@given(answered(), st.data())
def test_what_was_answered_to_a_hidden_question_changes_nothing(case, data):
    asked, answers = case
    hidden = [question for question in asked.questions if question.key not in keys(asked, answers)]
    assume(hidden)
    question = data.draw(st.sampled_from(hidden))
    changed = {**answers, question.key: data.draw(given_answers(question))}
    assert keys(asked, changed) == keys(asked, answers)
    assert missing_items(asked, changed) == missing_items(asked, answers)


@at_most(40)
@given(answered(), st.data())
def test_answering_a_question_that_nothing_depends_on_only_removes_it_from_what_is_owed(case, data):
    asked, answers = case
    used = {leaf for question in asked.questions for leaf in _rests_on(question.visible_if)}
    free = [question for question in visible_questions(asked, answers) if question.key not in used]
    assume(free)
    question = data.draw(st.sampled_from(free))
    whole = A(_whole_value(question), "Voilà.", 1)
    after = missing_items(asked, {**answers, question.key: whole})
    assert after == tuple(m for m in missing_items(asked, answers) if m.question != question.key)


def _rests_on(condition):
    if condition is None:
        return set()
    if isinstance(condition, AnswerAmong):
        return {condition.question}
    return set().union(*map(_rests_on, condition.conditions))


def _whole_value(question):
    if question.kind.name == "file":
        return None
    if question.kind.name == "table":
        return ({column.key: "1" for column in question.columns},)
    if question.kind.name == "multiple":
        return (question.choices[0].value,)
    return question.choices[0].value if question.choices else "1"


MEASURES = one(
    kind="multiple",
    choices=[
        *({"value": f"m{rank}", "mark": 0.1, "label": both("M")} for rank in range(12)),
        {"value": "autre", "label": both("Autre")},
        {"value": "aucune", "mark": 0, "exclusive": True, "label": both("Aucune")},
        {"value": "sans-objet", "exclusive": True, "label": both("Sans objet")},
    ],
)


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        (one(), "oui", 1.0),
        (one(), "partiel", 0.5),
        (one(), "non", 0.0),
        (one(), "na", None),
        (one(), None, 0.0),
        (one(), "inconnue", 0.0),
        (one(), ("oui",), 1.0),
        (one(kind="text"), "beaucoup", None),
        (one(kind="text"), None, None),
        (MEASURES, ("m0", "m1", "m2"), 0.3),
        (MEASURES, tuple(f"m{rank}" for rank in range(10)), 1.0),
        (MEASURES, tuple(f"m{rank}" for rank in range(12)), 1.0),
        (MEASURES, ("m0", "autre"), 0.1),
        (MEASURES, ("autre",), 0.0),
        (MEASURES, ("aucune",), 0.0),
        (MEASURES, ("sans-objet",), None),
        (MEASURES, None, 0.0),
    ],
)
def test_an_answer_is_worth_what_its_choice_says(question, value, expected):
    assert declared_mark(question, A(value)) == expected


@at_most(40)
@given(answered())
def test_a_mark_is_between_0_and_1_and_exists_only_where_something_is_scored(case):
    asked, answers = case
    for question in asked.questions:
        mark = declared_mark(question, answers.get(question.key, A()))
        assert mark is None or 0 <= mark <= 1
        assert question.scored or mark is None


@given(
    st.sets(st.sampled_from([f"m{rank}" for rank in range(12)])), st.sampled_from([f"m{rank}" for rank in range(12)])
)
def test_one_measure_more_never_lowers_the_mark(chosen, added):
    before = declared_mark(MEASURES, A(tuple(chosen)))
    assert declared_mark(MEASURES, A(tuple(chosen | {added}))) >= before


def test_the_gravest_of_the_findings_an_answer_opens_is_kept():
    rule = {"on": {"mal": "minor", "bien": "critical"}, "action": both("Agir."), "proof": both("Preuve.")}
    question = one(kind="multiple", opens_finding=rule)
    assert severity_opened(question, A(("bien", "mal"))) is Severity.CRITICAL
    assert severity_opened(question, A(("mal",))) is Severity.MINOR
    assert severity_opened(question, A()) is None
    assert severity_opened(replace(question, opens_finding=None), A(("mal",))) is None


@pytest.mark.parametrize("value", [None, "", "?", ("?",), ({"nom": "x"},), ({"?": "x"}, {}), ("oui", {"nom": 1})])
def test_a_stored_value_of_another_shape_never_crashes(value):
    asked = questionnaire(
        raw_question("a.un", **PROOF), raw_question("a.deux", "table"), raw_question("a.trois", "file")
    )
    answers = {question.key: A(value) for question in asked.questions}
    assert missing_items(asked, answers)
    assert progress_by_section(asked, answers)
    assert [declared_mark(question, A(value)) for question in asked.questions][1:] == [None, None]
