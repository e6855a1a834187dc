"""What cannot be said is widened: a question is never hidden from who had to answer it."""

from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaires.definition import AllOf, AnswerAmong, AnyOf
from portal.questionnaires.importing.expressions import (
    AskedEarlier,
    Either,
    Every,
    Opposite,
    Picked,
    Unsayable,
    say_condition,
)
from tests.effort import at_most

EARLIER = {
    "one": AskedEarlier("a.one", {"x": "x", "y": "y", "z": "z"}, is_exclusive=True),
    "many": AskedEarlier("a.many", {"x": "x", "y": "y"}, is_exclusive=False),
}
ANSWERS = [
    {"one": {one}, "many": many} for one in "xyz" for many in (set(), {"x"}, {"y"}, {"x", "y"})
]  # fmt: skip
LEAVES = st.one_of(
    st.builds(Picked, st.just("one"), st.frozensets(st.sampled_from("xyz"), min_size=1)),
    st.builds(Picked, st.just("many"), st.frozensets(st.sampled_from("xy"), min_size=1)),
    st.builds(Picked, st.just("later"), st.just(frozenset({"x"}))),
    st.just(Unsayable("age > 18")),
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Opposite, inner),
        st.builds(lambda parts: Every(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: Either(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=6,
)


def _true(expression, answers, unknown):
    match expression:
        case Picked(question, choices):
            return bool(answers[question] & choices) if question in answers else unknown
        case Opposite(inner):
            return not _true(inner, answers, unknown)
        case Every(parts):
            return all(_true(part, answers, unknown) for part in parts)
        case Either(parts):
            return any(_true(part, answers, unknown) for part in parts)
        case _:
            return unknown


def _asked(condition, answers):
    match condition:
        case None:
            return True
        case AnswerAmong(question, values):
            return bool(answers[question.removeprefix("a.")] & set(values))
        case AllOf(conditions):
            return all(_asked(one, answers) for one in conditions)
        case AnyOf(conditions):
            return any(_asked(one, answers) for one in conditions)


@at_most(80)
@given(EXPRESSIONS, st.sampled_from(ANSWERS), st.booleans())
def test_who_had_to_answer_is_asked_and_what_is_exact_asks_nobody_else(expression, answers, unknown):
    said = say_condition(expression, EARLIER)
    asked = _asked(said.condition, answers)
    if said.is_exact:
        assert asked == _true(expression, answers, unknown)
    elif _true(expression, answers, unknown):
        assert asked


def test_no_condition_is_asked_of_all():
    assert say_condition(None, EARLIER).condition is None
    assert say_condition(None, EARLIER).is_exact


def test_the_opposite_of_a_choice_is_the_others():
    said = say_condition(Opposite(Picked("one", frozenset("x"))), EARLIER)
    assert (said.condition, said.is_exact) == (AnswerAmong("a.one", ("y", "z")), True)
    assert not say_condition(Opposite(Picked("many", frozenset("x"))), EARLIER).is_exact


def test_an_expression_of_hundreds_of_parts_is_given_up():
    long = Either(tuple(Picked("one", frozenset("x")) for _ in range(500)))
    assert not say_condition(long, EARLIER).is_exact
