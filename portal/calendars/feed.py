"""Dates in the format that calendars read (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from portal.core.late import late
from portal.web.manifest import DatedThing

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = late("icalendar")

REFRESHED = timedelta(hours=6)
"""How often a calendar is asked to read again."""


def calendar_file(things: Iterable[DatedThing], *, name: str, about: str, base_url: str, now: datetime) -> bytes:
    """Whole-day events, each under an identity that stays when its date moves; transparent: nobody is busy that day."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Vigie//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-caldesc", about)
    calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    host = urlsplit(base_url).hostname or "vigie"
    for thing in things:
        event = icalendar.Event()
        event.add("uid", f"{thing.key}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", thing.day)
        event.add("dtend", thing.day + timedelta(days=1))
        event.add("summary", thing.words.title)
        if thing.words.detail:
            event.add("description", thing.words.detail)
        event.add("url", urljoin(base_url, thing.words.url))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
