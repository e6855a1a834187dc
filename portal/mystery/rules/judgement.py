"""Mystery withdrawals: a script of steps by channel, and what a tester's observations are worth against the rules.

A step is judged on what was seen, when, and with which proof; delays are those of the engine (L221-18 to L221-24).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from portal.consumer_law.rules.after_withdrawal import refund_due
from portal.consumer_law.rules.law import LawText, Rule, Rules
from portal.consumer_law.rules.periods import ContractFacts, ContractKind, Periods, Unsupported, deadline
from portal.core.language import N_
from portal.findings.rules import Severity


class Way(StrEnum):
    """The channel by which a tester withdraws."""

    WEB = "web"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"


WAYS: Mapping[Way, str] = {
    Way.WEB: N_("Fonction en ligne"),
    Way.PHONE: N_("Téléphone"),
    Way.EMAIL: N_("Courriel"),
    Way.LETTER: N_("Lettre"),
}


class Moment(StrEnum):
    """An instant that a step gives to the delays."""

    STATED = "stated"
    HEARD = "heard"
    DISPATCHED = "dispatched"


class Clock(StrEnum):
    """The delay a step is judged by; the first two are rules of clocks.toml."""

    ACKNOWLEDGE = "acknowledge.prompt"
    REFUND = "refund.due"
    LAST_DAY = "last-day"


class Only(StrEnum):
    """The orders a step is for."""

    GUEST = "guest"
    GOODS = "goods"


@dataclass(frozen=True)
class ScriptStep:
    """One step of a script."""

    key: str
    title: LawText
    does: LawText
    expects: LawText
    rule: Rule
    severity: Severity
    """Of the finding that a breach of it deserves."""
    action: LawText
    evidence: LawText
    """What would close that finding."""
    needs_time: bool = False
    needs_proof: bool = False
    marks: Moment | None = None
    clock: Clock | None = None


@dataclass(frozen=True)
class Order:
    """The order a tester withdraws from."""

    kind: ContractKind
    ordered_on: date
    received_on: date | None = None
    country: str = "FR"
    region: str = ""
    is_guest: bool = False


@dataclass(frozen=True)
class Law:
    """What the delays are computed from."""

    clocks: Rules
    periods: Periods


class Said(StrEnum):
    """A tester's own word on a step."""

    AS_EXPECTED = "as_expected"
    DIFFERENT = "different"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Observation:
    """What a tester saw at a step; `at` in the civil time of the law (Europe/Paris)."""

    said: Said
    at: datetime | None = None
    has_proof: bool = False


class Outcome(StrEnum):
    """What a step comes to."""

    OK = "ok"
    BREACH = "breach"
    UNOBSERVED = "unobserved"


class Reason(StrEnum):
    """Why a step comes to that; said in words by `mystery.wording`."""

    SEEN = "seen"
    DIFFERENT = "different"
    LATE = "late"
    NEVER = "never"
    NOTHING = "nothing"
    UNSEEN = "unseen"
    NO_PROOF = "no_proof"
    NO_TIME = "no_time"
    NO_START = "no_start"
    BEFORE = "before"
    PENDING = "pending"
    OVERDUE = "overdue"
    WITHHELD = "withheld"
    TOO_EARLY = "too_early"
    OTHER_DAY = "other_day"
    AFTER = "after"
    OUT_OF_TIME = "out_of_time"


@dataclass(frozen=True)
class Judged:
    """One step with what it comes to."""

    step: ScriptStep
    outcome: Outcome
    reason: Reason
    due: date | None = None
    days_late: int = 0
    elapsed: timedelta | None = None
    """From the moment the trader was informed to the moment observed, for a step with a delay."""


class Overall(StrEnum):
    """What a whole test comes to."""

    KEPT = "kept"
    PARTIAL = "partial"
    """No breach, but something was not observed."""
    BREACHED = "breached"


@dataclass(frozen=True)
class Judgement:
    """Every step of a script, judged."""

    lines: tuple[Judged, ...]

    def count(self, outcome: Outcome) -> int:
        """How many steps come to this."""
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def breaches(self) -> tuple[Judged, ...]:
        """The steps that the rules were not kept at, gravest first."""
        gravest = tuple(Severity)
        found = [line for line in self.lines if line.outcome is Outcome.BREACH]
        return tuple(sorted(found, key=lambda line: gravest.index(line.step.severity)))

    @property
    def overall(self) -> Overall:
        """The one word that stands for the test."""
        if self.breaches:
            return Overall.BREACHED
        return Overall.PARTIAL if not self.lines or self.count(Outcome.UNOBSERVED) else Overall.KEPT


def share_kept(kept: int, breached: int) -> int | None:
    """Of the steps observed, the share that was as the rules want it, in percent; None when nothing was observed.

    >>> share_kept(9, 3), share_kept(0, 0)
    (75, None)
    """
    return round(100 * kept / (kept + breached)) if kept + breached else None


def judge(
    script: Sequence[ScriptStep], seen: Mapping[str, Observation], order: Order, law: Law, as_of: date
) -> Judgement:
    """What observations come to on a day; those made later do not count yet.

    What nobody saw is never a breach: it is « not observed », with the day it was due.
    """
    known = {
        key: one for key, one in seen.items() if one.said is not Said.UNSEEN and (not one.at or one.at.date() <= as_of)
    }
    moments = {
        step.marks: found.at
        for step in script
        if step.marks is not None
        and (found := known.get(step.key)) is not None
        and found.at is not None
        and (found.has_proof or not step.needs_proof)  # an instant that nobody can prove starts no delay
    }
    # A letter is heard when it is delivered, not when it is posted; the other channels are heard at once.
    by_delivery = any(step.marks is Moment.HEARD for step in script)
    heard = moments.get(Moment.HEARD if by_delivery else Moment.STATED)
    stated, last = moments.get(Moment.STATED), last_day(order, law)
    is_late = stated is not None and last is not None and stated.date() > last
    lines = []
    for step in script:
        found = known.get(step.key)
        if step.clock is Clock.LAST_DAY:
            line = _last_day(step, found, order, last, as_of)
        elif is_late:
            # A tester who withdraws too late has nothing to reproach anyone with: only what was owed in time is judged.
            line = Judged(step, Outcome.UNOBSERVED, Reason.OUT_OF_TIME, last)
        elif step.clock is not None:
            due = _due(step.clock, heard.date(), order, moments.get(Moment.DISPATCHED), law) if heard else None
            line = _timed(step, found, heard, due, as_of)
        else:
            line = _plain(step, found)
        if line.reason is Reason.NOTHING and step.key in seen and seen[step.key].said is Said.UNSEEN:
            line = replace(line, reason=Reason.UNSEEN)
        lines.append(line)
    return Judgement(tuple(lines))


def last_day(order: Order, law: Law) -> date | None:
    """The last day on which this order may be withdrawn from; None while its start is not known, or out of the data."""
    facts = ContractFacts(
        order.kind,
        concluded=order.ordered_on,
        deliveries=(order.received_on,) if order.received_on else (),
        country=order.country,
        region=order.region,
    )
    if order.kind.from_receipt and order.received_on is None:
        return None
    try:
        return deadline(facts, law.periods).last_day
    except Unsupported:
        return None


def _due(clock: Clock, heard: date, order: Order, dispatched: datetime | None, law: Law) -> date | None:
    if clock is Clock.REFUND:
        goods = order.kind.from_receipt
        return refund_due(heard, law.clocks, goods=goods, dispatched=dispatched.date() if dispatched else None).due
    return heard + timedelta(days=law.clocks.at(clock.value, heard).days())


def _plain(step: ScriptStep, found: Observation | None) -> Judged:
    if found is None:
        return Judged(step, Outcome.UNOBSERVED, Reason.NOTHING)
    if step.needs_time and found.at is None:
        return Judged(step, Outcome.UNOBSERVED, Reason.NO_TIME)
    if step.needs_proof and not found.has_proof:
        return Judged(step, Outcome.UNOBSERVED, Reason.NO_PROOF)
    if found.said is Said.DIFFERENT:
        return Judged(step, Outcome.BREACH, Reason.DIFFERENT)
    return Judged(step, Outcome.OK, Reason.SEEN)


def _timed(
    step: ScriptStep, found: Observation | None, heard: datetime | None, due: date | None, as_of: date
) -> Judged:
    """A step with a delay; what never came leaves no trace, so its absence asks for no proof."""
    if heard is None:
        return Judged(step, Outcome.UNOBSERVED, Reason.NOTHING if found is None else Reason.NO_START)
    if found is None:
        waits = Reason.WITHHELD if due is None else Reason.PENDING if as_of <= due else Reason.OVERDUE
        return Judged(step, Outcome.UNOBSERVED, waits, due)
    if found.at is None or found.at < heard:
        return Judged(step, Outcome.UNOBSERVED, Reason.NO_TIME if found.at is None else Reason.BEFORE, due)
    if found.said is Said.DIFFERENT:
        return _never(step, found.at.date(), due)
    plain = _plain(step, found)
    if plain.outcome is not Outcome.OK:
        return replace(plain, due=due)
    late = max((found.at.date() - due).days, 0) if due is not None else 0
    # Two instants of one zone subtract as wall clocks do: through UTC, a change of hour is not counted.
    elapsed = found.at.astimezone(UTC) - heard.astimezone(UTC)
    outcome, reason = (Outcome.BREACH, Reason.LATE) if late else (Outcome.OK, Reason.SEEN)
    return Judged(step, outcome, reason, due, late, elapsed)


def _never(step: ScriptStep, on: date, due: date | None) -> Judged:
    """What had not come, or not in full, on a day: a breach only once it was due."""
    if due is None:
        return Judged(step, Outcome.UNOBSERVED, Reason.WITHHELD)
    if on <= due:
        return Judged(step, Outcome.UNOBSERVED, Reason.TOO_EARLY, due)
    return Judged(step, Outcome.BREACH, Reason.NEVER, due, (on - due).days)


def _last_day(step: ScriptStep, found: Observation | None, order: Order, last: date | None, as_of: date) -> Judged:
    """Available throughout the period: one day without it is a breach, only its last day shows that it was kept."""
    if last is None:
        return Judged(step, Outcome.UNOBSERVED, Reason.NO_START)
    if found is None:
        return Judged(step, Outcome.UNOBSERVED, Reason.PENDING if as_of <= last else Reason.NOTHING, last)
    if found.at is None:
        return Judged(step, Outcome.UNOBSERVED, Reason.NO_TIME, last)
    on = found.at.date()
    if on < order.ordered_on or on > last:
        return Judged(step, Outcome.UNOBSERVED, Reason.AFTER if on > last else Reason.BEFORE, last)
    plain = _plain(step, found)
    if plain.outcome is Outcome.OK and on != last:
        return Judged(step, Outcome.UNOBSERVED, Reason.OTHER_DAY, last)
    return replace(plain, due=last)


@dataclass(frozen=True)
class Proposal:
    """A breach ready to become a finding: nothing is left to write."""

    key: str
    severity: Severity
    title: LawText
    action: LawText
    proof_expected: LawText
    article: str
    reason: Reason
    days_late: int


def proposals(judgement: Judgement) -> tuple[Proposal, ...]:
    """The findings that a test deserves, gravest first."""
    return tuple(
        Proposal(
            line.step.key,
            line.step.severity,
            line.step.title,
            line.step.action,
            line.step.evidence,
            line.step.rule.article,
            line.reason,
            line.days_late,
        )
        for line in judgement.breaches
    )
