"""The rows of a dump of PostgreSQL, put into an SQLite file: it is read to its last line, without any server."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Boolean, Column, Connection, Date, Float, Integer, LargeBinary, Numeric, Table, insert
from sqlalchemy.types import JSON

from portal.core.db import Base, Database, UtcDateTime
from portal.core.errors import Refused
from portal.operations.backups.postgres_tools import program
from portal.operations.database_moves import keys_look_away

AT_ONCE = 500
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def load_dump(source: Path, target: Database) -> None:
    """Put every row of the portal's tables into those of a file; raises Refused for a broken dump.

    Tables come in the order of their names: whether each key points to a row is for the caller to ask afterwards.
    """
    reading = subprocess.Popen(  # noqa: S603 - a program of PostgreSQL, our own words, no shell
        [program("pg_restore"), "--data-only", "--file=-", str(source)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    with reading, target.engine.connect() as connection, keys_look_away(connection), connection.begin():
        if reading.stdout is None or reading.stderr is None:
            raise ValueError("the program has no output")
        # A dump follows the names of tables: what a row names may come after it, and is looked for at the end.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        _load(reading.stdout, connection)
        said = reading.stderr.read()
        if reading.wait():
            raise Refused("La base de la sauvegarde ne se lit pas : %(said)s", said=" ".join(said.split())[:400])


def _load(lines: IO[str], connection: Connection) -> None:
    for line in lines:
        if line.startswith("COPY "):
            name, columns = _heading(line)
            rows = _rows(lines)
            table = Base.metadata.tables.get(name)
            if table is None:  # of the carrier of jobs, or of Alembic
                for _row in rows:
                    pass
            else:
                _insert(connection, table, columns, rows)


def _heading(line: str) -> tuple[str, list[str]]:
    r"""The table and the columns of a heading.

    >>> _heading('COPY public."user" (id, "at") FROM stdin;\n')
    ('user', ['id', 'at'])
    """
    told, _, listed = line.removeprefix("COPY ").partition(" (")
    return told.rpartition(".")[2].strip('"'), [one.strip('"') for one in listed.partition(")")[0].split(", ")]


def _rows(lines: IO[str]) -> Iterator[list[str | None]]:
    for line in lines:
        if line == "\\.\n":
            return
        yield [_plain(cell) for cell in line.removesuffix("\n").split("\t")]
    raise Refused("La base de la sauvegarde est coupée.")


def _plain(cell: str) -> str | None:
    r"""A cell as it was before it was written.

    >>> _plain(r"a\tb\\n"), _plain(r"\N")
    ('a\tb\\n', None)
    """
    if cell == "\\N":
        return None
    if "\\" not in cell:
        return cell
    told, rest = "", iter(cell)
    for letter in rest:
        told += _ESCAPED.get(found := next(rest, ""), found) if letter == "\\" else letter
    return told


def _insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterator[list[str | None]]) -> None:
    computed = {column.name for column in table.columns if column.computed is not None}
    readers = [_reader(table.columns[name]) for name in columns]
    while batch := list(islice(rows, AT_ONCE)):
        values = [
            {
                name: None if cell is None else read(cell)
                for name, cell, read in zip(columns, row, readers, strict=True)
                if name not in computed
            }
            for row in batch
        ]
        connection.execute(insert(table), values)


def _reader(column: Column[Any]) -> Callable[[str], Any]:
    """How a cell of this column is read; texts and enumerations are as they are written."""
    kind = column.type
    readers: list[tuple[type | tuple[type, ...], Callable[[str], Any]]] = [
        (UtcDateTime, datetime.fromisoformat), (Date, date.fromisoformat), (Boolean, lambda cell: cell == "t"),
        (Integer, int), (Float, float), (Numeric, kind.python_type if isinstance(kind, Numeric) else str),
        (JSON, json.loads), (LargeBinary, lambda cell: bytes.fromhex(cell.removeprefix("\\x"))),
    ]  # fmt: skip
    found = next((read for types, read in readers if isinstance(kind, types)), None)
    return found or _enumerated(column)


def _enumerated(column: Column[Any]) -> Callable[[str], Any]:
    values = getattr(column.type, "enum_class", None)
    return values if values is not None else lambda cell: cell
