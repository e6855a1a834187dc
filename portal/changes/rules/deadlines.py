"""Until when we may object to a change: the contract's own delay, counted from the day we received it, step by step.

Regulation 1182/71 rules acts of the Union, not contracts: its rules are shown for what they would say, and what they
would add is never relied on.
"""

from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from portal.consumer_law.rules.calendar import ConsumerPlace
from portal.consumer_law.rules.law import LawText, Rule, Rules
from portal.consumer_law.rules.periods import WEEKEND
from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.paper.rules.contract_delays import DelayFigure, DelayUnit

DAY = timedelta(days=1)
SUNDAY = 6
SOON = timedelta(days=7)
MOST_DAYS_OFF = 40
"""Days off that a step names; a delay of years has more, which say nothing."""


@dataclass(frozen=True)
class CountedStep:
    """One step of a computation: the rule applied, the day it led to, and the days off it met."""

    rule: Rule
    day: date
    met: tuple[tuple[date, LawText], ...] = ()


@dataclass(frozen=True)
class ObjectionDeadline:
    """Until when one may object."""

    last: date
    """The last day in Paris: whole, unless the contract counts in hours (`before`)."""
    before: datetime
    """The first instant that is too late."""
    steps: tuple[CountedStep, ...]
    notices: tuple[CountedStep, ...] = ()
    """What the reader should know, which moved nothing."""


def objection_deadline(
    received_at: datetime, figure: DelayFigure, law: Rules, place: ConsumerPlace, zone: tzinfo
) -> ObjectionDeadline:
    """The end of the contract's delay; the day of receipt is not counted, the last one is, whole."""
    first = received_at.astimezone(zone).date()
    if figure.unit is DelayUnit.HOURS:
        before = received_at + timedelta(hours=figure.number)
        last = (before - before.resolution).astimezone(zone).date()
        return ObjectionDeadline(last, before, (CountedStep(law.at("hours", first), last),))
    steps = [CountedStep(law.at("receipt.uncounted", first), first)]
    last = _last_day(first, figure, place)
    met = _off_days(first + DAY, last, place)
    steps.append(CountedStep(law.at(_RULES[figure.unit], first), last, met[:MOST_DAYS_OFF]))
    steps.append(CountedStep(law.at("last.whole", first), last))
    notices = []
    if not place.is_working(last):
        notices.append(CountedStep(law.at("last.unmoved", first), place.next_working(last)))
    before = datetime.combine(last + DAY, datetime.min.time(), zone)
    return ObjectionDeadline(last, before, tuple(steps), tuple(notices))


_RULES = {
    DelayUnit.DAYS: "days.all", DelayUnit.WORKING_DAYS: "days.working", DelayUnit.WEEKDAYS: "days.weekdays",
    DelayUnit.MONTHS: "months",
}  # fmt: skip


def _last_day(first: date, figure: DelayFigure, place: ConsumerPlace) -> date:
    if figure.unit is DelayUnit.MONTHS:
        return months_later(first, figure.number)
    if figure.unit is DelayUnit.DAYS:
        return first + figure.number * DAY
    day, left = first, figure.number
    while left:
        day += DAY
        is_off = place.is_holiday(day) or day.weekday() == SUNDAY
        left -= place.is_working(day) if figure.unit is DelayUnit.WORKING_DAYS else not is_off
    return day


def _off_days(first: date, last: date, place: ConsumerPlace) -> tuple[tuple[date, LawText], ...]:
    days = (first + number * DAY for number in range((last - first).days + 1))
    return tuple((day, _name_of(day, place)) for day in days if not place.is_working(day))


def _name_of(day: date, place: ConsumerPlace) -> LawText:
    holiday = place.holiday(day)
    return holiday.name if holiday is not None else WEEKEND[day.weekday()]


class DeadlineVerdict(StrEnum):
    """What a deadline comes to; unknown is never good."""

    UNKNOWN = "unknown"
    RUNNING = "running"
    SOON = "soon"
    OVER = "over"
    IN_TIME = "in_time"
    LATE = "late"

    @property
    def label(self) -> str:
        """In words, marked for translation."""
        return _WORDS[self][0]

    @property
    def tone(self) -> str:
        """Of its badge."""
        return _WORDS[self][1]


_WORDS = {
    DeadlineVerdict.UNKNOWN: (N_("Délai inconnu"), "neutral"),
    DeadlineVerdict.RUNNING: (N_("Délai en cours"), "info"),
    DeadlineVerdict.SOON: (N_("Délai bientôt fini"), "warning"),
    DeadlineVerdict.OVER: (N_("Délai dépassé, sans réponse"), "danger"),
    DeadlineVerdict.IN_TIME: (N_("Répondu dans le délai"), "ok"),
    DeadlineVerdict.LATE: (N_("Répondu après le délai"), "danger"),
}


def verdict_of(before: datetime | None, answered_at: datetime | None, now: datetime) -> DeadlineVerdict:
    """What a deadline comes to, at an instant or once an answer left.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> verdict_of(None, noon, noon), verdict_of(noon, noon, noon)
    (<DeadlineVerdict.UNKNOWN: 'unknown'>, <DeadlineVerdict.LATE: 'late'>)
    """
    if before is None:
        return DeadlineVerdict.UNKNOWN
    if answered_at is not None:
        return DeadlineVerdict.IN_TIME if answered_at < before else DeadlineVerdict.LATE
    if now >= before:
        return DeadlineVerdict.OVER
    return DeadlineVerdict.SOON if before - now <= SOON else DeadlineVerdict.RUNNING
