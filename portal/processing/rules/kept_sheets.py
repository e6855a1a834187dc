"""A sheet of the register as JSON values and back: what a version keeps, and the one form in which words are kept."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from portal.processing.rules.sheets import (
    CATEGORY_OF,
    SHEETS,
    ActivityRole,
    HeldCategory,
    ImpactCriterion,
    LegalBasis,
    Safeguard,
    ServedController,
    Sheet,
    StatedTransfer,
)
from portal.vendors.rules.facts import DataSubject, Labelled, Volume

_RUNS = tuple("=+-@＝＋－＠")
"""What begins a formula: an apostrophe before it is the mark of a spreadsheet, not a word."""
BAR = "|"
"""What stands between the parts of a line that has several; a part holds none."""


class Held(StrEnum):
    """How a field of a sheet is kept, written in a cell and read again."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"
    DAY = "day"
    YES = "yes"
    CHOICE = "choice"
    CHOICES = "choices"
    DATA = "data"
    TRANSFERS = "transfers"
    CONTROLLERS = "controllers"


HELD: Mapping[str, Held] = {
    "name": Held.LINE,
    "reference": Held.LINE,
    "in_charge": Held.LINE,
    "started_on": Held.DAY,
    "technical_measures": Held.TEXT,
    "organisational_measures": Held.TEXT,
    "transfers": Held.TRANSFERS,
    "joint_controllers": Held.LINES,
    "purpose": Held.TEXT,
    "other_purposes": Held.LINES,
    "legal_basis": Held.CHOICE,
    "basis_details": Held.TEXT,
    "subjects": Held.CHOICES,
    "subjects_details": Held.TEXT,
    "volume": Held.CHOICE,
    "data": Held.DATA,
    "internal_recipients": Held.LINES,
    "processor_recipients": Held.LINES,
    "partner_recipients": Held.LINES,
    "public_recipients": Held.LINES,
    "criteria": Held.CHOICES,
    "listed": Held.LINE,
    "criteria_seen": Held.YES,
    "assessed_on": Held.DAY,
    "assessment": Held.TEXT,
    "controllers": Held.CONTROLLERS,
    "operations": Held.LINES,
    "further_processors": Held.LINES,
}
"""How each field of a sheet is kept, by its name."""
KINDS: Mapping[str, type[Labelled]] = {
    "legal_basis": LegalBasis,
    "subjects": DataSubject,
    "volume": Volume,
    "criteria": ImpactCriterion,
}
"""What the fields that are a choice choose from."""


def as_plain(sheet: Sheet) -> dict[str, Any]:
    """The sheet as JSON values, every field: what a version keeps.

    >>> as_plain(SHEETS[ActivityRole.PROCESSOR](name="Paie", operations=("Calcul",)))["operations"]
    ['Calcul']
    """
    held = {one.name: getattr(sheet, one.name) for one in fields(sheet)}
    return {name: _WRITE[HELD[name]](value) for name, value in held.items()}


def _as_it_is(value: Any) -> Any:
    return value


_WRITE: Mapping[Held, Callable[[Any], Any]] = {
    Held.LINE: _as_it_is,
    Held.TEXT: _as_it_is,
    Held.YES: _as_it_is,
    Held.LINES: list,
    Held.DAY: lambda day: day.isoformat() if day else None,
    Held.CHOICE: lambda choice: choice.value if choice is not None else None,
    Held.CHOICES: lambda found: [one.value for one in found],
    Held.DATA: lambda found: [{**vars(one), "category": one.category.value} for one in found],
    Held.TRANSFERS: lambda found: [
        {**vars(one), "safeguard": one.safeguard.value if one.safeguard else None} for one in found
    ],
    Held.CONTROLLERS: lambda found: [dict(vars(one)) for one in found],
}


def from_plain(role: ActivityRole, kept: Mapping[str, Any]) -> Sheet:
    """The sheet behind JSON values; a field they leave out is empty. Raises ValueError, KeyError or TypeError.

    >>> from_plain(ActivityRole.PROCESSOR, {"name": "Paie"}).name
    'Paie'
    """
    kind = SHEETS[role]
    if unknown := kept.keys() - _fields_of(role):
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    return kind(**{name: _read(name, value) for name, value in kept.items()})


@cache
def _fields_of(role: ActivityRole) -> frozenset[str]:
    return frozenset(one.name for one in fields(SHEETS[role]))


def _read(name: str, value: Any) -> Any:
    if HELD[name] is Held.CHOICE:
        return _choice(KINDS[name], value)
    if HELD[name] is Held.CHOICES:
        found = {KINDS[name](one) for one in _list(value)}
        return tuple(one for one in KINDS[name] if one in found)
    return _READ[HELD[name]](value)


def _choice(kind: type[Labelled], value: Any) -> Any:
    empty = Volume.UNKNOWN if kind is Volume else None
    return kind(value) if value else empty


def held_data(said: Mapping[str, tuple[str, str]]) -> tuple[HeldCategory, ...]:
    """The categories of which something is said, in the order of the model; ValueError for one that is unknown."""
    if unknown := said.keys() - CATEGORY_OF.keys():
        raise ValueError(f"unknown categories: {', '.join(sorted(unknown))}")
    return tuple(
        HeldCategory(one, *said[value]) for value, one in CATEGORY_OF.items() if value in said and any(said[value])
    )


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def _text(value: Any) -> str:
    """A text as it is kept: composed, without control characters nor runs of spaces, so that any file gives it back."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("not a text")
    text = value if value.isascii() else unicodedata.normalize("NFC", value)
    if text.isprintable():  # no line break is, nor anything that has to be taken out
        text = " ".join(text.split())
    else:
        composed = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(c for c in composed if c.isspace() or unicodedata.category(c)[0] != "C")
        text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
    return text[1:].lstrip() if text.startswith("'") and text[1:].lstrip().startswith(_RUNS) else text


def _line(value: Any) -> str:
    return " ".join(_text(value).split())


def _part(value: Any) -> str:
    return _line(_text(value).replace(BAR, "/"))


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _day(value: Any) -> date | None:
    return date.fromisoformat(_text(value)) if value else None


def _lines(value: Any) -> tuple[str, ...]:
    """Lines, each once; a semicolon parts items where they are typed."""
    return tuple(dict.fromkeys(line for one in _list(value) if (line := _line(one).replace(";", ","))))


def _data(value: Any) -> tuple[HeldCategory, ...]:
    return held_data({_text(one["category"]): (_line(one["details"]), _line(one["retention"])) for one in _list(value)})


def _transfer(one: Mapping[str, Any]) -> StatedTransfer:
    return StatedTransfer(
        _part(one["recipient"]),
        _part(one["country"]),
        Safeguard(one["safeguard"]) if one["safeguard"] else None,
        _part(one["document"]),
    )


def _controller(one: Mapping[str, Any]) -> ServedController:
    return ServedController(_part(one["name"]), _part(one["contact"]), _part(one["officer"]))


_READ: Mapping[Held, Callable[[Any], Any]] = {
    Held.LINE: _line,
    Held.TEXT: _text,
    Held.YES: _yes,
    Held.DAY: _day,
    Held.LINES: _lines,
    Held.DATA: _data,
    Held.TRANSFERS: lambda value: tuple(map(_transfer, _list(value))),
    Held.CONTROLLERS: lambda value: tuple(map(_controller, _list(value))),
}
