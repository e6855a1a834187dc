"""Reading the first sheet of an XLSX: values only, nothing computed, nothing fetched, nothing unpacked on trust."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import IO, Any

import openpyxl
from openpyxl.utils import get_column_letter

from portal.core import archives
from portal.core.errors import Refused
from portal.core.files import identify_office_file
from portal.core.language import Sentence, say
from portal.core.spreadsheets.table import (
    Limits,
    Problem,
    Row,
    Stream,
    Unreadable,
    check_header,
    miscounted,
    repeated_names,
)

Line = tuple[int, list[str], list[Problem]]


@contextmanager
def stream(data: bytes, limits: Limits) -> Iterator[Stream]:
    """The first visible sheet row by row, while the workbook is open.

    Raises Unreadable, or the refusals of `files` for a bomb or macros, on opening it or on the way.
    """
    file = io.BytesIO(data)
    unpacked = archives.Limits(members=2_000, unpacked=limits.unpacked, ratio=100, always_fine=8 * 1024 * 1024)
    if identify_office_file(file, unpacked) != "xlsx":
        raise Unreadable(say("Ce fichier n'est pas un classeur Excel : enregistrez le tableau en XLSX ou en CSV."))
    if any(m.filename.lower().startswith("xl/externallinks/") for m in archives.directory(file, unpacked)):
        raise Unreadable(
            say("Ce classeur dépend d'autres classeurs : copiez ses valeurs dans un classeur neuf, puis réessayez.")
        )
    with _workbook(file) as workbook:
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise _empty()
        yield _table(_lines(sheets[0], limits), limits, _notes([sheet.title for sheet in sheets]))


@contextmanager
def _workbook(file: IO[bytes]) -> Iterator[Any]:
    """Whatever openpyxl stumbles over becomes one refusal: it raises some ten different errors on a bad file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(file, read_only=True, keep_links=False)
            try:
                yield workbook
            finally:
                workbook.close()
    except Refused:
        raise
    except Exception as failure:
        raise Unreadable(
            say("Ce classeur est endommagé : ouvrez-le, enregistrez-le à nouveau en XLSX, puis réessayez.")
        ) from failure


def _notes(titles: list[str]) -> tuple[Sentence, ...]:
    if len(titles) == 1:
        return ()
    ignored = ", ".join(titles[1:])
    return (say("Seule la feuille « %(read)s » a été lue ; ignorées : %(ignored)s.", read=titles[0], ignored=ignored),)


def _lines(sheet: Any, limits: Limits) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file says of its own size is not to be believed
    cells_seen = 0
    for line, cells in enumerate(sheet.iter_rows(), 1):
        if line > limits.rows * 20:
            raise limits.too_many_rows()
        texts: list[str] = []
        problems: list[Problem] = []
        for column, cell in enumerate(cells, 1):
            if cell.value is None:
                continue
            if column > limits.columns:
                raise limits.too_many_columns()
            cells_seen += 1
            texts += [""] * (column - 1 - len(texts))
            texts.append(as_text(cell.value))
            if fault := _fault(cell.data_type, f"{get_column_letter(column)}{line}", texts[-1]):
                problems.append(Problem(line, column, fault))
        if cells_seen > limits.cells:
            raise limits.too_many_cells()
        yield line, texts, problems


def _table(lines: Iterator[Line], limits: Limits, notes: tuple[Sentence, ...]) -> Stream:
    header_line, header, problems = next(((n, t, p) for n, t, p in lines if any(x.strip() for x in t)), (0, [], []))
    if not header_line:
        raise _empty()
    names = tuple(header)
    check_header(names, limits)
    problems += repeated_names(names, header_line)
    return Stream("xlsx", header_line, names, _body(lines, names, limits, problems), problems, notes)


def _body(lines: Iterator[Line], names: tuple[str, ...], limits: Limits, problems: list[Problem]) -> Iterator[Row]:
    blanks: list[int] = []
    rows_seen = 0
    for line, texts, faults in lines:
        if not any(text.strip() for text in texts):
            blanks.append(line)
            continue
        problems += [Problem(blank, None, say("Ligne vide.")) for blank in blanks]
        blanks.clear()
        if rows_seen == limits.rows:
            raise limits.too_many_rows()
        rows_seen += 1
        # A sheet does not store empty cells at the end of a row: only cells beyond the header are a fault.
        texts.extend([""] * (len(names) - len(texts)))
        if len(texts) > len(names):
            faults.append(Problem(line, None, miscounted(len(texts), len(names))))
        problems += faults
        yield Row(line, tuple(texts), not faults)


def _fault(data_type: str, address: str, text: str) -> Sentence | None:
    if data_type == "f":
        return say("Cellule %(cell)s : formule ; remplacez-la par sa valeur.", cell=address)
    if data_type == "e":
        return say("Cellule %(cell)s : erreur %(error)s.", cell=address, error=text)
    return None


def as_text(value: object) -> str:
    """A cell as a person would retype it, dates in ISO form.

    >>> as_text(datetime(2026, 11, 24)), as_text(3.0), as_text(0.5), as_text(True), as_text(" x ")
    ('2026-11-24', '3', '0.5', 'oui', ' x ')
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    text = getattr(value, "text", value)  # an array formula is an object around its text
    return str(text)


def _empty() -> Unreadable:
    return Unreadable(say("Ce fichier est vide : sa première ligne doit nommer les colonnes."))
