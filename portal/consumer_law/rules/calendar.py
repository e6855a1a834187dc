"""Working days of a consumer's place (règlement 1182/71, art. 2): neither week-end nor public holiday."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from portal.consumer_law.rules.law import LawProblem, LawText, Sureness
from portal.core.calendar import easter
from portal.core.dataclass import dataclass

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Holiday:
    """A public holiday, however its day is found."""

    id: str
    name: LawText
    on: tuple[int, int] | None = None
    """Month and day."""
    easter: int | None = None
    """Days after Easter Sunday."""
    nth: tuple[int, int, int] | None = None
    """Month, weekday (0 is Monday) and rank in the month; -1 is the last."""
    unless: tuple[int, int, int] | None = None
    """Month, day and weekday: when that day falls on that weekday, it is the holiday instead."""
    once: date | None = None
    """The only day that ever was one."""

    def in_year(self, year: int) -> date | None:
        """Its day in a year, if it has one."""
        if self.once is not None:
            return self.once if self.once.year == year else None
        if self.unless is not None:
            month, day, weekday = self.unless
            if date(year, month, day).weekday() == weekday:
                return date(year, month, day)
        if self.on is not None:
            return date(year, *self.on)
        if self.easter is not None:
            return easter(year) + self.easter * ONE_DAY
        month, weekday, rank = self.nth or (1, 0, 1)
        if rank < 0:
            last = date(year + month // 12, month % 12 + 1, 1) - ONE_DAY
            return last - (last.weekday() - weekday) % 7 * ONE_DAY
        first = date(year, month, 1)
        return first + ((weekday - first.weekday()) % 7 + 7 * (rank - 1)) * ONE_DAY


@dataclass(frozen=True)
class ConsumerPlace:
    """Where a consumer is: a country, and in France a part of it, with its holidays."""

    country: str
    region: str
    name: LawText
    holidays: tuple[tuple[Holiday, date | None], ...]
    """With the day since which each is one, when it is not old."""
    source: str
    sure: Sureness
    valid_from: date
    has_local: bool = False
    """Other holidays exist in parts of it that the data does not hold."""

    @cached_property
    def _years(self) -> dict[int, dict[date, Holiday]]:
        return {}

    def holiday(self, day: date) -> Holiday | None:
        """The holiday that a day is here."""
        year = self._years.get(day.year)
        if year is None:
            found = [(holiday.in_year(day.year), holiday, since) for holiday, since in self.holidays]
            year = self._years[day.year] = {
                on: one for on, one, since in found if on is not None and (since is None or on >= since)
            }
        return year.get(day)

    def is_holiday(self, day: date) -> bool:
        """Whether a day is a public holiday here."""
        return self.holiday(day) is not None

    def is_working(self, day: date) -> bool:
        """Neither Saturday, nor Sunday, nor a public holiday of this place."""
        return day.weekday() < SATURDAY and not self.is_holiday(day)

    def next_working(self, day: date) -> date:
        """This day, or the first working day after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day


class ConsumerPlaces:
    """Every place whose holidays are known."""

    def __init__(
        self, places: Sequence[ConsumerPlace], countries: Mapping[str, LawText], default_regions: Mapping[str, str]
    ) -> None:
        self._places = {(place.country, place.region): place for place in places}
        self.countries = countries
        """Codes and names, in the order of the file."""
        self._default_regions = default_regions

    def find(self, country: str, region: str = "") -> ConsumerPlace | None:
        """A place; without a region, the country's usual one."""
        return self._places.get((country, region or self._default_regions.get(country, "")))

    def at(self, country: str) -> ConsumerPlace:
        """A country's usual place; raises KeyError for one that the file does not describe."""
        return self._places[country, self._default_regions[country]]

    def regions(self, country: str) -> dict[str, LawText]:
        """Codes and names of the parts of a country that have holidays of their own."""
        return {region: place.name for (code, region), place in self._places.items() if code == country and region}


def read_places(raw: Mapping[str, Any]) -> ConsumerPlaces:
    """The places of a parsed file.

    :raises LawProblem: a country names a holiday that is not described.
    """
    known = {key: _holiday(key, row) for key, row in raw["holidays"].items()}
    places: list[ConsumerPlace] = []
    for row in raw["country"]:
        parts = row.get("regions", {"": {"fr": row["fr"], "en": row["en"], "more": []}})
        for region, part in parts.items():
            days_off = [*row["holidays"], *part["more"]]
            if unknown := [name for name in days_off if name not in known]:
                raise LawProblem(f"{row['code']} {region}: {', '.join(unknown)}")
            since = row.get("since", {})
            places.append(
                ConsumerPlace(
                    country=row["code"],
                    region=region,
                    name=LawText(part["fr"], part["en"]),
                    holidays=tuple((known[name], since.get(name)) for name in days_off),
                    source=row["source"],
                    sure=Sureness(row["sure"]),
                    valid_from=row["valid_from"],
                    has_local=part.get("local", row.get("local", False)),
                )
            )
    names = {row["code"]: LawText(row["fr"], row["en"]) for row in raw["country"]}
    return ConsumerPlaces(places, names, {row["code"]: row.get("default_region", "") for row in raw["country"]})


def _holiday(key: str, row: Mapping[str, Any]) -> Holiday:
    nth, unless = row.get("nth"), row.get("unless")
    return Holiday(
        id=key,
        name=LawText(row["fr"], row["en"]),
        on=_month_day(row["on"]) if "on" in row else None,
        easter=row.get("easter"),
        nth=(nth["month"], nth["weekday"] - 1, nth["rank"]) if nth else None,
        unless=(*_month_day(unless["on"]), unless["weekday"] - 1) if unless else None,
        once=row.get("once"),
    )


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
