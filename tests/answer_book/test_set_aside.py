"""The forms set aside, written before the vocabulary and not looked at meanwhile: never worse than first measured."""

from portal.answer_book.files.form_child import questions_in
from portal.answer_book.filling import BookRow, answer_rows
from portal.questionnaires import catalogue
from tests.answer_book.signed import SAID_ON, signed
from tests.answer_book.written_forms import SpecRow, form_of, specs

SAME = {"Partial": {"Partial", "Partly"}, "En partie": {"En partie", "Partly"}}
FOUND, RIGHT_WAY = 43, 8
"""As first measured, of 49 questions with an equivalent, and of 12 put the other way round."""


def told() -> list[tuple[SpecRow, BookRow]]:
    """Each question that was written, with what became of it once read from its form."""
    pairs = []
    for spec in specs("set_aside"):
        rows, _fills = answer_rows(questions_in(form_of(spec)).questions, catalogue.load(), signed(), SAID_ON)
        assert [row.question for row in rows] == [asked.text for asked in spec.questions]
        pairs += zip(spec.questions, rows, strict=True)
    return pairs


def test_what_is_found_is_right_and_what_is_not_ours_is_given_no_key():
    pairs = told()
    ours = [(asked, row) for asked, row in pairs if asked.key]
    assert len(pairs) == 75
    assert sum(row.key == asked.key for asked, row in ours) >= FOUND
    assert [(row.question, row.key) for asked, row in ours if row.key not in {None, asked.key}] == []
    assert [(row.question, row.key) for asked, row in pairs if not asked.key and row.key] == []


def test_a_question_put_the_other_way_round_is_never_answered_the_wrong_way():
    inverted = [(asked, row) for asked, row in told() if asked.inverted]
    right = [row for asked, row in inverted if row.value in {asked.value} | SAME.get(asked.value, set())]
    empty = [row for _, row in inverted if row.value is None]
    assert len(inverted) == 12
    assert len(right) >= RIGHT_WAY
    assert len(right) + len(empty) == len(inverted)
