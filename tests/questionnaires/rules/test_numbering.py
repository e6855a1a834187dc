from itertools import groupby

from hypothesis import given

from portal.questionnaires.rules.completing import visible_questions
from portal.questionnaires.rules.numbering import numbers_asked
from tests.effort import at_most
from tests.factories.questionnaires import answered


@at_most(60)
@given(answered())
def test_whatever_is_answered_numbers_follow_one_another_without_a_gap(case):
    asked, answers = case
    shown = [question.key for question in visible_questions(asked, answers)]
    numbers = numbers_asked(asked, set(shown))
    assert list(numbers) == shown, "every question asked has a number, and no other"
    pairs = [tuple(map(int, number.split("."))) for number in numbers.values()]
    ranks = [rank for rank, _ in groupby(pairs, key=lambda pair: pair[0])]
    assert ranks == list(range(1, len(ranks) + 1))
    for _rank, within in groupby(pairs, key=lambda pair: pair[0]):
        places = [place for _, place in within]
        assert places == list(range(1, len(places) + 1))
