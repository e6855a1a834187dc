"""Is this proof still good, how fresh is it, and until when does a kind of proof hold by default?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import TypeVar

from portal.core.calendar import months_later
from portal.core.language import Sentence, say

Key = TypeVar("Key")

WHOLE = Decimal(1)


class Verdict(StrEnum):
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
class Facts:
    """What is known of one file: the dates it carries, the age the question accepts, the reviewer's verdict."""

    issued_on: date | None = None
    """Day from which its age is counted (end of the period covered, for a report on a period)."""
    expires_on: date | None = None
    """Last day it is good for, when the document itself says so."""
    verdict: Verdict = Verdict.UNREVIEWED
    max_age_months: int | None = None
    """Age beyond which the question no longer accepts it; none = no limit but `expires_on`."""


@dataclass(frozen=True)
class Decay:
    """How a proof loses weight: a straight line from 1 on the day of issue to `floor`, `grace_months` after its end."""

    floor: Decimal = Decimal("0.5")
    grace_months: int = 6


@dataclass(frozen=True)
class Standing:
    """The worth of one proof on one day, and the sentence that says why."""

    kind: StandingKind
    freshness: Decimal
    """Between the floor of the decay and 1, in hundredths, rounded down."""
    until: date | None
    """Last day the proof is good for; none = nothing limits it, or its date is unknown."""
    reason: Sentence


def good_until(facts: Facts) -> date | None:
    """Last day a proof is good for: the earlier of its own expiry and the age the question accepts.

    >>> good_until(Facts(issued_on=date(2026, 1, 15), expires_on=date(2029, 1, 14), max_age_months=12))
    datetime.date(2027, 1, 15)
    """
    limits = [facts.expires_on] if facts.expires_on else []
    if facts.issued_on and facts.max_age_months is not None:
        limits.append(months_later(facts.issued_on, facts.max_age_months))
    return min(limits, default=None)


def freshness(issued_on: date | None, until: date, today: date, decay: Decay = Decay()) -> Decimal:
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


def standing(facts: Facts, today: date, decay: Decay = Decay()) -> Standing:
    """What a proof is worth today; it is still good on its last day, and a rejected proof stays rejected.

    >>> proof = Facts(issued_on=date(2026, 1, 15), max_age_months=12, verdict=Verdict.VERIFIED)
    >>> standing(proof, date(2027, 1, 15)).kind, standing(proof, date(2027, 1, 16)).kind
    (<StandingKind.VERIFIED: 'verified'>, <StandingKind.EXPIRED: 'expired'>)
    """
    until = good_until(facts)
    undated = facts.issued_on is None and (until is not None or facts.max_age_months is not None)
    fresh = WHOLE
    if until:
        fresh = freshness(facts.issued_on, until, today, decay)
    elif undated:
        fresh = decay.floor
    if facts.verdict == Verdict.REJECTED:
        return Standing(StandingKind.REJECTED, fresh, until, say("Preuve écartée à la revue."))
    if until and until < today:
        return Standing(StandingKind.EXPIRED, fresh, until, say("Preuve périmée depuis le %(until)s.", until=until))
    verified = facts.verdict == Verdict.VERIFIED
    kind = StandingKind.VERIFIED if verified else StandingKind.SUPPLIED
    return Standing(kind, fresh, until, _reason(verified=verified, undated=undated, until=until))


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


def expiring(standings: Mapping[Key, Standing], today: date, *, within_days: int) -> list[Key]:
    """Proofs still good that end within so many days, the soonest first; what has already expired is another list.

    >>> ends = {name: standing(Facts(expires_on=date(2026, 6, day)), date(2026, 6, 1)) for name, day in
    ...         {"iso": 30, "pentest": 10, "assurance": 2}.items()}
    >>> expiring(ends, date(2026, 6, 1), within_days=15)
    ['assurance', 'pentest']
    """
    horizon = today + timedelta(days=within_days)
    soon = [
        (proof.until, key)
        for key, proof in standings.items()
        if proof.kind in (StandingKind.SUPPLIED, StandingKind.VERIFIED)
        and proof.until
        and today <= proof.until <= horizon
    ]
    return [key for _, key in sorted(soon, key=lambda pair: pair[0])]


@dataclass(frozen=True)
class Validity:
    """How long a kind of proof holds when the document does not say; from `questionnaires/preuves.toml`."""

    key: str
    fr: str
    en: str
    months: int | None
    """Months from the date of issue; none = no end."""
    basis: str
    """How binding the figure is: `law`, `scheme` (the certification's own rule) or `practice` (our choice)."""
    source: str
    ended_editions: Mapping[str, date] = field(default_factory=dict)
    """Editions that stopped counting, with their last day (a certificate may be older than its standard)."""

    def until(self, issued_on: date, edition: str | None = None) -> date | None:
        """Last day a proof of this kind holds by default.

        >>> kind = Validity("iso", "ISO", "ISO", 36, "scheme", "…", {"2013": date(2025, 10, 31)})
        >>> kind.until(date(2024, 3, 1)), kind.until(date(2024, 3, 1), edition="2013")
        (datetime.date(2027, 3, 1), datetime.date(2025, 10, 31))
        """
        limits = [] if self.months is None else [months_later(issued_on, self.months)]
        if edition and edition in self.ended_editions:
            limits.append(self.ended_editions[edition])
        return min(limits, default=None)


BASES = ("law", "scheme", "practice")
_FIELDS = {"key", "fr", "en", "months", "basis", "source", "ended_editions"}


def validity_problems(raw: Mapping[str, object]) -> list[Sentence]:
    """Every defect of a table of validities, each with the kind it is about.

    >>> [problem.text for problem in validity_problems({"kind": []})]
    ['Le fichier ne contient aucune preuve : « [[kind]] » est attendu.']
    """
    rows = raw.get("kind")
    if not isinstance(rows, list) or not rows:
        return [say("Le fichier ne contient aucune preuve : « [[kind]] » est attendu.")]
    problems: list[Sentence] = []
    seen: set[object] = set()
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            problems.append(say("Preuve n° %(place)s : un tableau « [[kind]] » est attendu.", place=place))
            continue
        where = row.get("key") or f"n° {place}"
        problems.extend(_row_problems(where, row))
        if where in seen:
            problems.append(say("%(where)s : cette clé est employée deux fois.", where=where))
        seen.add(where)
    return problems


def _row_problems(where: object, row: Mapping[str, object]) -> Iterator[Sentence]:
    for name in sorted(set(row) - _FIELDS):
        yield say("%(where)s : « %(name)s » est inconnu.", where=where, name=name)
    if row.get("basis") not in BASES:
        yield say("%(where)s : « basis » doit être l'un de %(choices)s.", where=where, choices=", ".join(BASES))
    for name in ("key", "fr", "en", "source"):
        if not isinstance(row.get(name), str) or not row[name]:
            yield say("%(where)s : « %(name)s » manque.", where=where, name=name)
    months = row.get("months")
    if months is not None and (not isinstance(months, int) or isinstance(months, bool) or months < 1):
        yield say("%(where)s : « months » doit être un nombre de mois, 1 ou plus.", where=where)
    editions = row.get("ended_editions", {})
    if not isinstance(editions, dict) or not all(type(day) is date for day in editions.values()):
        yield say("%(where)s : « ended_editions » associe une édition à une date.", where=where)


def parse_validities(raw: Mapping[str, object]) -> dict[str, Validity]:
    """Read a sound table of validities, by key.

    :raises ValueError: the table has problems (see `validity_problems`).

    >>> row = {"key": "pentest", "fr": "Test d'intrusion", "en": "Pentest", "months": 12, "basis": "practice",
    ...        "source": "…"}
    >>> parse_validities({"kind": [row]})["pentest"].months
    12
    """
    problems = validity_problems(raw)
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    rows: Iterable[dict[str, object]] = raw["kind"]  # type: ignore[assignment]
    return {str(row["key"]): Validity(**{"months": None, **row}) for row in rows}  # type: ignore[arg-type]
