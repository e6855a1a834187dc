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


def test_what_is_noted_on_the_last_day_is_not_said_to_be_before_it():
    """It is too early while that day is not over, itself included."""
    text = wording.REASONS[OutcomeReason.TOO_EARLY]
    assert text.startswith("Noté avant la fin du %(due)s")
    assert translate(text, Language.EN).startswith("Noted before the end of %(due)s")
