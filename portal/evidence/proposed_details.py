"""What is proposed to the vendor that hands in a file: each field as it was read, with its passage."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.core.dataclass import dataclass
from portal.evidence.reading.document_kind import NONE


@dataclass(frozen=True)
class ProposedDetails:
    """The fields to fill in, by their name in the form, and where each was read."""

    values: Mapping[str, str | date]
    quotes: Mapping[str, tuple[str, ...]]


def proposed_details(reading: Mapping[str, Any] | None) -> ProposedDetails:
    """The proposal that a reading makes; empty for a file that was not read, or that proves nothing.

    >>> said = {"value": "2026-03-31", "quote": "Valable jusqu'au 31 mars 2026"}
    >>> reading = {"kind": {"value": "hds", "quote": "HDS"}, "issuer": None, "scope": [], "period_to": None}
    >>> proposed_details({**reading, "issued_on": None, "expires_on": said}).values
    {'kind': 'hds', 'expires_on': datetime.date(2026, 3, 31)}
    """
    if not reading or reading["kind"]["value"] == NONE:
        return ProposedDetails({}, {})
    values: dict[str, str | date] = {"kind": reading["kind"]["value"]}
    quotes: dict[str, tuple[str, ...]] = {"kind": (reading["kind"]["quote"],)}
    if issuer := reading["issuer"]:
        values["issuer"], quotes["issuer"] = issuer["value"], (issuer["quote"],)
    if scope := reading["scope"]:
        values["scope"] = " ; ".join(one["value"] for one in scope)
        quotes["scope"] = tuple(dict.fromkeys(one["quote"] for one in scope))[:3]
    if sites := reading.get("sites"):
        values["sites"] = " ; ".join(one["value"] for one in sites)
        quotes["sites"] = tuple(dict.fromkeys(one["quote"] for one in sites))[:3]
    for name in ("issued_on", "period_from", "period_to", "expires_on"):
        if told := reading.get(name):
            values[name], quotes[name] = date.fromisoformat(told["value"]), (told["quote"],)
    return ProposedDetails(values, quotes)


def read_end(reading: Mapping[str, Any] | None) -> date | None:
    """The day on which a file says that it ends: what counts until its vendor says another day, confirmed or not."""
    told = reading and reading["kind"]["value"] != NONE and reading.get("expires_on")
    return date.fromisoformat(told["value"]) if told else None
