"""The clocks of a breach, each with its steps and the article of each: 72 hours from our awareness, and the contract's.

RGPD art. 33(1) and (2); Regulation 1182/71 for how hours are counted. Pure: instants in, instants out.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo

from portal.consumer_law.rules.calendar import ConsumerPlace
from portal.consumer_law.rules.law import LawText, Rule, Rules
from portal.consumer_law.rules.periods import WEEKEND
from portal.core.dataclass import dataclass

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class ClockStep:
    """One step of a computation: the rule applied, the instant it led to, and the days off it met."""

    rule: Rule
    at: datetime
    met: tuple[tuple[date, LawText], ...] = ()
    """Days that are not worked, with what each is."""


@dataclass(frozen=True)
class BreachClock:
    """A delay in hours, from when it started to when it ends."""

    since: datetime
    """When we, or the vendor, became aware."""
    due: datetime
    hours: int
    steps: tuple[ClockStep, ...] = ()
    notices: tuple[ClockStep, ...] = ()
    """What the reader should know, which moved nothing."""

    def left(self, now: datetime) -> timedelta:
        """Time left; below zero once it is over."""
        return self.due - now


def authority_clock(aware_at: datetime, law: Rules, place: ConsumerPlace, zone: tzinfo) -> BreachClock:
    """When the authority must have been notified (RGPD art. 33(1)), hour by hour as Regulation 1182/71 counts."""
    day = aware_at.astimezone(zone).date()
    length = law.at("authority.hours", day)
    hours = int(length.figures["hours"])
    start = aware_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    due = start + timedelta(hours=hours)
    steps = [
        ClockStep(law.at("authority.aware", day), aware_at),
        ClockStep(law.at("hour.uncounted", day), start),
        ClockStep(length, due),
        ClockStep(law.at("hours.end", day), due),
    ]
    if start.astimezone(zone).utcoffset() != due.astimezone(zone).utcoffset():
        steps.append(ClockStep(law.at("hours.real", day), due))
    steps.append(ClockStep(law.at("days.included", day), due, _off_days(start, due, place, zone)))
    last = due.astimezone(zone).date()
    if not place.is_working(last):
        steps.append(ClockStep(law.at("hours.unmoved", day), due, ((last, _name_of(last, place)),)))
    later = _with_two_working_days(start, place, zone)
    notices = [ClockStep(law.at("authority.phases", day), due), ClockStep(law.at("authority.late", day), due)]
    if later > due:
        notices.append(ClockStep(law.at("working.two", day), later))
    return BreachClock(aware_at, due, hours, tuple(steps), tuple(notices))


def contract_clock(noticed_at: datetime, hours: int) -> BreachClock:
    """When the vendor had to tell us: so many hours that have passed since it noticed (RGPD art. 33(2), the contract).

    Regulation 1182/71 rules acts of the Union, not contracts: to the minute, and nothing moves.
    """
    return BreachClock(noticed_at, noticed_at.astimezone(UTC) + timedelta(hours=hours), hours)


def _off_days(
    start: datetime, due: datetime, place: ConsumerPlace, zone: tzinfo
) -> tuple[tuple[date, LawText], ...]:  # fmt: skip
    first, last = start.astimezone(zone).date(), due.astimezone(zone).date()
    days = (first + n * DAY for n in range((last - first).days + 1))
    return tuple((day, _name_of(day, place)) for day in days if not place.is_working(day))


def _name_of(day: date, place: ConsumerPlace) -> LawText:
    holiday = place.holiday(day)
    return holiday.name if holiday is not None else WEEKEND[day.weekday()]


def _with_two_working_days(start: datetime, place: ConsumerPlace, zone: tzinfo) -> datetime:
    """The end of the second whole working day after a start."""
    day, whole = start.astimezone(zone).date(), 0
    while whole < 2:
        day += DAY
        whole += place.is_working(day)
    return datetime.combine(day + DAY, datetime.min.time(), zone).astimezone(UTC)
