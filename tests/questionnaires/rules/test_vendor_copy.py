"""What a vendor receives: the same questions, none of what judges it."""

import re
from dataclasses import fields

from hypothesis import given

from portal.questionnaires.definition import Choice, Question
from portal.questionnaires.rules.completing import missing_items, progress_by_section, visible_questions
from portal.questionnaires.rules.vendor_copy import for_vendor
from tests.effort import at_most
from tests.factories.questionnaires import answered, both, questionnaire, raw_question

SECRET = both("Note secrète du réviseur", "Secret reviewer note")

JUDGED = raw_question(
    reviewer_note=SECRET,
    weight=4,
    critical=True,
    obligations=["C77"],
    clauses=["CL27"],
    opens_finding={"on": {"non": "critical"}, "action": SECRET, "proof": SECRET},
)


def test_nothing_that_judges_the_vendor_is_left():
    asked = questionnaire(JUDGED)
    stripped = for_vendor(asked)
    assert re.search("secr[eè]t|C77|CL27", repr(asked))
    assert not re.search("secr[eè]t|C77|CL27|critical=True", repr(stripped))
    question = stripped.questions[0]
    assert (question.weight, question.opens_finding, question.scored) == (0, None, False)


def test_only_fields_named_here_reach_the_vendor():
    """A field added to a question stays hidden until somebody decides otherwise, here and in `for_vendor`."""
    hidden = {
        "reviewer_note", "weight", "critical", "opens_finding", "obligations", "clauses", "no_evidence", "replaces",
        "stage",
    }  # fmt: skip
    shown = {
        "key", "kind", "text", "help", "why", "articles", "required", "choices", "columns", "max_rows", "max_length",
        "minimum", "maximum", "unit", "evidence", "evidence_on", "evidence_label", "evidence_max_age_months",
        "evidence_kinds", "visible_if",
    }  # fmt: skip
    assert {field.name for field in fields(Question)} == shown | hidden
    assert {field.name for field in fields(Choice)} == {"value", "label", "mark", "justify", "exclusive", "group"}


@at_most(40)
@given(answered())
def test_a_vendor_is_asked_and_owes_the_same_as_the_reviewer_sees(case):
    asked, answers = case
    stripped = for_vendor(asked)
    assert [q.key for q in visible_questions(stripped, answers)] == [q.key for q in visible_questions(asked, answers)]
    assert missing_items(stripped, answers) == missing_items(asked, answers)
    assert progress_by_section(stripped, answers) == progress_by_section(asked, answers)


@at_most(40)
@given(answered())
def test_the_vendor_sees_every_word_of_the_question_and_the_digest_of_the_whole(case):
    asked, _ = case
    stripped = for_vendor(asked)
    assert stripped.sha256 == asked.sha256
    assert stripped.title == asked.title
    for shown, whole in zip(stripped.questions, asked.questions, strict=True):
        assert (shown.text, shown.help, shown.why, shown.columns) == (whole.text, whole.help, whole.why, whole.columns)
        assert [(c.value, c.label) for c in shown.choices] == [(c.value, c.label) for c in whole.choices]
        assert all(choice.mark is None for choice in shown.choices)
