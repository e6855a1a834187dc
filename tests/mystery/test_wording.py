"""Every state, outcome and reason has its words, in both languages."""

import pytest

from portal.core.language import Language
from portal.core.translation import translate
from portal.mystery import wording
from portal.mystery.models import MysteryState
from portal.mystery.rules.judgement import MysteryResult, ObservationAnswer, OutcomeReason, StepOutcome
from portal.mystery.rules.script import WAYS, Way
from portal.mystery.rules.series import StepChange


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MysteryState, wording.STATES),
        (MysteryResult, wording.OVERALL),
        (StepOutcome, wording.OUTCOMES),
        (ObservationAnswer, wording.OBSERVATION_ANSWERS),
        (OutcomeReason, wording.REASONS),
        (StepChange, wording.CHANGES),
        (Way, wording.INTERFACES),
        (Way, WAYS),
    ],
)
def test_everything_has_its_words(kind, words):
    assert set(words) == set(kind)


def test_a_reason_says_its_day_in_both_languages():
    for text in filter(None, wording.REASONS.values()):
        assert ("%(due)s" in text) is ("%(due)s" in translate(text, Language.EN))
