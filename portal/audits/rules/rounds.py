"""Rounds of an audit: which questions are open in one, and which verdicts still hold."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.rules.completing import Answers, visible_questions

FINDING_SOURCE = "audit"
"""What findings opened on an answer say of where they come from."""


class AuditState(StrEnum):
    """Where an audit stands; the vendor writes while it `is_with_vendor`, the reviewer once it is submitted."""

    OPENED = "ouvert"
    IN_PROGRESS = "en_cours"
    RETURNED = "a_completer"
    SUBMITTED = "soumis"
    ACCEPTED = "accepte"
    CANCELLED = "annule"

    @property
    def is_with_vendor(self) -> bool:
        """Whether the vendor is expected to act."""
        return self in {AuditState.OPENED, AuditState.IN_PROGRESS, AuditState.RETURNED}


class ReviewVerdict(StrEnum):
    """The CNIL's words for an answer."""

    ACCEPTABLE = "acceptable"
    IMPROVABLE = "ameliorable"
    TO_CORRECT = "a_corriger"


@dataclass(frozen=True)
class Round:
    """What decides which questions a vendor may change."""

    number: int
    returned: frozenset[str]
    settled: frozenset[str]
    """Questions answered in an earlier, submitted round."""
    optional: frozenset[str] = frozenset()
    """Questions that need no answer: left out when it was last sent, and not sent back since."""


def open_questions(questionnaire: Questionnaire, answers: Answers, current: Round) -> frozenset[str]:
    """Keys the vendor may change now: all in the first round; then those returned, and those they newly make visible.

    What was submitted and not returned stays as submitted (append-only).
    """
    return open_among(frozenset(question.key for question in visible_questions(questionnaire, answers)), current)


def open_among(shown: frozenset[str], current: Round) -> frozenset[str]:
    """The same, of the questions that are asked."""
    if current.number <= 1:
        return shown
    return frozenset(key for key in shown if key in current.returned or key not in current.settled)


def unreviewed(expected: Iterable[str], reviewed: Collection[str]) -> tuple[str, ...]:
    """Questions of a submission that no reviewer has judged yet, in order.

    >>> unreviewed(["a", "b"], {"a"})
    ('b',)
    """
    return tuple(key for key in expected if key not in reviewed)


def still_holds(judged: int, sent: int, *, unchanged: bool, returned: bool) -> bool:
    """Whether a verdict given in round `judged` holds for the answer as sent in round `sent`.

    A verdict is on one answer: once that answer has changed, or its question was sent back, it must be judged again.

    >>> still_holds(1, 2, unchanged=True, returned=False), still_holds(1, 2, unchanged=True, returned=True)
    (True, False)
    """
    return judged == sent or (unchanged and not returned)
