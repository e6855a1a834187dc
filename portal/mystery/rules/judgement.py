"""Judging a mystery test: what a tester's observations of each step come to against the rules.

A step is judged on what was seen, when, and with which proof; delays are those of the engine (L221-18 to L221-24).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from portal.consumer_law.rules.after_withdrawal import refund_due
from portal.consumer_law.rules.law import LawText, Rules
from portal.consumer_law.rules.periods import ContractFacts, Periods, Unsupported, deadline
from portal.core.dataclass import dataclass
from portal.findings.rules import Severity
from portal.mystery.rules.script import MysteryOrder, ScriptStep, StepDelay, StepInstant


@dataclass(frozen=True)
class DelayLaw:
    """What the delays are computed from."""

    clocks: Rules
    periods: Periods


class ObservationAnswer(StrEnum):
    """A tester's answer on a step."""

    AS_EXPECTED = "as_expected"
    DIFFERENT = "different"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Observation:
    """What a tester saw at a step; `at` in the civil time of the law (Europe/Paris)."""

    said: ObservationAnswer
    at: datetime | None = None
    has_proof: bool = False


class StepOutcome(StrEnum):
    """What a step comes to."""

    OK = "ok"
    BREACH = "breach"
    UNOBSERVED = "unobserved"


class OutcomeReason(StrEnum):
    """Why a step has its outcome; `mystery.wording` has the sentences."""

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
class JudgedStep:
    """One step with what it comes to."""

    step: ScriptStep
    outcome: StepOutcome
    reason: OutcomeReason
    due: date | None = None
    days_late: int = 0
    elapsed: timedelta | None = None
    """From the moment the trader was informed to the moment observed, for a step with a delay."""


class MysteryResult(StrEnum):
    """What a whole test comes to."""

    KEPT = "kept"
    PARTIAL = "partial"
    """No breach, but something was not observed."""
    BREACHED = "breached"


@dataclass(frozen=True)
class MysteryJudgement:
    """Every step of a script, judged."""

    lines: tuple[JudgedStep, ...]

    def count(self, outcome: StepOutcome) -> int:
        """How many steps come to this."""
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def breaches(self) -> tuple[JudgedStep, ...]:
        """The steps where a rule was broken, gravest first."""
        gravest = tuple(Severity)
        found = [line for line in self.lines if line.outcome is StepOutcome.BREACH]
        return tuple(sorted(found, key=lambda line: gravest.index(line.step.severity)))

    @property
    def overall(self) -> MysteryResult:
        """The result of the whole test."""
        if self.breaches:
            return MysteryResult.BREACHED
        return MysteryResult.PARTIAL if not self.lines or self.count(StepOutcome.UNOBSERVED) else MysteryResult.KEPT


def share_kept(kept: int, breached: int) -> int | None:
    """Of the steps observed, the share that was as the rules want it, in percent; None when nothing was observed.

    A hundred only when all of them were.

    >>> share_kept(9, 3), share_kept(0, 0), share_kept(299, 1)
    (75, None, 99)
    """
    if not kept + breached:
        return None
    return min(round(100 * kept / (kept + breached)), 99 if breached else 100)


def judge_test(
    script: Sequence[ScriptStep], seen: Mapping[str, Observation], order: MysteryOrder, law: DelayLaw, as_of: date
) -> MysteryJudgement:
    """What observations come to on a day; those made later do not count yet.

    What nobody saw is never a breach: it is « not observed », with the day it was due.
    """
    known = {
        key: one
        for key, one in seen.items()
        if one.said is not ObservationAnswer.UNSEEN and (not one.at or one.at.date() <= as_of)
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
    by_delivery = any(step.marks is StepInstant.HEARD for step in script)
    heard = moments.get(StepInstant.HEARD if by_delivery else StepInstant.STATED)
    stated, last = moments.get(StepInstant.STATED), last_day(order, law)
    is_late = stated is not None and last is not None and stated.date() > last
    lines = []
    for step in script:
        found = known.get(step.key)
        if step.clock is StepDelay.LAST_DAY:
            line = _last_day(step, found, order, last, as_of)
        elif is_late:
            # A tester who withdraws too late has nothing to reproach anyone with: only what was owed in time is judged.
            line = JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.OUT_OF_TIME, last)
        elif step.clock is not None:
            due = _due(step.clock, heard.date(), order, moments.get(StepInstant.DISPATCHED), law) if heard else None
            line = _timed(step, found, heard, due, as_of)
        else:
            line = _plain(step, found)
        if (
            line.reason is OutcomeReason.NOTHING
            and step.key in seen
            and seen[step.key].said is ObservationAnswer.UNSEEN
        ):
            line = replace(line, reason=OutcomeReason.UNSEEN)
        lines.append(line)
    return MysteryJudgement(tuple(lines))


def last_day(order: MysteryOrder, law: DelayLaw) -> date | None:
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


def _due(clock: StepDelay, heard: date, order: MysteryOrder, dispatched: datetime | None, law: DelayLaw) -> date | None:
    if clock is StepDelay.REFUND:
        return refund_due(
            heard,
            law.clocks,
            goods=order.kind.from_receipt,
            financial=order.kind.is_financial,
            dispatched=dispatched.date() if dispatched else None,
        ).due
    return heard + timedelta(days=law.clocks.at(clock.value, heard).days())


def _plain(step: ScriptStep, found: Observation | None) -> JudgedStep:
    if found is None:
        return JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.NOTHING)
    if step.needs_time and found.at is None:
        return JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.NO_TIME)
    if step.needs_proof and not found.has_proof:
        return JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.NO_PROOF)
    if found.said is ObservationAnswer.DIFFERENT:
        return JudgedStep(step, StepOutcome.BREACH, OutcomeReason.DIFFERENT)
    return JudgedStep(step, StepOutcome.OK, OutcomeReason.SEEN)


def _timed(
    step: ScriptStep, found: Observation | None, heard: datetime | None, due: date | None, as_of: date
) -> JudgedStep:
    """A step with a delay; what never came leaves no trace, so its absence asks for no proof."""
    if heard is None:
        return JudgedStep(
            step, StepOutcome.UNOBSERVED, OutcomeReason.NOTHING if found is None else OutcomeReason.NO_START
        )
    if found is None:
        waits = (
            OutcomeReason.WITHHELD if due is None else OutcomeReason.PENDING if as_of <= due else OutcomeReason.OVERDUE
        )
        return JudgedStep(step, StepOutcome.UNOBSERVED, waits, due)
    if found.at is None or found.at < heard:
        return JudgedStep(
            step, StepOutcome.UNOBSERVED, OutcomeReason.NO_TIME if found.at is None else OutcomeReason.BEFORE, due
        )
    if found.said is ObservationAnswer.DIFFERENT:
        return _never(step, found.at.date(), due)
    plain = _plain(step, found)
    if plain.outcome is not StepOutcome.OK:
        return replace(plain, due=due)
    late = max((found.at.date() - due).days, 0) if due is not None else 0
    # Two instants of one zone subtract as wall clocks do: through UTC, a change of hour is not counted.
    elapsed = found.at.astimezone(UTC) - heard.astimezone(UTC)
    outcome, reason = (StepOutcome.BREACH, OutcomeReason.LATE) if late else (StepOutcome.OK, OutcomeReason.SEEN)
    return JudgedStep(step, outcome, reason, due, late, elapsed)


def _never(step: ScriptStep, on: date, due: date | None) -> JudgedStep:
    """What had not come, or not in full, on a day: a breach only once it was due."""
    if due is None:
        return JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.WITHHELD)
    if on <= due:
        return JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.TOO_EARLY, due)
    return JudgedStep(step, StepOutcome.BREACH, OutcomeReason.NEVER, due, (on - due).days)


def _last_day(
    step: ScriptStep, found: Observation | None, order: MysteryOrder, last: date | None, as_of: date
) -> JudgedStep:
    """Available throughout the period: one day without it is a breach, only its last day shows that it was kept."""
    if last is None:
        return JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.NO_START)
    if found is None:
        return JudgedStep(
            step, StepOutcome.UNOBSERVED, OutcomeReason.PENDING if as_of <= last else OutcomeReason.NOTHING, last
        )
    if found.at is None:
        return JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.NO_TIME, last)
    on = found.at.date()
    if on < order.ordered_on or on > last:
        return JudgedStep(
            step, StepOutcome.UNOBSERVED, OutcomeReason.AFTER if on > last else OutcomeReason.BEFORE, last
        )
    plain = _plain(step, found)
    if plain.outcome is StepOutcome.OK and on != last:
        return JudgedStep(step, StepOutcome.UNOBSERVED, OutcomeReason.OTHER_DAY, last)
    return replace(plain, due=last)


@dataclass(frozen=True)
class ObservedBreach:
    """A breach ready to become a finding: nothing is left to write."""

    key: str
    severity: Severity
    title: LawText
    action: LawText
    proof_expected: LawText
    article: str
    reason: OutcomeReason
    days_late: int


def breaches_in(judgement: MysteryJudgement) -> tuple[ObservedBreach, ...]:
    """The findings that a test deserves, gravest first."""
    return tuple(
        ObservedBreach(
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
