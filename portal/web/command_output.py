"""What the commands print: lines or JSON; loads nothing of the database nor of the pages."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import click

from portal.core.calendar import BeyondCalendar, given_day
from portal.core.cleaning import clean
from portal.core.language import Language


def show(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print objects: a JSON array, or tab-separated columns under their names."""
    found = list(rows)
    if as_json:
        show_json(found)
        return
    click.echo("\t".join(columns))
    for row in found:
        click.echo("\t".join(cell(row.get(c)) for c in columns))


def cell(value: object) -> str:
    """One value on one line, without what would drive a terminal: names come from outside.

    Several values are separated by commas; a yes or a no is written as JSON writes it, and so is what has parts.

    >>> cell("Acme\\x1b[2J\\tSAS\\n"), cell(None), cell(["FR", "DE"]), cell(True), cell({"n": 1}), cell([])
    ('Acme[2J SAS', '', 'FR, DE', 'true', '{"n": 1}', '')
    """
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(one) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        value = json.dumps(value, ensure_ascii=False, default=str) if value else ""
    return "" if value is None else " ".join(clean(str(value)).split())


def show_json(value: Any) -> None:
    """Print a value as JSON, as a script reads it."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None, default=str))


def problem(line: int | None, column: int | None, message: object) -> dict[str, Any]:
    """A problem as every command prints it."""
    return {"line": line, "column": column, "message": str(message)}


class DayParam(click.ParamType[date]):
    """A day of the calendar, as machines or as people write it; a sentence says how when it is none."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day that was typed."""
        try:
            return value if isinstance(value, date) else given_day(value)
        except BeyondCalendar as refusal:
            self.fail(str(refusal.sentence), param, ctx)
        except ValueError:
            self.fail(f"« {value[:40]} » n'est pas un jour du calendrier : écrivez-le ainsi, 2026-12-31.", param, ctx)


DAY = DayParam()
json_option = click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
language_option = click.option(
    "--language",
    "--lang",
    "language",
    default=Language.FR.value,
    show_default=True,
    type=click.Choice([one.value for one in Language]),
    callback=lambda _context, _option, value: Language(value),
    help="Langue de ce qui est écrit.",
)
"""Gives the command its `language`, a `Language`."""
