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
from portal.core.errors import Refused
from portal.core.language import say
from portal.core.spreadsheets import LONGEST_CELL, Limits, Unreadable

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_OFFICE, _TABLE, _TEXT = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
_LIMITS = archives.Limits(members=500, unpacked=Limits.unpacked, ratio=100, always_fine=8 * 1024 * 1024)


def write_ods(sheets: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """A workbook of sheets, each its title and its rows of texts; the same rows always give the same bytes."""
    tables = "".join(
        f"<table:table table:name={quoteattr(title[:31])}>"
        f"<table:table-column table:number-columns-repeated={quoteattr(str(max(map(len, rows), default=1) or 1))}/>"
        + "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for title, rows in sheets
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    spaces = f'xmlns:office="{_OFFICE}" xmlns:table="{_TABLE}" xmlns:text="{_TEXT}" office:version="1.3"'
    content = f"{head}<office:document-content {spaces}><office:body><office:spreadsheet>{tables}</office:spreadsheet>"
    parts = {
        "content.xml": f"{content}</office:body></office:document-content>",
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


def _cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def read_ods(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet, with their line numbers, empty ones left out.

    Raises Refused (Unsafe or Unreadable) when it is none, is damaged, or is larger than accepted.
    """
    limits = Limits()
    try:
        file = io.BytesIO(data)
        members = archives.directory(file, _LIMITS)
        archives.inflate(file, members, _LIMITS)
        root = fromstring(archives.read(file, "content.xml", limits.unpacked))
        table = next(root.iter(f"{{{_TABLE}}}table"))
        return list(_rows(table, limits))
    except Refused:
        raise
    except Exception as failure:  # a bad file raises some ten different errors
        raise Unreadable(
            say("Ce classeur est endommagé : ouvrez-le, enregistrez-le à nouveau en ODS, puis réessayez.")
        ) from failure


def _rows(table: Any, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    line = cells_seen = 0
    for row in table.iter(f"{{{_TABLE}}}table-row"):
        cells = _cells(row, limits)
        repeated = _repeated(row, "rows")
        if not any(cells):
            line += repeated
            continue
        for _ in range(repeated):
            line += 1
            cells_seen += len(cells)
            if line > limits.rows:
                raise limits.too_many_rows()
            if cells_seen > limits.cells:
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
