"""The rhythm of a campaign in civil time: what it is, what is wrong with one, how it reads."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say

LONGEST_STEP = 120
YEARS = (2000, 2999)


class Every(StrEnum):
    """The unit of a rhythm."""

    ONCE = "once"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True)
class FieldProblem:
    """A defect of a rule typed by a person; `field` is the one to show it on."""

    field: str
    message: Sentence


@dataclass(frozen=True)
class Recurrence:
    """Every `step` weeks, months or years at a local time; the first run is on `start` or the first day that fits."""

    every: Every
    start: date
    at: time
    zone: str
    step: int = 1
    day: int = 1
    """Day of the month for `MONTHS`; a shorter month is visited on its last day, never skipped."""
    until: date | None = None
    """Last local day on which a run may start."""

    @property
    def last(self) -> date | None:
        """The last local day of all."""
        return self.start if self.every is Every.ONCE else self.until


_FIELDS = {"every", "start", "at", "zone", "step", "day", "until"}
_TIME = expression(r"([01]\d|2[0-3]):[0-5]\d")


def recurrence_problems(raw: Mapping[str, object]) -> list[FieldProblem]:
    """Every defect of a rule as kept in JSON: dates in ISO form, time as HH:MM, zone as in the IANA data base.

    >>> [str(problem.message) for problem in recurrence_problems(
    ...     {"every": "months", "step": 6, "day": 31, "start": "2026-08-31", "at": "09:00", "zone": "Europe/Paris"})]
    []
    """
    return [
        *(FieldProblem(name, say("« %(name)s » est inconnu.", name=name)) for name in sorted(set(raw) - _FIELDS)),
        *_unit_problems(raw),
        *_day_problems(raw),
        *_time_problems(raw),
    ]


def _unit_problems(raw: Mapping[str, object]) -> Iterator[FieldProblem]:
    if raw.get("every") not in list(Every):
        choices = ", ".join(Every)
        yield FieldProblem("every", say("Choisissez un rythme parmi %(choices)s.", choices=choices))
    if not _is_whole(raw.get("step", 1), 1, LONGEST_STEP):
        text = say("L'intervalle est un nombre entier de 1 à %(longest)s.", longest=LONGEST_STEP)
        yield FieldProblem("step", text)
    if raw.get("day") is not None and not _is_whole(raw["day"], 1, 31):
        yield FieldProblem("day", say("Le jour du mois est un nombre entier de 1 à 31."))


def _day_problems(raw: Mapping[str, object]) -> Iterator[FieldProblem]:
    start, until = _date(raw.get("start")), _date(raw.get("until"))
    if start is None:
        yield FieldProblem("start", say("Le premier jour manque ou n'est pas une date (2026-11-24)."))
    elif not YEARS[0] <= start.year <= YEARS[1]:
        text = say("L'année doit être comprise entre %(low)s et %(high)s.", low=YEARS[0], high=YEARS[1])
        yield FieldProblem("start", text)
    if raw.get("until") is None:
        return
    if until is None:
        yield FieldProblem("until", say("Le dernier jour n'est pas une date (2026-11-24)."))
    elif start and until < start:
        yield FieldProblem("until", say("Le dernier jour précède le premier."))


def _time_problems(raw: Mapping[str, object]) -> Iterator[FieldProblem]:
    at = raw.get("at")
    if not isinstance(at, str) or not _TIME.fullmatch(at):
        yield FieldProblem("at", say("L'heure s'écrit sur quatre chiffres, de 00:00 à 23:59."))
    elif at.startswith("02:"):
        text = say(
            "Choisissez une heure avant 02:00 ou à partir de 03:00 : cette heure-là n'existe pas ou existe deux fois "
            "les jours de changement d'heure."
        )
        yield FieldProblem("at", text)
    if not _is_zone(raw.get("zone")):
        yield FieldProblem("zone", say("Le fuseau horaire est inconnu ; exemple : Europe/Paris."))


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_zone(name: object) -> bool:
    if not isinstance(name, str) or not name:
        return False
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):  # a folder of the data base, a path that leaves it, an unknown name
        return False
    return True


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def parse_recurrence(raw: Mapping[str, object]) -> Recurrence:
    """Read a sound rule; the day of the month is by default that of the first day.

    :raises ValueError: the rule has problems (see `recurrence_problems`).
    """
    start, until = _date(raw.get("start")), _date(raw.get("until"))
    if (problems := recurrence_problems(raw)) or start is None:
        raise ValueError("\n".join(f"{problem.field}: {problem.message}" for problem in problems))
    step, day = raw.get("step", 1), raw.get("day")
    return Recurrence(
        every=Every(str(raw["every"])),
        start=start,
        at=time.fromisoformat(str(raw["at"])),
        zone=str(raw["zone"]),
        step=step if isinstance(step, int) else 1,
        day=day if isinstance(day, int) else start.day,
        until=until,
    )


def as_data(rule: Recurrence) -> dict[str, object]:
    """The rule as kept in JSON; `parse_recurrence` gives it back unchanged."""
    return {
        "every": rule.every.value,
        "step": rule.step,
        "day": rule.day,
        "start": rule.start.isoformat(),
        "until": rule.until.isoformat() if rule.until else None,
        "at": rule.at.isoformat("minutes"),
        "zone": rule.zone,
    }


WEEKDAYS = (
    say("lundi"),
    say("mardi"),
    say("mercredi"),
    say("jeudi"),
    say("vendredi"),
    say("samedi"),
    say("dimanche"),
)


def describe_recurrence(rule: Recurrence) -> Sentence:
    """The rule in words.

    >>> print(describe_recurrence(Recurrence(Every.MONTHS, date(2026, 8, 31), time(9), "Europe/Paris", 6, 31)))
    Tous les 6 mois, le dernier jour du mois, à 09:00 (Europe/Paris), à partir du 2026-08-31
    """
    when = {"at": rule.at.isoformat("minutes"), "zone": rule.zone, "start": rule.start}
    if rule.every is Every.ONCE:
        return say("Une seule fois, le %(start)s à %(at)s (%(zone)s)", **when)
    words = _rhythm(rule, when)
    return say("%(rule)s, jusqu'au %(until)s", rule=words, until=rule.until) if rule.until else words


def _rhythm(rule: Recurrence, when: Mapping[str, object]) -> Sentence:
    if rule.every is Every.YEARS:
        if rule.step == 1:
            return say("Chaque année à %(at)s (%(zone)s), à partir du %(start)s", **when)
        return say("Tous les %(step)s ans à %(at)s (%(zone)s), à partir du %(start)s", step=rule.step, **when)
    if rule.every is Every.WEEKS:
        day = WEEKDAYS[rule.start.weekday()]
        if rule.step == 1:
            return say("Chaque %(day)s à %(at)s (%(zone)s), à partir du %(start)s", day=day, **when)
        return say(
            "Toutes les %(step)s semaines, le %(day)s, à %(at)s (%(zone)s), à partir du %(start)s",
            step=rule.step,
            day=day,
            **when,
        )
    day = _day_of_month(rule.day)
    if rule.step == 1:
        return say("Chaque mois, %(day)s, à %(at)s (%(zone)s), à partir du %(start)s", day=day, **when)
    return say(
        "Tous les %(step)s mois, %(day)s, à %(at)s (%(zone)s), à partir du %(start)s", step=rule.step, day=day, **when
    )


def _day_of_month(day: int) -> Sentence:
    if day == 1:
        return say("le 1er")
    if day == 31:
        return say("le dernier jour du mois")
    if day > 28:
        return say("le %(day)s ou le dernier jour d'un mois plus court", day=day)
    return say("le %(day)s", day=day)
