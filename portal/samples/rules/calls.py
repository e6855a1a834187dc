"""Outbound calls against the law: consent and banned sectors (C. conso. L223-1), times (D223-9), objection (RGPD)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from portal.consumer_law.rules.calendar import ConsumerPlace
from portal.consumer_law.rules.law import Rules
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.samples.rules.day_or_time import DayOrTime, day_of, hours_between, is_after, is_late
from portal.samples.rules.fault_rates import FaultCounts, FaultRate, centile
from portal.samples.rules.faults import CallFault


@dataclass(frozen=True, slots=True)
class Call:
    """One call as a vendor's file tells it, pseudonymised."""

    line: int
    reference: str
    called: DayOrTime
    consented: DayOrTime | None = None
    consent_wording: str = ""
    """A code of the wording, never its text nor a word on a person."""
    consent_by: str = ""
    """Who collected it: a company or a team's code."""
    withdrawn: DayOrTime | None = None
    """When the person objected or took the consent back."""
    suppressed: DayOrTime | None = None
    """When the number was really blocked."""
    in_contract: bool = False
    """Related to the object of a running contract."""
    energy: bool = False
    """Energy renovation."""
    housing: bool = False
    """Adaptation of a home to disability or age."""
    renovation: bool = False
    """One of these two, the file does not say which."""
    training: bool = False
    """To the holder of a personal training account."""
    any_time: bool = False
    """The person expressly agreed beforehand to be called outside the usual days and hours."""
    recent_calls: int | None = None
    """Calls and attempts to this person in thirty days, this one included."""
    refused: DayOrTime | None = None
    """When the person last refused during a call."""
    outcome: str = ""
    """A code."""


@dataclass(frozen=True, slots=True)
class CallVerdict:
    """A call with what is wrong in it."""

    call: Call
    consent_required: bool
    latency: int | None
    """Hours from the objection to the blocking; None while there is no such pair."""
    flags: tuple[CallFault, ...]
    applicable: tuple[CallFault, ...]
    """The faults this call is counted among, raised or not."""
    notice: Sentence | None
    """Why consent was not looked at."""

    @property
    def is_firm(self) -> bool:
        """Whether nothing rests on our reading that agreeing to be called is not agreeing to any time (D223-9)."""
        return not (AT_OTHER_TIMES.intersection(self.flags) and _is_consent_proved(self.call))


AT_OTHER_TIMES = frozenset({CallFault.CALL_ON_DAY_OFF, CallFault.CALL_OUT_OF_HOURS})


def judge_call(call: Call, telephone: Rules, place: ConsumerPlace, as_of: date) -> CallVerdict:
    """What is wrong in a call, seen on the day `as_of`; each rule is that of the day of the call.

    `place` has the public holidays of D223-9, which are those of code du travail L3133-1.
    """
    day = day_of(call.called)
    required = telephone.find("calls.consent", day) is not None and not call.in_contract
    asked: dict[CallFault, bool] = {}
    if required:
        asked |= _consent(call)
    latency = None
    if call.withdrawn is not None:
        asked[CallFault.CALLED_AFTER_WITHDRAWAL] = is_after(call.called, call.withdrawn) and not _renewed(call)
        asked |= _suppression(call, call.withdrawn, telephone, as_of)
        latency = None if call.suppressed is None else hours_between(call.withdrawn, call.suppressed)
    asked |= _banned(call, telephone, day)
    asked |= _times(call, telephone, place, day)
    raised = tuple(flag for flag in CallFault if asked.get(flag))
    return CallVerdict(call, required, latency, raised, tuple(asked), None if required else _notice(call, telephone))


def _consent(call: Call) -> dict[CallFault, bool]:
    if call.consented is None:
        return {CallFault.NO_CONSENT: True}
    return {
        CallFault.NO_CONSENT: False,
        CallFault.CONSENT_AFTER_CALL: is_after(call.consented, call.called),
        CallFault.CONSENT_UNPROVED: not (call.consent_wording and call.consent_by),
    }


def _banned(call: Call, telephone: Rules, day: date) -> dict[CallFault, bool]:
    """Sectors that nobody may canvass outside a running contract: each since its own day."""
    asked = {}
    rule = telephone.find("calls.renovation", day)
    banned = rule.figures["sectors"] if rule is not None else ()
    energy, housing = "energy" in banned, "housing" in banned
    if (call.energy and energy) or (call.housing and housing) or (call.renovation and energy and housing):
        asked[CallFault.BANNED_SECTOR] = not call.in_contract
    if call.training and telephone.find("calls.training", day) is not None:
        asked[CallFault.BANNED_TRAINING] = not call.in_contract
    return asked


def _times(call: Call, telephone: Rules, place: ConsumerPlace, day: date) -> dict[CallFault, bool]:
    """Days, hours and frequency (D223-9); they bind a call within a running contract too."""
    asked = {}
    days, hours = telephone.find("calls.days", day), telephone.find("calls.hours", day)
    if days is not None:
        is_open = day.isoweekday() in days.figures["weekdays"] and not place.is_holiday(day)
        asked[CallFault.CALL_ON_DAY_OFF] = not is_open and not call.any_time
    if hours is not None and isinstance(call.called, datetime):
        clock = call.called.time().replace(second=0, microsecond=0)
        slots = [(time.fromisoformat(first), time.fromisoformat(last)) for first, last in hours.figures["hours"]]
        within = any(first <= clock <= last for first, last in slots)
        asked[CallFault.CALL_OUT_OF_HOURS] = not within and not call.any_time
    frequency = telephone.find("calls.frequency", day)
    if frequency is not None and call.recent_calls is not None:
        asked[CallFault.CALLED_TOO_OFTEN] = call.recent_calls > frequency.figures["most"]
    rest = telephone.find("calls.rest", day)
    if rest is not None and call.refused is not None and is_after(call.called, call.refused):
        asked[CallFault.CALLED_AFTER_REFUSAL] = (day - day_of(call.refused)).days <= rest.days()
    return asked


def _is_consent_proved(call: Call) -> bool:
    """Whether the person agreed to be called before this call, and the file says who noted it and in which words.

    >>> _is_consent_proved(Call(2, "A1", date(2026, 9, 1), date(2026, 8, 1), "TXT-3", "SITE-1"))
    True
    """
    if call.consented is None or is_after(call.consented, call.called):
        return False
    return bool(call.consent_wording and call.consent_by)


def _renewed(call: Call) -> bool:
    """Whether a new consent came between the objection and the call."""
    if call.consented is None or call.withdrawn is None:
        return False
    return is_after(call.consented, call.withdrawn) and not is_after(call.consented, call.called)


def _suppression(call: Call, withdrawn: DayOrTime, telephone: Rules, as_of: date) -> dict[CallFault, bool]:
    rule = telephone.find("calls.suppression", day_of(withdrawn))
    if rule is None:
        return {}
    if call.suppressed is not None:
        return {CallFault.LATE_SUPPRESSION: is_late(withdrawn, call.suppressed, rule.days())}
    is_over = (as_of - day_of(withdrawn)).days > rule.days()
    return {CallFault.LATE_SUPPRESSION: True} if is_over else {}


def _notice(call: Call, telephone: Rules) -> Sentence:
    if call.in_contract:
        return say("Appel lié à un contrat en cours : l'accord préalable n'est pas exigé.")
    first = min(rule.valid_from for rule in telephone if rule.id == "calls.consent")
    return say("Avant le %(day)s, l'accord préalable n'était pas exigé : rien n'est compté à ce titre.", day=first)


MEDIAN, NINETIETH = Decimal("0.5"), Decimal("0.9")


class CallTotals:
    """What a sample of calls, or a part of it, shows."""

    def __init__(self) -> None:
        self.calls = 0
        self.flagged = 0
        self.required = 0
        """Calls that needed a consent."""
        self.counts: FaultCounts[CallFault] = FaultCounts(CallFault)
        self.latencies: Counter[int] = Counter()
        """Blockings by hours taken."""
        self.months: dict[str, list[int]] = {}
        """Calls, and those flagged, by month."""

    def add(self, verdict: CallVerdict) -> None:
        """One more verdict."""
        flagged = bool(verdict.flags)
        self.calls += 1
        self.flagged += flagged
        self.required += verdict.consent_required
        self.counts.add(verdict.applicable, verdict.flags)
        if verdict.latency is not None:
            self.latencies[verdict.latency] += 1
        both = self.months.setdefault(day_of(verdict.call.called).isoformat()[:7], [0, 0])
        both[0] += 1
        both[1] += flagged

    def merge(self, other: "CallTotals") -> None:
        """What another part of the same sample showed."""
        self.calls += other.calls
        self.flagged += other.flagged
        self.required += other.required
        self.counts.merge(other.counts)
        self.latencies.update(other.latencies)
        for month, (calls, flagged) in other.months.items():
            both = self.months.setdefault(month, [0, 0])
            both[0] += calls
            both[1] += flagged

    @property
    def median(self) -> int | None:
        """Hours within which half of the numbers were blocked."""
        return centile(self.latencies, MEDIAN)

    @property
    def ninetieth(self) -> int | None:
        """Hours within which nine numbers out of ten were blocked."""
        return centile(self.latencies, NINETIETH)

    @property
    def slowest(self) -> int | None:
        """Hours that the slowest blocking took."""
        return max(self.latencies, default=None)

    def rates(self, confidence: Decimal) -> tuple[FaultRate[CallFault], ...]:
        """The rate of each flag, with its exact interval."""
        return self.counts.rates(confidence)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, the same for the same sample whatever the order of its calls."""
        return {
            "calls": self.calls,
            "flagged": self.flagged,
            "required": self.required,
            "flags": self.counts.to_json(),
            "latencies": {str(hours): count for hours, count in sorted(self.latencies.items())},
            "months": {month: [*both] for month, both in sorted(self.months.items())},
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "CallTotals":
        """What `to_json` gave."""
        found = cls()
        found.calls, found.flagged, found.required = raw["calls"], raw["flagged"], raw["required"]
        found.counts = FaultCounts.from_json(CallFault, raw["flags"])
        found.latencies = Counter({int(hours): count for hours, count in raw["latencies"].items()})
        found.months = {month: [*both] for month, both in raw["months"].items()}
        return found
