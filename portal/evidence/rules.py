"""What a proof is worth on a day: whether it is still good, until when, and how fresh it is."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say

WHOLE = Decimal(1)


class EvidenceVerdict(StrEnum):
    """What a reviewer said of a file; the values are those stored."""

    UNREVIEWED = "a_verifier"
    VERIFIED = "verifie"
    REJECTED = "rejete"


class StandingKind(StrEnum):
    """What a proof is worth on a given day."""

    SUPPLIED = "supplied"
    VERIFIED = "verified"
    EXPIRED = "expired"
    REJECTED = "rejected"


LIVING = (StandingKind.SUPPLIED, StandingKind.VERIFIED)


@dataclass(frozen=True)
class EvidenceFacts:
    """What is known of one file: the dates it carries, the age the question accepts, the reviewer's verdict."""

    issued_on: date | None = None
    """Day from which its age is counted (end of the period covered, for a report on a period)."""
    expires_on: date | None = None
    """Last day it is good for, when the document itself says so."""
    verdict: EvidenceVerdict = EvidenceVerdict.UNREVIEWED
    max_age_months: int | None = None
    """Age beyond which the question no longer accepts it; none = no limit but `expires_on`."""
    validity_months: int | None = None
    """How long a proof of this kind holds when the document gives no end date (see `kinds`); none = no end."""
    edition_until: date | None = None
    """Last day that the edition of its standard counts, when that edition was withdrawn."""


@dataclass(frozen=True)
class Decay:
    """How a proof loses weight: a straight line from 1 on the day of issue to `floor`, `grace_months` after its end."""

    floor: Decimal = Decimal("0.5")
    grace_months: int = 6


USUAL_DECAY = Decay()


@dataclass(frozen=True)
class Standing:
    """The worth of one proof on one day, and the sentence that says why."""

    kind: StandingKind
    freshness: Decimal
    """Between the floor of the decay and 1, in hundredths, rounded down."""
    until: date | None
    """Last day the proof is good for; none = nothing limits it, or its date is unknown."""
    reason: Sentence


def good_until(facts: EvidenceFacts) -> date | None:
    """Last day a proof is good for: the earliest of its own end, the age accepted, and the validity of its kind.

    The validity of its kind counts only when the document gives no end date; a certificate ends with the edition of its
    standard, whatever is printed on it. This is the only place that says it: lists read what `services` keeps of it.

    >>> good_until(EvidenceFacts(issued_on=date(2026, 1, 15), expires_on=date(2029, 1, 14), max_age_months=12))
    datetime.date(2027, 1, 15)
    >>> good_until(EvidenceFacts(issued_on=date(2026, 1, 15), validity_months=36))
    datetime.date(2029, 1, 15)
    """
    ages = [facts.max_age_months, facts.validity_months if facts.expires_on is None else None]
    months = min((age for age in ages if age is not None), default=None)
    limits = [day for day in (facts.expires_on, facts.edition_until) if day is not None]
    if facts.issued_on and months is not None:
        limits.append(months_later(facts.issued_on, months))
    return min(limits, default=None)


def freshness(issued_on: date | None, until: date, today: date, decay: Decay = USUAL_DECAY) -> Decimal:
    """Weight left to a dated proof, in hundredths rounded down; an unknown date of issue leaves only the floor.

    >>> freshness(date(2026, 1, 1), date(2027, 1, 1), date(2026, 10, 1)) # half of the 18 months
    Decimal('0.75')
    """
    if issued_on is None:
        return decay.floor
    span = (months_later(until, decay.grace_months) - issued_on).days
    if span <= 0:
        return decay.floor
    elapsed = min(max((today - issued_on).days, 0), span)
    lost = ceil(Fraction(1 - decay.floor) * 100 * elapsed / span)
    return max(decay.floor, Decimal(100 - lost) / 100)


def standing(facts: EvidenceFacts, today: date, decay: Decay = USUAL_DECAY) -> Standing:
    """What a proof is worth today; it is still good on its last day, and a rejected proof stays rejected.

    >>> proof = EvidenceFacts(issued_on=date(2026, 1, 15), max_age_months=12, verdict=EvidenceVerdict.VERIFIED)
    >>> standing(proof, date(2027, 1, 15)).kind, standing(proof, date(2027, 1, 16)).kind
    (<StandingKind.VERIFIED: 'verified'>, <StandingKind.EXPIRED: 'expired'>)
    """
    until = good_until(facts)
    aged = facts.max_age_months is not None or facts.validity_months is not None
    undated = facts.issued_on is None and (until is not None or aged)
    fresh = WHOLE
    if until:
        fresh = freshness(facts.issued_on, until, today, decay)
    elif undated:
        fresh = decay.floor
    kind = _kind(facts.verdict, until, today)
    if kind is StandingKind.REJECTED:
        return Standing(kind, fresh, until, say("Preuve écartée à la revue."))
    if kind is StandingKind.EXPIRED:
        return Standing(kind, fresh, until, say("Preuve périmée : elle valait jusqu'au %(until)s.", until=until))
    return Standing(kind, fresh, until, _reason(verified=kind is StandingKind.VERIFIED, undated=undated, until=until))


def standing_kind(facts: EvidenceFacts, today: date) -> StandingKind:
    """What `standing` says a proof is worth today, for those who ask neither how fresh it is nor why."""
    return _kind(facts.verdict, good_until(facts), today)


def _kind(verdict: EvidenceVerdict, until: date | None, today: date) -> StandingKind:
    if verdict == EvidenceVerdict.REJECTED:
        return StandingKind.REJECTED
    if until and until < today:
        return StandingKind.EXPIRED
    return StandingKind.VERIFIED if verdict == EvidenceVerdict.VERIFIED else StandingKind.SUPPLIED


def _reason(*, verified: bool, undated: bool, until: date | None) -> Sentence:
    if undated:
        return say("Date d'émission inconnue : sans elle, la fraîcheur de la preuve est comptée au plus bas.")
    if until is None:
        return say("Preuve vérifiée, sans échéance.") if verified else say("Preuve fournie, à vérifier, sans échéance.")
    if verified:
        return say("Preuve vérifiée, valable jusqu'au %(until)s.", until=until)
    return say("Preuve fournie, à vérifier, valable jusqu'au %(until)s.", until=until)


def date_problems(issued_on: date | None, expires_on: date | None, today: date) -> Iterator[Sentence]:
    """What is wrong with the dates typed beside a file, before it is kept.

    >>> [str(problem) for problem in date_problems(date(2026, 5, 2), date(2026, 5, 1), date(2026, 6, 1))]
    ['La preuve expire avant d’avoir été émise.']
    """
    if issued_on and issued_on > today:
        yield say("La date d'émission est dans l'avenir.")
    if issued_on and expires_on and expires_on < issued_on:
        yield say("La preuve expire avant d'avoir été émise.")
