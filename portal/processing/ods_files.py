"""A table as an OpenDocument spreadsheet, written and read here; loaded by name when one is asked for.

Nothing in a file handed in is computed, fetched or believed: sizes, rows, columns and repetitions are bounded.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from defusedxml.ElementTree import fromstring

from portal.core import archives
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import say
from portal.core.spreadsheets import LONGEST_CELL, Limits, Unreadable

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
MOST_SHEETS = 100
_EPOCH = (1980, 1, 1, 0, 0, 0)
_OFFICE, _TABLE, _TEXT = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_FO = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
_LIMITS = archives.Limits(members=500, unpacked=Limits.unpacked, ratio=100, always_fine=8 * 1024 * 1024)


def write_ods(sheets: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """A workbook of sheets, each its title and its rows of texts, the first one in bold; widths fit what they hold.

    The same rows always give the same bytes.
    """
    tables = "".join(
        f"<table:table table:name={quoteattr(title[:31])}>{_columns(rows)}"
        + "".join(_row(row, is_header=not rank) for rank, row in enumerate(rows))
        + "</table:table>"
        for title, rows in sheets
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    names = {"office": _OFFICE, "table": _TABLE, "text": _TEXT, "style": _STYLE, "fo": _FO}
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in names.items())
    content = f'{head}<office:document-content {spaces} office:version="1.3">{_LOOK}<office:body><office:spreadsheet>'
    parts = {
        "content.xml": f"{content}{tables}</office:spreadsheet></office:body></office:document-content>",
        "META-INF/manifest.xml": (
            f'{head}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
            f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>"
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # The first member, not packed: by it a file says what it is.
        archive.writestr(zipfile.ZipInfo("mimetype", _EPOCH), MEDIA_TYPE, zipfile.ZIP_STORED)
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_WIDTHS = {"narrow": (20, "3cm"), "medium": (60, "5cm"), "wide": (LONGEST_CELL, "8cm")}
"""How many letters a column takes at most, and how wide it is then."""
_LOOK = (
    "<office:automatic-styles>"
    + "".join(
        f'<style:style style:name="{name}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}"/></style:style>'
        for name, (_letters, width) in _WIDTHS.items()
    )
    + '<style:style style:name="words" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/></style:style>'
    '<style:style style:name="title" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top" fo:background-color="#e8e6df"/>'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles>"
)
"""Three widths of columns, a cell whose words are wrapped, and a title."""


def _columns(rows: Sequence[Sequence[str]]) -> str:
    return "".join(
        f'<table:table-column table:style-name="{_width(rows, place)}"/>'
        for place in range(max(map(len, rows), default=1) or 1)
    )


def _width(rows: Sequence[Sequence[str]], place: int) -> str:
    longest = max((len(row[place]) for row in rows[1:] if place < len(row)), default=0)
    return next((name for name, (letters, _width) in _WIDTHS.items() if longest <= letters), "wide")


def _row(row: Sequence[str], *, is_header: bool) -> str:
    cells = "".join(_cell(text, "title" if is_header else "words") for text in row)
    found = f"<table:table-row>{cells}</table:table-row>"
    return f"<table:table-header-rows>{found}</table:table-header-rows>" if is_header else found


def _cell(text: str, look: str) -> str:
    if not text:
        return f'<table:table-cell table:style-name="{look}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell table:style-name="{look}" office:value-type="string">{lines}</table:table-cell>'


def read_ods(data: bytes) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """Each sheet: its title, and its rows with their line numbers, empty ones left out.

    Raises Refused (Unsafe or Unreadable) when it is none, is damaged, or is larger than accepted.
    """
    limits = Limits()
    try:
        file = io.BytesIO(data)
        members = archives.directory(file, _LIMITS)
        archives.inflate(file, members, _LIMITS)
        root = fromstring(archives.read(file, "content.xml", limits.unpacked))
        tables = list(root.iter(f"{{{_TABLE}}}table"))
        if not 0 < len(tables) <= MOST_SHEETS:
            raise Unreadable(say("Ce classeur compte plus de %(count)s feuilles, ou aucune.", count=MOST_SHEETS))
        seen = _Seen()
        return [(one.get(f"{{{_TABLE}}}name", ""), list(_rows(one, limits, seen))) for one in tables]
    except Refused:
        raise
    except Exception as failure:  # a bad file raises some ten different errors
        raise Unreadable(
            say("Ce classeur est endommagé : ouvrez-le, enregistrez-le à nouveau en ODS, puis réessayez.")
        ) from failure


@dataclass
class _Seen:
    """Cells of the whole workbook so far."""

    cells: int = 0


def _rows(table: Any, limits: Limits, seen: _Seen) -> Iterator[tuple[int, list[str]]]:
    line = 0
    for row in table.iter(f"{{{_TABLE}}}table-row"):
        cells = _cells(row, limits)
        repeated = _repeated(row, "rows")
        if not any(cells):
            line += repeated
            continue
        for _ in range(repeated):
            line += 1
            seen.cells += len(cells)
            if line > limits.rows:
                raise limits.too_many_rows()
            if seen.cells > limits.cells:
                raise limits.too_many_cells()
            yield line, cells


def _cells(row: Any, limits: Limits) -> list[str]:
    found: list[str] = []
    waiting = 0
    for cell in row:
        if cell.tag not in {f"{{{_TABLE}}}table-cell", f"{{{_TABLE}}}covered-table-cell"}:
            continue
        text = "\n".join(_words(one) for one in cell.iter(f"{{{_TEXT}}}p"))
        if len(text) > LONGEST_CELL:
            raise Unreadable(say("Une cellule compte plus de 32 767 caractères."))
        repeated = _repeated(cell, "columns")
        if not text:
            waiting += repeated  # the empty end of a row may be repeated to the last column there is
            continue
        if len(found) + waiting + repeated > limits.columns:
            raise limits.too_many_columns()
        found += [""] * waiting + [text] * repeated
        waiting = 0
    return found


def _repeated(node: Any, what: str) -> int:
    return max(int(node.get(f"{{{_TABLE}}}number-{what}-repeated", "1")), 1)


def _words(node: Any) -> str:
    words = [node.text or ""]
    for part in node:
        name = part.tag.rpartition("}")[2]
        if name in {"s", "tab"}:
            words.append(" ")
        elif name == "line-break":
            words.append("\n")
        elif name != "annotation":
            words.append(_words(part))
        words.append(part.tail or "")
    return "".join(words)
