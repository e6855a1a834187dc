"""Every state, outcome and reason has its words, in both languages."""

import pytest

from portal.core.language import Language
from portal.core.translation import translate
from portal.mystery import wording
from portal.mystery.models import MysteryState
from portal.mystery.rules.judgement import WAYS, Outcome, Overall, Reason, Said, Way
from portal.mystery.rules.series import Change


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MysteryState, wording.STATES), (Overall, wording.OVERALL), (Outcome, wording.OUTCOMES), (Said, wording.SAID),
        (Reason, wording.REASONS), (Change, wording.CHANGES), (Way, wording.INTERFACES), (Way, WAYS),
    ],
)  # fmt: skip
def test_everything_has_its_words(kind, words):
    assert set(words) == set(kind)


def test_a_reason_says_its_day_in_both_languages():
    for text in filter(None, wording.REASONS.values()):
        assert ("%(due)s" in text) is ("%(due)s" in translate(text, Language.EN))
