"""What a vendor is told of the work: never less than what any answers may ask of it."""

from dataclasses import replace

from hypothesis import given

from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.rules.completing import missing_items, visible_questions
from portal.questionnaires.rules.effort import PROVING, effort_of, minutes_left
from tests.effort import at_most
from tests.factories.questionnaires import answered, both, questionnaire, raw_question

PROOF = {"evidence": "required", "evidence_label": both("La preuve.")}


@at_most(60)
@given(answered())
def test_whatever_is_answered_no_more_is_asked_than_was_said(case):
    asked, answers = case
    effort = effort_of(asked)
    shown = visible_questions(asked, answers)
    assert effort.questions <= sum(question.required for question in shown) <= effort.at_most
    section = asked.sections[0]
    only_shown = replace(asked, sections=(replace(section, questions=shown),))
    assert effort_of(only_shown).minutes <= effort.minutes


def test_a_question_that_opens_later_and_a_proof_cost_time():
    plain = questionnaire(*(raw_question(f"a.q{n}", "yes_no") for n in range(15)))
    proven = questionnaire(*(raw_question(f"a.q{n}", "yes_no", **PROOF) for n in range(15)))
    assert effort_of(plain).minutes == 15
    assert effort_of(proven).minutes == 15 + 15 * PROVING
    hidden = {"visible_if": {"question": "a.q0", "in": ["oui"]}}
    opening = questionnaire(
        raw_question("a.q0", "yes_no"), *(raw_question(f"a.q{n}", "yes_no", **PROOF, **hidden) for n in range(1, 16))
    )
    assert effort_of(opening).questions == 1
    assert effort_of(opening).at_most == 16
    assert effort_of(opening).minutes == 75


def test_what_its_author_measured_is_told_when_it_is_more():
    plain = questionnaire(raw_question("a.q", "yes_no"))
    assert effort_of(replace(plain, minutes=40)).minutes == 45
    assert effort_of(replace(plain, minutes=5)).minutes == 15


@at_most(60)
@given(answered())
def test_what_is_left_is_nothing_once_all_is_there_and_never_more_than_what_was_said(case):
    asked, answers = case
    left = minutes_left(asked, missing_items(asked, answers))
    assert (left == 0) is (not missing_items(asked, answers))
    assert left <= effort_of(asked).minutes


def test_an_answer_that_lacks_its_proof_alone_takes_the_time_of_the_proof():
    asked = questionnaire(raw_question("a.q1", "yes_no", **PROOF))
    assert minutes_left(asked, missing_items(asked, {})) == 1 + PROVING
    assert minutes_left(asked, missing_items(asked, {"a.q1": GivenAnswer("oui")})) == PROVING
    assert minutes_left(asked, missing_items(asked, {"a.q1": GivenAnswer("oui", files=1)})) == 0
