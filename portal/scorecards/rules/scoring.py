"""The level of demonstrated guarantees, as a sum that can be checked by hand, term by term.

Every figure is an exact decimal: points = weight × mark × evidence × freshness, with nothing rounded on the way, and
the level is the quotient of two printed sums. It is never presented as compliance (RGPD art. 28(1) asks for
« sufficient guarantees », which is all this measures).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.scorecards.rules.scale import Grade, Scale
from portal.scorecards.rules.terms import NOTHING, ScoredQuestion, ScoreTerm, percent, term_of


@dataclass(frozen=True)
class Cap:
    """A critical question at zero, and the level it keeps the whole questionnaire under."""

    question_key: str
    limit: Decimal
    reason: Sentence


@dataclass(frozen=True)
class Score:
    """A level with its whole derivation: `before_cap` = `contribution` / `maximum`, exactly."""

    on: date
    contribution: Decimal
    maximum: int
    before_cap: Fraction
    value: Fraction
    grade: Grade | None
    """None when no question applies: nothing was asked, so nothing can be graded."""
    terms: tuple[ScoreTerm, ...]
    caps: tuple[Cap, ...]
    answered: int
    expected: int

    @property
    def basis_points(self) -> int:
        """The level out of 10,000, rounded down: a level shown as 75.00 % has truly reached the grade of 75 %."""
        return floor(self.value * 10_000)

    @property
    def coverage(self) -> Fraction:
        """Share of the questions waiting for an answer that have one; 1 when none is waiting."""
        return Fraction(self.answered, self.expected) if self.expected else Fraction(1)

    @property
    def coverage_points(self) -> int:
        """The coverage out of 10,000, rounded down."""
        return floor(self.coverage * 10_000)

    @property
    def is_capped(self) -> bool:
        """Whether a critical question really lowers the level (it may already be lower by itself)."""
        return self.value < self.before_cap


def score(items: Sequence[ScoredQuestion], scale: Scale, today: date) -> Score:
    """What a sheet is worth today and why.

    A critical question at zero (by its answer, by silence or by a reviewer's verdict) caps the whole questionnaire,
    not its section: a vendor that refuses a written contract is not redeemed by eight good sections. Evidence
    counts where it is requested; elsewhere the answer keeps its mark.

    :raises ValueError: a question appears twice.
    """
    if len({item.question_key for item in items}) < len(items):
        raise ValueError("a question appears twice in the sheet")
    terms = tuple(term_of(item, scale) for item in items)
    contribution, maximum = add_up(terms)
    caps = tuple(
        Cap(
            term.question_key,
            scale.critical_cap,
            say(
                "Question critique à zéro : tout le questionnaire est plafonné à %(percent)s %%.",
                percent=percent(scale.critical_cap),
            ),
        )
        for term in terms
        if is_capping(term)
    )
    before_cap, value = level(contribution, maximum, scale, capped=bool(caps))
    return Score(
        on=today,
        contribution=contribution,
        maximum=maximum,
        before_cap=before_cap,
        value=value,
        grade=scale.grade(value) if maximum else None,
        terms=terms,
        caps=caps,
        answered=sum(term.expected and term.covered for term in terms),
        expected=sum(term.expected for term in terms),
    )


def add_up(terms: Iterable[ScoreTerm]) -> tuple[Decimal, int]:
    """The two sums at the foot of the table: points obtained, points possible."""
    lines = tuple(terms)
    return sum((term.contribution for term in lines), NOTHING), sum(term.maximum for term in lines)


def level(contribution: Decimal, maximum: int, scale: Scale, *, capped: bool) -> tuple[Fraction, Fraction]:
    """The level before and after the critical cap, exactly."""
    before = Fraction(contribution) / maximum if maximum else Fraction(0)
    return before, min(before, Fraction(scale.critical_cap)) if capped else before


def is_capping(term: ScoreTerm) -> bool:
    """Whether this line is a critical question at zero."""
    return term.critical and term.mark == 0


def residual(inherent: int, basis_points: int) -> int:
    """Residual risk in basis points of the 1–5 scale: inherent × (1 − level).

    >>> residual(4, 7500) # 4 × 0.25 = 1
    10000

    :raises ValueError: the inherent risk is not 1–5, or the level not 0–10,000.
    """
    if not 1 <= inherent <= 5 or not 0 <= basis_points <= 10_000:
        raise ValueError(f"inherent {inherent} must be 1–5 and the level {basis_points} 0–10,000")
    return inherent * (10_000 - basis_points)
