"""The register as a file, in every format it leaves in, and read from those it comes back in."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from portal.core.dataclass import dataclass
from portal.core.documents.printing import PrintingError, print_in_child
from portal.core.errors import Refused
from portal.core.files import Unavailable
from portal.core.language import N_, Language, Sentence, say
from portal.core.late import late
from portal.core.spreadsheets import (
    MEGABYTE,
    NamedTable,
    Table,
    read_sheets_apart,
    read_table_apart,
    write_csv,
    write_xlsx_sheets,
)
from portal.core.translation import translate
from portal.processing.dpv import register_as_dpv
from portal.processing.queries import ActivityLine
from portal.processing.record_model import about_columns
from portal.processing.register_document import register_document
from portal.processing.rules.sheets import ActivityRole
from portal.processing.tables import (
    FiledRegister,
    RefusedLine,
    as_json,
    looks_like_a_register,
    read_json_lines,
    read_rows,
    read_sheets,
    table_of,
)

if TYPE_CHECKING:
    from portal.core.documents import docx
    from portal.processing import ods_files
else:
    docx = late("portal.core.documents.docx")
    ods_files = late("portal.processing.ods_files")

JSON_FORMAT = "vigie-register-1"
MOST_BYTES = 20 * MEGABYTE
PRINTING_SECONDS = 120
_SHEETS = {
    ActivityRole.CONTROLLER: N_("Responsable (art. 30-1)"),
    ActivityRole.PROCESSOR: N_("Sous-traitant (art. 30-2)"),
}
"""The title of each register in a workbook."""


@dataclass(frozen=True)
class RegisterExport:
    """A register about to become a file."""

    lines: Sequence[ActivityLine]
    language: Language
    at: datetime
    on: date


def write_register(kind: str, export: RegisterExport) -> bytes:
    """The register in a format; raises Unavailable when the printer of PDF does not answer."""
    return WRITERS[kind](export)


def _csv(export: RegisterExport) -> bytes:
    return write_csv(*table_of(export.lines, export.language), export.language)


def _xlsx(export: RegisterExport) -> bytes:
    return write_xlsx_sheets([(title, rows[0], rows[1:]) for title, rows in _workbook(export)])


def _ods(export: RegisterExport) -> bytes:
    return ods_files.write_ods(_workbook(export))


def _workbook(export: RegisterExport) -> list[tuple[str, list[list[str]]]]:
    """A sheet for each register, then what the columns owe to the model of the CNIL."""
    found = []
    for role, title in _SHEETS.items():
        header, rows = table_of(export.lines, export.language, role)
        found.append((translate(title, export.language), [header, *rows]))
    return [*found, (translate(N_("À propos"), export.language), about_columns(export.language))]


def _json(export: RegisterExport) -> bytes:
    document = {"format": JSON_FORMAT, "activities": list(as_json(export.lines))}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _docx(export: RegisterExport) -> bytes:
    return docx.render_docx(register_document(export.lines, export.language, at=export.at, on=export.on))


def _pdf(export: RegisterExport) -> bytes:
    try:
        tree = register_document(export.lines, export.language, at=export.at, on=export.on)
        return print_in_child(tree, PRINTING_SECONDS)
    except PrintingError as failure:
        raise Unavailable(say("L'impression n'a pas abouti : réessayez dans quelques minutes.")) from failure


WRITERS: Mapping[str, Callable[[RegisterExport], bytes]] = {
    "ods": _ods, "xlsx": _xlsx, "csv": _csv, "json": _json, "dpv": lambda export: register_as_dpv(export.lines),
    "docx": _docx, "pdf": _pdf,
}  # fmt: skip
ENDINGS = {kind: kind for kind in WRITERS} | {"dpv": "jsonld"}
MEDIA_TYPES = {
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8", "json": "application/json", "dpv": "application/ld+json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
}  # fmt: skip


def read_register(data: bytes, filename: str) -> FiledRegister:
    """What a file says: XLSX, ODS, CSV or our own JSON, recognised by what it holds; raises Refused for any other."""
    if len(data) > MOST_BYTES:
        raise Refused(say("Ce fichier dépasse %(limit)s Mo.", limit=MOST_BYTES // MEGABYTE))
    if data.lstrip()[:1] in {b"{", b"["}:
        return _read_json(data)
    if data[:4] == b"PK\x03\x04" and ods_files.MEDIA_TYPE.encode() in data[:200]:
        held = [(title, rows[0][1], rows[1:]) for title, rows in ods_files.read_ods(data) if rows]
        if not held:
            raise Refused(say("Ce fichier est vide : sa première ligne doit nommer les colonnes."))
        return read_sheets(held)
    if data[:4] == b"PK\x03\x04":
        return _of_sheets(read_sheets_apart(data, max_bytes=MOST_BYTES))
    return _of_table(read_table_apart(data, filename, max_bytes=MOST_BYTES))


def _of_sheets(sheets: Sequence[NamedTable]) -> FiledRegister:
    if not sheets:
        raise Refused(say("Ce fichier est vide : sa première ligne doit nommer les colonnes."))
    found = read_sheets(
        [(one.title, one.table.header, [(row.line, row.cells) for row in one.table.rows]) for one in sheets]
    )
    for one in sheets:
        if looks_like_a_register(one.table.header):
            found.refused += [RefusedLine(each.line, each.message, one.title) for each in one.table.problems]
    return found


def _of_table(table: Table) -> FiledRegister:
    found = read_rows(table.header, [(row.line, row.cells) for row in table.rows])
    found.refused += [RefusedLine(one.line, one.message) for one in table.problems]
    return found


def _read_json(data: bytes) -> FiledRegister:
    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError) as failure:
        raise Refused(say("Ce fichier JSON ne peut pas être lu.")) from failure
    if not isinstance(document, dict) or document.get("format") != JSON_FORMAT:
        raise Refused(say("Ce fichier JSON n'est pas un registre de Vigie (%(format)s).", format=JSON_FORMAT))
    lines = document.get("activities")
    if not isinstance(lines, list):
        raise Refused(Sentence(N_("Ce registre n'a pas de fiches.")))
    return read_json_lines(lines)
