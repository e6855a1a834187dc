"""A second judge of cases and calls, written from the law and from what each flag means, importing nothing it judges.

Its Easter, its holidays, its twelve months and its clocks are its own. It takes rows as `generating` makes them.
"""

import calendar
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

DAY = timedelta(days=1)
GOODS = {"goods", "several", "regular", "mixed"}
MONEY = {"finance": 14, "life": 30}
"""Days of the kinds that have their own chapter, refunded in thirty."""
FUNCTION = date(2026, 6, 19)
CONSENT = date(2026, 8, 11)


def easter(year: int) -> date:
    """Gauss's rule as Lichtenberg completed it."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    cycle = year % 19
    seed = (19 * cycle + moon) % 30
    full = 21 + seed - (seed + cycle // 11) // 29
    first = 7 - (year + year // 4 + sun) % 7
    return date(year, 3, 1) + timedelta(days=full + 7 - (full - first) % 7 - 1)


def monday(year: int, month: int, rank: int) -> date:
    """A Monday of a month by its rank, the last one for -1."""
    found = [week[0] for week in calendar.monthcalendar(year, month) if week[0]]
    return date(year, month, found[rank - 1 if rank > 0 else rank])


FIXED = {
    "FR": "0101 0105 0805 1407 1508 0111 1111 2512", "BE": "0101 0105 2107 1508 0111 1111 2512",
    "LU": "0101 0105 0905 2306 1508 0111 2512 2612", "NL": "0101 0505 2512 2612",
    "IT": "0101 0601 2504 0105 0206 1508 0111 0812 2512 2612",
    "PL": "0101 0601 0105 0305 1508 0111 1111 2412 2512 2612",
    "PT": "0101 2504 0105 1006 1508 0510 0111 0112 0812 2512", "ES": "0101 0601 0105 1508 1210 0111 0612 0812 2512",
    "DE": "0101 0105 0310 2512 2612", "AT": "0101 0601 0105 1508 2610 0111 0812 2512 2612", "IE": "0101 1703 2512 2612",
}  # fmt: skip
MOVING = {
    "FR": (1, 39, 50), "BE": (1, 39, 50), "LU": (1, 39, 50), "NL": (-2, 1, 39, 50), "IT": (1,), "PL": (1, 60),
    "PT": (-2, 60), "ES": (-2,), "DE": (-2, 1, 39, 50), "AT": (1, 39, 50, 60), "IE": (1,),
}  # fmt: skip
REGION = {
    "": "", "alsace-moselle": "2612", "guadeloupe": "2705", "martinique": "2205", "guyane": "1006", "reunion": "2012",
    "mayotte": "2704", "saint-barthelemy": "0910", "saint-martin": "2705 2805",
    "saint-pierre-et-miquelon": "",
}  # fmt: skip
NEVER = {
    1: "goods several regular", 3: "service digital utilities", 4: "service digital utilities",
    5: "service digital utilities", 6: "service digital", 7: "service digital utilities", 8: "regular digital",
    9: "service digital utilities", 10: "regular service utilities", 11: "", 12: "goods several utilities",
    13: "goods several regular utilities",
}  # fmt: skip
_OFF: dict[tuple[int, str, str], set[date]] = {}


def days_off(year: int, country: str, region: str) -> set[date]:
    """The public holidays of a place."""
    if (year, country, region) in _OFF:
        return _OFF[year, country, region]
    fixed = FIXED[country].split() + (REGION[region].split() if country == "FR" else [])
    moving = [*MOVING[country], *([-2] if region == "alsace-moselle" else [])]
    found = {date(year, int(x[2:]), int(x[:2])) for x in fixed} | {easter(year) + n * DAY for n in moving}
    if country == "NL":
        king = date(year, 4, 27)
        found.add(king - DAY if king.weekday() == 6 else king)
    if country == "IT" and year >= 2026:
        found.add(date(year, 10, 4))
    if country == "PL" and year < 2025:
        found.discard(date(year, 12, 24))
    if country == "IE":
        found |= {monday(year, 5, 1), monday(year, 6, 1), monday(year, 8, 1), monday(year, 10, -1)}
        bridget = date(year, 2, 1)
        found.add(bridget if bridget.weekday() == 4 else monday(year, 2, 1))
    _OFF[year, country, region] = found
    return found


def moved(day: date, row: dict[str, Any]) -> date:
    """The first day from this one that is neither Saturday, Sunday nor holiday."""
    while day.weekday() > 4 or day in days_off(day.year, row["country"], row["region"]):
        day += DAY
    return day


def life(row: dict[str, Any]) -> tuple[date, date]:
    """The Insurance Code: thirty days that nothing puts off, and eight years whatever is missing."""
    signed = row["concluded"]
    year = signed.year + 8
    most = date(year, signed.month, min(signed.day, calendar.monthrange(year, signed.month)[1]))
    start = max(signed, row["informed_on"] or signed)
    return (start, min(most, start + 30 * DAY)) if row["informed"] and start <= most else (signed, most)


def money(row: dict[str, Any]) -> tuple[date, date]:
    """From the terms and information, and without end until they come."""
    if not row["informed"]:
        return row["concluded"], date.max
    start = max(row["concluded"], row["informed_on"] or row["concluded"])
    return start, moved(start + MONEY[row["kind"]] * DAY, row)


def period(row: dict[str, Any]) -> tuple[date, date]:
    """The starting day and the last day."""
    if row["kind"] in MONEY:
        return (life if row["kind"] == "life" and row["country"] == "FR" else money)(row)
    if row["kind"] in GOODS:
        start = min(row["deliveries"]) if row["kind"] == "regular" else max(row["deliveries"])
    else:
        start = row["concluded"]
    span = 30 if row["channel"] == "doorstep" and row["country"] in {"ES", "PL", "IT", "PT", "IE"} else 14
    initial = moved(start + span * DAY, row)
    told = row["informed_on"]
    if row["informed"] and (told is None or told <= start):
        return start, initial
    year = initial.year + 1
    most = moved(date(year, initial.month, min(initial.day, calendar.monthrange(year, initial.month)[1])), row)
    if not row["informed"] or told > most:
        return start, most
    leap = calendar.monthrange(start.year + 1, start.month)[1]
    if row["country"] != "FR" and told > date(start.year + 1, start.month, min(start.day, leap)):
        return start, most
    return start, moved(told + span * DAY, row)


def day(moment: date) -> date:
    """The day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def beyond_a_day(since: date, done: date) -> bool:
    """Later than twenty-four hours, or than the next day when an hour is missing."""
    if isinstance(since, datetime) and isinstance(done, datetime):
        return (done - since).total_seconds() > 86_400
    return day(done) > day(since) + DAY


def flags(row: dict[str, Any], as_of: date) -> set[str]:
    """What is wrong in a case, by the names the portal gives its flags."""
    received = row["arrived"] or (row["logged"] if row["stated_by"] == "letter" and row["logged"] else row["stated"])
    start, last = period(row)
    found = intake(row, received, as_of) | dates(row, start, last)
    if row["decision"] == "refused":
        found |= refusal(row, last)
    if row["decision"] == "accepted":
        found |= refund(row, day(received), as_of)[0]
    return found


def intake(row: dict[str, Any], received: date, as_of: date) -> set[str]:
    """Logging, forwarding, acknowledgement."""
    found = set()
    is_dated = row["arrived"] or row["stated_by"] != "letter"
    if row["logged"] and is_dated and day(row["logged"]) > day(received):
        found.add("late-logging")
    if row["forwarded"] and beyond_a_day(received, row["forwarded"]):
        found.add("late-forwarding")
    if not row["acknowledged"]:
        return found | ({"no-acknowledgement"} if as_of > day(received) + DAY else set())
    if beyond_a_day(received, row["acknowledged"]):
        found.add("late-acknowledgement")
    is_recent = row["concluded"] is not None and row["concluded"] >= FUNCTION
    if row["stated_by"] == "function" and is_recent and row["acknowledged_content"] is False:
        found.add("poor-acknowledgement")
    return found


def dates(row: dict[str, Any], start: date, last: date) -> set[str]:
    """The vendor's dates, the information, the function."""
    found = set()
    if row["start_claimed"] not in {None, start}:
        found.add("wrong-start")
    if row["deadline_claimed"] and row["deadline_claimed"] < last:
        found.add("wrong-deadline")
    if not row["informed"]:
        found.add("missing-information")
    elif row["informed_on"] and row["informed_on"] > start and row["kind"] not in MONEY:
        found.add("late-information")
    is_owed = row["online"] and row["channel"] == "distance" and row["concluded"] and row["concluded"] >= FUNCTION
    if is_owed and row["function_offered"] is False:
        found.add("function-missing")
    return found


def refusal(row: dict[str, Any], last: date) -> set[str]:
    """The ground of a refusal."""
    if row["refusal"] == "":
        return {"uncoded-refusal"}
    if row["refusal"] == "late":
        return {"refused-in-time"} if day(row["stated"]) <= last else set()
    number = int(row["refusal"])
    is_apart = row["kind"] in MONEY and number > 2
    return {"exception-doubtful"} if is_apart or row["kind"] in NEVER.get(number, "").split() else set()


def refund(row: dict[str, Any], since: date, as_of: date) -> tuple[set[str], Decimal]:
    """The faults of a refund, and what is overdue and unpaid."""
    due = since + (30 if row["kind"] in MONEY else 14) * DAY
    if row["kind"] in GOODS and not row["collected_by_trader"]:
        back = [when for when in (row["recovered"], row["dispatched"]) if when]
        if not back:
            return set(), Decimal(0)
        due = max(due, min(back))
    paid = row["refunded"]
    if paid is None:
        paid = row["amount"] if row["refunded_on"] else Decimal(0)
    found = set()
    if paid and row["refunded_on"] and row["refunded_on"] > due:
        found.add("late-refund")
    if as_of > due:
        if not paid and row["amount"]:
            found.add("no-refund")
        if paid and row["refunded"] is not None and paid < row["amount"]:
            found.add("partial-refund")
    return found, max(Decimal(0), row["amount"] - paid) if as_of > due else Decimal(0)


def call_flags(row: dict[str, Any], as_of: date) -> set[str]:
    """What is wrong in a call; every hour is known here."""
    found = objection(row, as_of)
    if row["called"].date() >= CONSENT and not row["in_contract"]:
        given = row["consented"]
        if given is None:
            found.add("no-consent")
        elif given > row["called"]:
            found.add("consent-after-call")
        if given and not (row["consent_wording"] and row["consent_by"]):
            found.add("consent-unproved")
    if (row["energy"] or row["housing"] or row["renovation"]) and not row["in_contract"]:
        found.add("banned-sector")
    if row["training"] and not row["in_contract"]:
        found.add("banned-training")
    return found | times(row)


def times(row: dict[str, Any]) -> set[str]:
    """Days, hours, frequency and rest."""
    found, called = set(), row["called"]
    is_off = called.weekday() > 4 or called.date() in days_off(called.year, "FR", "")
    minutes = 60 * called.hour + called.minute
    if is_off and not row["any_time"]:
        found.add("call-on-day-off")
    if not (600 <= minutes <= 780 or 840 <= minutes <= 1200) and not row["any_time"]:
        found.add("call-out-of-hours")
    if (row["recent_calls"] or 0) > 4:
        found.add("called-too-often")
    if row["refused"] and row["refused"] < called <= row["refused"] + 60 * DAY:
        found.add("called-after-refusal")
    return found


def objection(row: dict[str, Any], as_of: date) -> set[str]:
    """The call after an objection, and the time taken to block the number."""
    called, given, taken, blocked = row["called"], row["consented"], row["withdrawn"], row["suppressed"]
    if not taken:
        return set()
    found = {"called-after-withdrawal"} if called > taken and not (given and taken < given <= called) else set()
    is_late = blocked - taken > DAY if blocked else as_of > taken.date() + DAY
    return found | {"late-suppression"} if is_late else found
