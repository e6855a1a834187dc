"""Days and ranges of days as documents print them, French and English, each with its place."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from portal.core.dataclass import dataclass
from portal.core.expressions import expression

_MONTHS = (
    ("janvier", "january", "janv", "jan"), ("fevrier", "february", "fevr", "fev", "feb"), ("mars", "march", "mar"),
    ("avril", "april", "avr", "apr"), ("mai", "may"), ("juin", "june", "jun"), ("juillet", "july", "juil", "jul"),
    ("aout", "august", "aug"), ("septembre", "september", "sept", "sep"), ("octobre", "october", "oct"),
    ("novembre", "november", "nov"), ("decembre", "december", "dec"),
)  # fmt: skip
_NUMBER = {name: rank for rank, names in enumerate(_MONTHS, 1) for name in names}
_M = "(?:" + "|".join(sorted(_NUMBER, key=len, reverse=True)) + r")(?![a-z])\.?"
_D = r"(?<![\d.,/])(?:0?[1-9]|[12]\d|3[01])(?: ?(?:er|st|nd|rd|th)\b)?(?!\d)"
_Y = r"(?:19|20)\d\d(?!\d)"
_DATE = expression(
    rf"(?P<d1>{_D})(?: day)?(?: of)?[ -]{{1,2}}(?P<m1>{_M}),?[ -]{{1,2}}(?P<y1>{_Y})"
    rf"|\b(?P<m2>{_M}) {{1,2}}(?P<d2>{_D}),? {{1,2}}(?P<y2>{_Y})"
    r"|(?<![\d/.-])(?P<y3>(?:19|20)\d\d)[-/.](?P<m3>0[1-9]|1[0-2])[-/.](?P<d3>0[1-9]|[12]\d|3[01])(?![\d])"
    r"|(?<![\d/.-])(?P<a>0?[1-9]|[12]\d|3[01]) ?(?P<sep>[/.-]) ?(?P<b>0?[1-9]|[12]\d|3[01]) ?(?P=sep) ?"
    r"(?P<y4>(?:19|20)\d\d|\d\d)(?![\d/])"
)
_JOIN = (
    r" {0,2}(?:(?:,? ?(?:et )?(?:ce )?jusqu'?(?:au|a)|inclus au|au|a|to|through|thru|until|till|"
    r"up to(?: and including)?|et|and|-|->|→)"
    r"(?: (?:le|the))?(?: (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))?) {0,2}(?:\([^()\n]{0,30}\) ?)?"
)
_BETWEEN = expression(rf"(?: ?\((?:inclus|included)\))?(?: (?:inclus|included))?{_JOIN}\Z")
_BEFORE = expression(rf"(?:(?P<m>{_M}) {{1,2}}(?P<d>{_D})|(?P<d0>{_D})(?: (?P<m0>{_M}))?){_JOIN}\Z")
_AFTER_MONTH = expression(rf"{_JOIN}(?P<d>{_D}),? {{1,2}}(?P<y>{_Y})")
_MONTH_DAY = expression(rf"\b(?P<m>{_M}) {{1,2}}(?P<d>{_D})(?= ?[-])")
_YEAR_OF = expression(r"\b(?:exercice|annee(?: civile)?|calendar year|fiscal year|year) (?P<y>(?:19|20)\d\d)(?!\d)")
_MONTH_OF = expression(rf"\b(?:en|in|mois de|during) (?P<m>{_M}) (?P<y>{_Y})")
LONGEST = 60
"""Characters looked at before a day for the beginning of its range."""


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A day, or a range of days, at `[start, end[` of the text."""

    first: date
    last: date
    start: int
    end: int
    is_range: bool
    last_start: int
    """Where the last day is written."""
    exact: bool = True
    """Whether days are written, not a whole month or year."""


def printed_dates(folded: str, *, month_first: bool) -> list[PrintedDate]:
    """Every day and range of days of a folded text, in order; `month_first` reads 01/02 as the second of January.

    >>> [(str(d.first), str(d.last)) for d in printed_dates("du 1er au 31 mars 2026, le 05/04/2026", month_first=False)]
    [('2026-03-01', '2026-03-31'), ('2026-04-05', '2026-04-05')]
    >>> [(str(d.first), str(d.last)) for d in printed_dates("january 1, 2025 to march 2, 2025", month_first=True)]
    [('2025-01-01', '2025-03-02')]
    """
    found: list[PrintedDate] = []
    for match in _DATE.finditer(folded):
        day = _day(match, month_first=month_first)
        if day is None:
            continue
        before = found[-1] if found else None
        if (
            before
            and not before.is_range
            and match.start() - before.end <= LONGEST
            and _BETWEEN.match(folded, before.end, match.start())
            and before.first <= day
        ):
            found[-1] = PrintedDate(before.first, day, before.start, match.end(), True, match.start())
            continue
        begun = _beginning(folded, match.start(), day)
        if begun is not None:
            found.append(PrintedDate(begun[0], day, begun[1], match.end(), True, match.start()))
            continue
        found.append(PrintedDate(day, day, match.start(), match.end(), False, match.start()))
    found.extend(_month_ranges(folded))
    return sorted(found, key=lambda one: one.start)


def whole_spans(folded: str) -> Iterator[PrintedDate]:
    """Whole months and years that a text names as such."""
    for match in _YEAR_OF.finditer(folded):
        year = int(match["y"])
        yield PrintedDate(
            date(year, 1, 1), date(year, 12, 31), match.start(), match.end(), True, match.start("y"), False
        )
    for match in _MONTH_OF.finditer(folded):
        month, year = _NUMBER[match["m"].rstrip(".")], int(match["y"])
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        yield PrintedDate(date(year, month, 1), last, match.start(), match.end(), True, match.start("m"), False)


def is_month_first(folded: str) -> bool:
    """Whether days written in figures put the month first: one of them could not be otherwise."""
    pairs = [(int(m["a"]), int(m["b"])) for m in _DATE.finditer(folded) if m["a"] and m["sep"] == "/"]
    return any(b > 12 for _, b in pairs) and not any(a > 12 for a, _ in pairs)


def _month_ranges(folded: str) -> Iterator[PrintedDate]:
    """« March 3-14, 2026 »."""
    for match in _MONTH_DAY.finditer(folded):
        rest = _AFTER_MONTH.match(folded, match.end())
        if rest:
            month, year = _NUMBER[match["m"].rstrip(".")], int(rest["y"])
            first, last = _made(year, month, _figure(match["d"])), _made(year, month, _figure(rest["d"]))
            if first and last and first <= last:
                yield PrintedDate(first, last, match.start(), rest.end(), True, rest.start("d"))


def _beginning(folded: str, place: int, last: date) -> tuple[date, int] | None:
    """The first day of a range whose last is whole: « du 3 au », « 1 January – »."""
    window = max(0, place - LONGEST)
    text = folded[window:place]
    for match in _BEFORE.finditer(text):
        name = match["m"] or match["m0"]
        month = _NUMBER[name.rstrip(".")] if name else last.month
        year = last.year if (month, _figure(match["d"] or match["d0"])) <= (last.month, last.day) else last.year - 1
        first = _made(year, month, _figure(match["d"] or match["d0"]))
        if first and first <= last:
            return first, window + match.start()
    return None


def _day(match: re.Match[str], *, month_first: bool) -> date | None:
    if match["y1"]:
        return _made(int(match["y1"]), _NUMBER[match["m1"].rstrip(".")], _figure(match["d1"]))
    if match["y2"]:
        return _made(int(match["y2"]), _NUMBER[match["m2"].rstrip(".")], _figure(match["d2"]))
    if match["y3"]:
        return _made(int(match["y3"]), int(match["m3"]), int(match["d3"]))
    a, b, year = int(match["a"]), int(match["b"]), int(match["y4"])
    year += 2000 if year < 100 else 0
    return (_made(year, a, b) or _made(year, b, a)) if month_first else (_made(year, b, a) or _made(year, a, b))


def _figure(text: str) -> int:
    return int("".join(char for char in text if char.isdigit()))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
