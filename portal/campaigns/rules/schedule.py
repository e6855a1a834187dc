"""From a rhythm in civil time to instants: the next run, the period it stands for, the runs that were missed.

Runs are counted in local calendar days and turned into an instant only at the end, so that a change of clocks moves
no day and doubles none. Every period has one key whatever the hour it is computed at.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.campaigns.rules.recurrence import Every, Recurrence, parse_recurrence, recurrence_problems
from portal.core.dataclass import dataclass

MOST_SKIPPED = 1
"""Runs that may be skipped without a person: more at once may be a clock that leapt rather than time that passed."""


@dataclass(frozen=True)
class CatchUp:
    """What to do at an instant for a campaign whose run was due."""

    run_at: datetime | None
    """The one run to make, the latest that came due; none when the rule changed and has none in between."""
    skipped: int
    """Earlier runs it stands for."""
    following: datetime | None
    """The next run after now; none when the rule has ended."""


MINUTE = timedelta(minutes=1)
"""A run of this very minute is still to come for whoever activates its campaign."""


@dataclass(frozen=True)
class FirstRun:
    """When a campaign that has never run begins, and what else it could do."""

    at: datetime | None
    """Its first run if it is activated now; none when the rule is over."""
    passed: datetime | None
    """The run it will not make, the first of the rule, because its hour is over; none when nothing is lost."""
    today_at: datetime | None
    """When it would run if its first day were today; none when it could only be launched by hand."""
    tomorrow_at: datetime | None
    """When it would run if its first day were tomorrow; none when its rhythm does not allow that day."""


def first_run(raw: Mapping[str, object], now: datetime) -> FirstRun:
    """The first run of a sound rule as kept in JSON, for a campaign that has had no wave.

    >>> rule = {"every": "years", "start": "2026-11-24", "at": "09:00", "zone": "Europe/Paris"}
    >>> first = first_run(rule, datetime(2026, 11, 24, 11, 11, tzinfo=UTC)) # 12:11 in Paris
    >>> f"{first.passed:%d/%m/%Y} is over: {first.at:%d/%m/%Y}, or {first.tomorrow_at:%d/%m/%Y}; {first.today_at}"
    '24/11/2026 is over: 24/11/2027, or 25/11/2026; None'
    """
    rule, since = parse_recurrence(raw), now - MINUTE
    today = now.astimezone(ZoneInfo(rule.zone)).date()
    return FirstRun(
        at=next_run(rule, since),
        passed=_instant(rule, _day(rule, 0)) if _latest(rule, since) >= 0 else None,
        today_at=_run_on(begun_on(raw, today), today, since),
        tomorrow_at=_run_on(begun_on(raw, today + timedelta(days=1)), today + timedelta(days=1), since),
    )


def begun_on(raw: Mapping[str, object], day: date) -> dict[str, object]:
    """The same rule with another first day."""
    return {**raw, "start": day.isoformat()}


def _run_on(raw: Mapping[str, object], day: date, after: datetime) -> datetime | None:
    """The first run of a rule when it falls on that day and is still to come."""
    if recurrence_problems(raw):
        return None  # the last day of the rule comes before
    rule = parse_recurrence(raw)
    if _day(rule, 0) != day:
        return None
    at = _instant(rule, day)
    return at if at > after else None


def next_run(rule: Recurrence, after: datetime) -> datetime | None:
    """The first run strictly after an instant, in UTC; none when the rule has ended.

    >>> from datetime import time
    >>> rule = Recurrence(Every.MONTHS, date(2026, 8, 31), time(9), "Europe/Paris", step=6, day=31)
    >>> next_run(rule, datetime(2026, 9, 1, tzinfo=UTC)) # 28 February, not « 31 February »: winter time
    datetime.datetime(2027, 2, 28, 8, 0, tzinfo=datetime.timezone.utc)
    """
    place = _first_after(rule, after)
    day = _day(rule, place)
    return None if rule.last and day > rule.last else _instant(rule, day)


def period(rule: Recurrence, instant: datetime) -> str:
    """The key of the local period that a run at this instant stands for; one wave per key and campaign.

    Moving the day or the hour of a monthly rule does not start a second wave in a month that had one.

    >>> from datetime import time
    >>> rule = Recurrence(Every.MONTHS, date(2026, 8, 31), time(9), "Europe/Paris", step=6, day=31)
    >>> period(rule, datetime(2026, 12, 25, tzinfo=UTC)), period(rule, datetime(2027, 3, 1, tzinfo=UTC))
    ('2026-08', '2027-02')

    :raises ValueError: the instant is before the first run.
    """
    place = _latest(rule, instant)
    if place < 0:
        raise ValueError(f"no period has begun at {instant.isoformat()}")
    day = _day(rule, place)
    if rule.every is Every.WEEKS:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return {Every.ONCE: day.isoformat(), Every.MONTHS: f"{day:%Y-%m}", Every.YEARS: f"{day:%Y}"}[rule.every]


def catch_up(rule: Recurrence, due: datetime, now: datetime) -> CatchUp | None:
    """Runs missed while nothing ran collapse into one, the latest; none when nothing is due yet.

    >>> from datetime import time
    >>> rule = Recurrence(Every.WEEKS, date(2026, 11, 2), time(9), "Europe/Paris")
    >>> late = catch_up(rule, due=datetime(2026, 11, 9, 8, tzinfo=UTC), now=datetime(2026, 11, 24, tzinfo=UTC))
    >>> f"{late.run_at:%d/%m} for {late.skipped} more, then {late.following:%d/%m}"
    '23/11 for 2 more, then 30/11'
    """
    if due > now:
        return None
    first, latest = _first_after(rule, due - timedelta.resolution), _latest(rule, now)
    run_at = _instant(rule, _day(rule, latest)) if latest >= first else None
    return CatchUp(run_at, max(latest - first, 0), next_run(rule, now))


def _day(rule: Recurrence, place: int) -> date:
    """The local day of the run number `place`, counted from 0."""
    if rule.every in (Every.ONCE, Every.WEEKS):
        return rule.start + timedelta(weeks=rule.step * place)
    return _in_month(_first_month(rule) + _months(rule) * place, _wanted_day(rule))


def _in_month(month: int, day: int) -> date:
    """That day of a month counted from year 0, or the last one of a shorter month."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))


def _first_month(rule: Recurrence) -> int:
    month = rule.start.year * 12 + rule.start.month - 1
    return month if _in_month(month, _wanted_day(rule)) >= rule.start else month + 1


def _months(rule: Recurrence) -> int:
    return rule.step * 12 if rule.every is Every.YEARS else rule.step


def _wanted_day(rule: Recurrence) -> int:
    return rule.start.day if rule.every is Every.YEARS else rule.day


def _instant(rule: Recurrence, day: date) -> datetime:
    """The local time as an instant; a time that the clocks skip is the one shown after, a repeated one its first."""
    return datetime.combine(day, rule.at, tzinfo=ZoneInfo(rule.zone)).astimezone(UTC)


def _first_after(rule: Recurrence, instant: datetime) -> int:
    """Number of the first run strictly after an instant, whether or not the rule has ended by then."""
    local = instant.astimezone(ZoneInfo(rule.zone)).date()
    if rule.every in (Every.ONCE, Every.WEEKS):
        guess = (local - rule.start).days // (7 * rule.step)
    else:
        guess = (local.year * 12 + local.month - 1 - _first_month(rule)) // _months(rule)
    place = max(guess, 0)  # never too far: the guess is the run of the local day's own step
    while _instant(rule, _day(rule, place)) <= instant:
        place += 1
    return place


def _latest(rule: Recurrence, instant: datetime) -> int:
    """Number of the last run at or before an instant, -1 when there is none."""
    if rule.last:
        instant = min(instant, _instant(rule, rule.last))
    return _first_after(rule, instant) - 1
