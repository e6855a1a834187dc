"""Writing a CSV that a spreadsheet opens well and runs nothing of; the same rows always give the same bytes."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from portal.core.clock import LEGAL_ZONE
from portal.core.expressions import expression
from portal.core.language import Language

Value = str | int | float | date | None
RUNS = expression(r"\A'*\s*[=+\-@\t\r＝＋－＠]")
"""What begins a formula for one spreadsheet or another; an apostrophe before it is one more to take off again."""


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]], language: Language = Language.FR) -> bytes:
    r"""UTF-8 with its mark, which spreadsheets need to see it; `;` and decimal commas in French, `,` and points else.

    Text that would be run gets an apostrophe before it, which `read_table` takes off again.

    >>> write_csv(["Nom", "Note"], [["=cmd()", 3.5], ["-", None]]).decode()
    "\ufeffNom;Note\r\n'=cmd();3,5\r\n'-;\r\n"
    """
    french = language is Language.FR
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if french else ",")
    writer.writerow([guarded(name) for name in header])
    writer.writerows([_plain(value, french) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> guarded("+33 1 23"), guarded(" =1+1"), guarded("1-2"), guarded("'@")
    ("'+33 1 23", "' =1+1", '1-2', "''@")
    """
    return f"'{text}" if RUNS.match(text) else text


def _plain(value: Value, french: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("oui" if value else "non") if french else ("yes" if value else "no")
    if isinstance(value, datetime):
        told = value if value.tzinfo is None else value.astimezone(LEGAL_ZONE)
        return told.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(value).replace(".", ",") if french else str(value)
    return guarded(value) if isinstance(value, str) else str(value)
