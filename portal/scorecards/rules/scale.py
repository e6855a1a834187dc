"""The scale: thresholds of the grades, worth of proofs and verdicts, freshness. Our own, dated data; not the law's."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.core.dataclass import dataclass
from portal.evidence.rules import Decay


class AnswerVerdict(StrEnum):
    """The CNIL's words for an answer; the values are those stored and those of the scale's file."""

    ACCEPTABLE = "acceptable"
    IMPROVABLE = "ameliorable"
    TO_CORRECT = "a_corriger"


@dataclass(frozen=True)
class Grade:
    """A letter, the level from which it is given (included), and its meaning in both languages."""

    key: str
    threshold: Decimal
    fr: str
    en: str


@dataclass(frozen=True)
class Scale:
    """The scale in force, as read from `questionnaires/bareme.toml`; every factor lies between 0 and 1."""

    valid_from: date
    source: Mapping[str, str]
    note: Mapping[str, str]
    grades: tuple[Grade, ...]
    """Best first; the last one starts at 0."""
    critical_cap: Decimal
    not_requested: Decimal
    declared: Decimal
    supplied: Decimal
    verified: Decimal
    expired: Decimal
    verdicts: Mapping[AnswerVerdict, Decimal]
    """Highest mark each verdict leaves to an answer."""
    decay: Decay
    tolerated: Decimal
    """Share of cases with a fault beyond which what was measured overrides what was declared."""
    review_months: Mapping[str, int]

    def grade(self, value: Fraction) -> Grade:
        """The grade of a level; a level exactly on a threshold reaches it."""
        return next(grade for grade in self.grades if value >= grade.threshold)


PROOFS = ("expired", "declared", "supplied", "verified")
"""Worst first: a scale that broke this order would reward the lack of proof."""


def review_interval_months(tier: str, scale: Scale) -> int:
    """Months between two audits of a vendor of this tier; our choice, as the RGPD sets no interval.

    :raises KeyError: the scale names no such tier.
    """
    return scale.review_months[tier]
