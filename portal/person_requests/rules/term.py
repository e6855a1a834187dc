"""The day by which a person must have an answer, step by step, each step with its article; pure: days in, days out.

RGPD art. 12(3) and (6), counted as Regulation 1182/71 says; for the withdrawal of a consumer, C. conso. L221-24.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from portal.consumer_law.rules.after_withdrawal import refund_rule, usual_refund
from portal.consumer_law.rules.calendar import ConsumerPlace
from portal.consumer_law.rules.law import LawText, Rules
from portal.consumer_law.rules.periods import WEEKEND, DeadlineStep
from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.person_requests.rules.kinds import RequestKind

DAY = timedelta(days=1)
_OF_KIND: Mapping[RequestKind, tuple[str, ...]] = {
    RequestKind.RECTIFICATION: ("recipients.told",),
    RequestKind.ERASURE: ("recipients.told",),
    RequestKind.RESTRICTION: ("recipients.told",),
    RequestKind.MARKETING: ("marketing.stop",),
    RequestKind.CONSENT: ("consent.anytime",),
}


@dataclass(frozen=True)
class IdentityPause:
    """Days during which the person was asked to prove who they are (RGPD art. 12(6))."""

    since: date
    until: date | None
    """The day on which they did; none while we wait."""
    reason: str = ""

    @property
    def days(self) -> int:
        """How many days it lasted; while it lasts it moves nothing: what is not over is not counted on."""
        return (self.until - self.since).days if self.until is not None else 0

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        until = self.until.isoformat() if self.until else None
        return {"since": self.since.isoformat(), "until": until, "reason": self.reason}

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "IdentityPause":
        """What `plain` made, back."""
        until = date.fromisoformat(held["until"]) if held["until"] else None
        return cls(date.fromisoformat(held["since"]), until, held["reason"])


@dataclass(frozen=True)
class TermFacts:
    """What the term is counted from."""

    kind: RequestKind
    start: date
    """The day of receipt that counts."""
    from_vendor: bool = False
    """Whether that is the receipt by the vendor, in our name."""
    pauses: tuple[IdentityPause, ...] = ()
    is_extended: bool = False


@dataclass(frozen=True)
class RequestTerm:
    """The last day for answering, with what led to it."""

    start: date
    first_due: date
    """Last day of the first month: by then an extension is told (art. 12(3))."""
    due: date
    steps: tuple[DeadlineStep, ...]
    notices: tuple[DeadlineStep, ...]
    """What the reader should know, which moved nothing."""


@dataclass(frozen=True)
class RequestLaw:
    """Everything that the computation reads."""

    rules: Rules
    withdrawal: Rules
    """What runs once a consumer has withdrawn."""
    place: ConsumerPlace


def term_of(facts: TermFacts, law: RequestLaw) -> RequestTerm:
    """The last day for answering; raises KeyError for a day on which no rule was law (`is_covered`)."""
    if facts.kind.is_consumer_law:
        return _refund(facts, law)
    receipt = "receipt.vendor" if facts.from_vendor else "receipt.us"
    steps = [_step(law, receipt, facts.start, facts.start)]
    length = law.rules.at("request.month", facts.start)
    first_due, counted = _end(facts, law, "request.month", int(length.figures["months"]))
    due = first_due
    steps += counted
    if facts.is_extended:
        more = law.rules.at("request.extension", facts.start)
        months = int(length.figures["months"]) + int(more.figures["months"])
        due, counted = _end(facts, law, "request.extension", months)
        steps += counted
    steps.append(_step(law, "end.midnight", facts.start, due))
    return RequestTerm(facts.start, first_due, due, tuple(steps), tuple(_notices(facts, law, due)))


def is_covered(day: date, law: RequestLaw) -> bool:
    """Whether the law of requests was law on a day."""
    return law.rules.find("request.month", day) is not None


def _end(facts: TermFacts, law: RequestLaw, rule_id: str, months: int) -> tuple[date, list[DeadlineStep]]:
    day = months_later(facts.start, months)
    steps = [_step(law, rule_id, facts.start, day)]
    if day.day != facts.start.day:
        steps.append(_step(law, "month.short", facts.start, day))
    paused = sum(one.days for one in facts.pauses)
    if paused:
        day += paused * DAY
        steps.append(_step(law, "identity.pause", facts.start, day, LawText(f"{paused} j", f"{paused} d")))
    moved = law.place.next_working(day)
    if moved != day:
        passed = [_name_of(day + n * DAY, law.place) for n in range((moved - day).days)]
        detail = LawText(", ".join(one.fr for one in passed), ", ".join(one.en for one in passed))
        steps.append(_step(law, "end.moved", facts.start, moved, detail))
    return moved, steps


def _refund(facts: TermFacts, law: RequestLaw) -> RequestTerm:
    due = usual_refund(facts.start, law.withdrawal)
    rule = law.withdrawal.at(refund_rule(financial=False), facts.start)
    receipt = "contract.vendor" if facts.from_vendor else "contract.us"
    steps = (_step(law, receipt, facts.start, facts.start), DeadlineStep(rule, rule.article, due))
    notices = [_step(law, one, facts.start, due) for one in ("contract.apart", "contract.receipt", "contract.unmoved")]
    return RequestTerm(facts.start, due, due, steps, tuple(notices))


def _notices(facts: TermFacts, law: RequestLaw, due: date) -> Iterator[DeadlineStep]:
    usual = ("answer.prompt", "refusal.told", "refusal.burden", "processor.assists")
    for rule_id in (*_OF_KIND.get(facts.kind, ()), *usual):
        yield _step(law, rule_id, facts.start, due)
    if any(one.until is None for one in facts.pauses):
        yield _step(law, "identity.open", facts.start, due)


def _step(law: RequestLaw, rule_id: str, on: date, day: date, detail: LawText | None = None) -> DeadlineStep:
    rule = law.rules.at(rule_id, on)
    return DeadlineStep(rule, rule.article, day, detail)


def _name_of(day: date, place: ConsumerPlace) -> LawText:
    holiday = place.holiday(day)
    return holiday.name if holiday is not None else WEEKEND[day.weekday()]
