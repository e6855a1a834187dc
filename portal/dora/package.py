"""The package of the register: a ZIP of CSV files beside what describes them, written, and read from outside.

Its structure is that of the data file (`tables.toml`, `package`), which says how sure it is.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from portal.core import archives
from portal.core.archives import Limits, Unsafe
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Sentence, say
from portal.core.spreadsheets import guarded
from portal.dora.rules.defects import DoraDefect, DoraRow, DoraRule
from portal.dora.rules.structure import CellKind, DoraStructure, DoraTable

LIMITS = Limits(members=64, unpacked=64 * 1024 * 1024)
MOST_BYTES = 16 * 1024 * 1024
MOST_ROWS = 50_000
"""Of one table."""
LONGEST_SHOWN = 60
PARAMETERS, INDICATORS = "parameters.csv", "FilingIndicators.csv"
R = DoraRule


@dataclass(frozen=True)
class ReadPackage:
    """What a package holds: the rows of its tables, and what is wrong with its files."""

    rows: Mapping[str, Sequence[DoraRow]]
    defects: Sequence[DoraDefect]


def package_name(structure: DoraStructure, rows: Mapping[str, Sequence[DoraRow]], at: datetime) -> str:
    """The name of the package, without its ending; raises Refused when nobody is known to keep the register."""
    keepers = rows.get("B_01.01", ())
    if len(keepers) != 1:
        raise Refused(
            N_("Le paquet porte le LEI de l'entité qui tient le registre : dites laquelle, et donnez son LEI.")
        )
    cells = keepers[0]
    several = len(rows.get("B_01.02", ())) > 1
    moment = at.astimezone(LEGAL_ZONE)
    return structure.package.folder.format(
        lei=cells.cell("c0010"), scope="CON" if several else "IND",
        country=cells.cell("c0030").removeprefix("eba_GA:"), on=cells.cell("c0060"),
        stamp=f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03}",
    )  # fmt: skip


def write_package(structure: DoraStructure, rows: Mapping[str, Sequence[DoraRow]], at: datetime) -> tuple[str, bytes]:
    """The name and the bytes of the package; raises Refused when it cannot be named."""
    name = package_name(structure, rows, at)
    keeper, scope = rows["B_01.01"][0], "CON" if len(rows["B_01.02"]) > 1 else "IND"
    currency = next((one.cell("c0100").removeprefix("eba_CU:") for one in rows["B_01.02"] if one.cell("c0100")), "EUR")
    parameters = {
        "entityID": f"rs:{keeper.cell('c0010')}.{scope}", "refPeriod": keeper.cell("c0060"),
        "baseCurrency": f"iso4217:{currency}", **structure.package.decimals,
    }  # fmt: skip
    files = {
        "META-INF/reportPackage.json": _json(structure.package.report_package),
        "reports/report.json": _json(structure.package.report),
        f"reports/{PARAMETERS}": _csv(["name", "value"], parameters.items()),
        f"reports/{INDICATORS}": _csv(["templateID", "reported"], [(code, "true") for code in structure.tables]),
    }
    for table in structure.tables.values():
        files[f"reports/{table.file}"] = _table(table, rows.get(table.code, ()))
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(ZipInfo(f"{name}/{path}"), content, ZIP_DEFLATED)
    return name, out.getvalue()


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, indent=2).encode()


def _csv(header: Sequence[str], rows: Any) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def _table(table: DoraTable, rows: Sequence[DoraRow]) -> bytes:
    """A table as its file; a name that a spreadsheet would run is kept from it."""
    free = {one.code for one in table.columns if one.kind in {CellKind.TEXT, CellKind.LATIN}}
    codes = [one.code for one in table.columns]
    cells = ([guarded(row.cell(one)) if one in free else row.cell(one) for one in codes] for row in rows)
    return _csv(codes, cells)


# --- from outside


@dataclass
class _Reading:
    structure: DoraStructure
    rows: dict[str, list[DoraRow]] = field(default_factory=dict)
    defects: list[DoraDefect] = field(default_factory=list)

    def tell(self, rule: DoraRule, table: str, told: Sentence, column: str = "", line: int | None = None) -> None:
        self.defects.append(DoraDefect(rule, table, told, "", line, column))


def read_package(structure: DoraStructure, content: bytes) -> ReadPackage:
    """The rows of a package from outside; raises Refused for what is no ZIP, or one that cannot be trusted."""
    if len(content) > MOST_BYTES:
        raise Refused(say("Ce paquet dépasse %(most)s Mo : il n'a pas été ouvert.", most=MOST_BYTES // 1024 // 1024))
    file = io.BytesIO(content)
    members = archives.directory(file, LIMITS)
    archives.inflate(file, members, LIMITS)
    by_name = {PurePosixPath(one.filename).name.lower(): one.filename for one in members if not one.is_dir()}
    reading = _Reading(structure)
    for wanted in ("reportPackage.json", "report.json", PARAMETERS, INDICATORS):
        if wanted.lower() not in by_name:
            reading.tell(R.PACKAGE_WRONG, "", say("Le fichier %(name)s n'est pas dans le paquet.", name=wanted))
    for table in structure.tables.values():
        name = by_name.get(table.file)
        if name is None:
            reading.tell(R.FILE_MISSING, table.code, say("Le fichier %(name)s n'est pas dans le paquet.",
                                                         name=table.file))  # fmt: skip
        else:
            _read_table(reading, table, file, name)
    _compare_parameters(reading, file, by_name.get(PARAMETERS))
    return ReadPackage(reading.rows, reading.defects)


def _lines(reading: _Reading, table: str, file: io.BytesIO, name: str) -> list[list[str]]:
    try:
        text = archives.read(file, name, MOST_BYTES).decode("utf-8-sig")
        found: list[list[str]] = []
        for line in csv.reader(io.StringIO(text, newline=""), strict=True):
            found.append(line)
            if len(found) > MOST_ROWS + 1:
                told = say("Ce tableau a plus de %(most)s lignes : la suite n'a pas été lue.", most=MOST_ROWS)
                reading.tell(R.FILE_UNREAD, table, told)
                return found[:-1]
        return found
    except UnicodeDecodeError:
        reading.tell(R.FILE_UNREAD, table, say("Ce fichier n'est pas en UTF-8."))
    except (csv.Error, Unsafe):
        reading.tell(R.FILE_UNREAD, table, say("Ce fichier n'est pas un CSV dont les cases sont séparées par des "
                                               "virgules."))  # fmt: skip
    return []


def _read_table(reading: _Reading, table: DoraTable, file: io.BytesIO, name: str) -> None:
    lines = _lines(reading, table.code, file, name)
    reading.rows[table.code] = []
    if not lines:
        if not any(one.table == table.code for one in reading.defects):
            reading.tell(R.COLUMNS_WRONG, table.code, say("La première ligne doit nommer les colonnes."), line=1)
        return
    header = [one.strip().lower() for one in lines[0]]
    known = [one.code for one in table.columns]
    for code in known:
        if header.count(code) != 1:
            reading.tell(R.COLUMNS_WRONG, table.code, say("Cette colonne manque, ou figure deux fois."), code, 1)
    for code in dict.fromkeys(header):
        if code not in known:
            told = say("« %(name)s » n'est pas une colonne de ce tableau.", name=code[:LONGEST_SHOWN])
            reading.tell(R.COLUMNS_WRONG, table.code, told, line=1)
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            if len(line) != len(header):
                told = say("Cases de cette ligne : %(cells)s ; colonnes du tableau : %(columns)s.",
                           cells=len(line), columns=len(header))  # fmt: skip
                reading.tell(R.COLUMNS_WRONG, table.code, told, line=number)
            cells = {code: cell.strip() for code, cell in zip(header, line, strict=False) if code in known}
            reading.rows[table.code].append(DoraRow(cells, line=number))


def _compare_parameters(reading: _Reading, file: io.BytesIO, name: str | None) -> None:
    """The entity that the parameters name is the one that keeps the register."""
    if name is None:
        return
    told = {line[0]: line[1] for line in _lines(reading, "", file, name) if len(line) == 2}
    named = told.get("entityID", "").removeprefix("rs:").partition(".")[0]
    keepers = {row.cell("c0010") for row in reading.rows.get("B_01.01", ())}
    if keepers and named not in keepers:
        sentence = say("Le fichier %(name)s nomme une autre entité que le tableau B_01.01.", name=PARAMETERS)
        reading.tell(R.PACKAGE_WRONG, "", sentence)
