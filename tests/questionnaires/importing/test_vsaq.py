import pytest

from portal.questionnaires.definition import AnswerAmong, Bilingual
from tests.factories.imports import draft, imported, lost

ITEMS = [
    {"type": "info", "text": "Read <b>this</b> first, it is for all of you."},
    {"type": "radiogroup", "id": "prog", "text": "Do you have a program?",
     "choices": [{"prog_yes": "Yes, we do."}, {"prog_no": "No."}]},
    {"type": "tip", "id": "warn", "text": "You should have one.", "warn": "yes", "severity": "critical",
     "why": "Please explain.", "cond": "prog_no"},
    {"type": "block", "text": "Details", "cond": "prog_yes", "items": [
        {"type": "checkgroup", "text": "Which?", "choices": [{"w_a": "A"}, {"w_b": "B"}, {"w_c": "C"}]},
        {"type": "line", "id": "name", "text": "Its name", "required": True, "cond": "w_a || w_b"},
        {"type": "box", "id": "how", "text": "How", "maxlength": 200, "cond": "!w_a"},
        {"type": "line", "text": "Since when", "inputType": "date"},
    ]},
    {"type": "yesno", "id": "test", "text": "Tested?", "yes": "Tested", "no": "Not tested"},
    {"type": "check", "id": "true", "text": "I declare that this is true."},
    {"type": "upload", "id": "file", "text": "The report", "cond": "test/yes && true"},
    {"type": "spacer"},
]  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return imported({"questionnaire": [{"type": "block", "text": "Our questions", "items": ITEMS}]})


def test_each_thing_answered_is_a_question_in_order(report):
    found = draft(report)
    assert [(question.kind.name, question.text.en) for question in found.questions] == [
        ("single", "Do you have a program?"), ("multiple", "Which?"), ("text", "Its name"), ("text", "How"),
        ("date", "Since when"), ("single", "Tested?"), ("yes_no", "I declare that this is true."),
        ("file", "The report"),
    ]  # fmt: skip
    assert [section.title.en for section in found.sections] == ["Our questions", "Details", "Our questions"]
    assert found.title == Bilingual(en="Our questions")
    assert found.sections[0].introduction == Bilingual(en="Read this first, it is for all of you.")


def test_a_tip_is_help_and_asks_for_an_explanation_where_it_did(report):
    first = draft(report).questions[0]
    assert first.help.en == "You should have one.\nPlease explain."
    assert [choice.justify for choice in first.choices] == [False, True]
    assert any("critical" in sentence for sentence in lost(report, "score"))


def test_conditions_name_choices_and_are_inherited_from_blocks(report):
    program, which, name, how, since, tested, declared, file = draft(report).questions
    assert which.visible_if == since.visible_if == AnswerAmong(program.key, ("prog-yes",))
    assert name.visible_if.conditions[1] == AnswerAmong(which.key, ("w-a", "w-b"))
    assert how.visible_if == which.visible_if, "what is not chosen among several cannot be said: it is asked"
    assert file.visible_if.conditions == (AnswerAmong(tested.key, ("oui",)), AnswerAmong(declared.key, ("oui",)))


def test_what_is_required_and_how_long_are_kept(report):
    name, how = draft(report).questions[2:4]
    assert (name.required, how.required) == (True, False)
    assert how.max_length == 200


def test_a_group_without_words_takes_those_said_before_it():
    items = [{"type": "info", "text": "What standards?"}, {"type": "checkgroup", "choices": [{"a": "A"}, {"b": "B"}]}]
    assert draft(imported({"questionnaire": items})).questions[0].text.en == "What standards?"


def test_an_extension_is_read_and_its_place_is_a_loss():
    item = {
        "type": "block",
        "insertAfter": "network",
        "text": "Ours",
        "items": [{"type": "line", "text": "Which one?"}],
    }
    report = imported({"version": 1, "namespace": "us", "extensions": [item]})
    assert len(draft(report).questions) == 1
    assert any("insertAfter" in sentence for sentence in lost(report, "presentation"))
