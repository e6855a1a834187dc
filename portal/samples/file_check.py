"""Check of a file received from a vendor: its problems, or the cells that will be measured; no database."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import IO, Any

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.core.spreadsheets import MEGABYTE, Limits, Row, Stream, open_table
from portal.samples import law_files
from portal.samples.rules.calls import Call
from portal.samples.rules.cases import WithdrawalCase
from portal.samples.rules.cells import BadCell
from portal.samples.rules.cells import reference as readable
from portal.samples.rules.columns import (
    FIELDS,
    CallField,
    CaseField,
    ColumnMapping,
    SampleField,
    SampleKind,
    chosen_mapping,
    map_header,
)
from portal.samples.rules.personal_data import PersonalDataScanner
from portal.samples.rules.row_reader import CellProblem, RowReader
from portal.samples.rules.sampling import compare_with_draw

MOST_BYTES = 60 * MEGABYTE
MOST_ROWS = 120_000
MOST_UNPACKED = 256 * MEGABYTE
"""Of a workbook, which is held whole while it is read, by a child with a limit of its own (`file_reading`)."""
MOST_CELLS = 5_000_000
MOST_LISTED = 200
"""Problems kept for the page; the rest are counted."""


@dataclass(frozen=True)
class FileProblem:
    """Something to correct: with a line and a field, it can be corrected on the page."""

    message: Sentence
    line: int | None = None
    column: str = ""
    field: str = ""
    cell: str = ""
    """What the file says there."""


@dataclass(frozen=True)
class FileCheck:
    """What the check of a file found."""

    mapping: ColumnMapping
    problems: tuple[FileProblem, ...]
    """The first ones."""
    count: int
    """Of all problems."""
    cases: int = 0
    """Sound rows."""

    @property
    def is_sound(self) -> bool:
        """Whether it can be measured."""
        return self.count == 0


@dataclass(frozen=True)
class FileExpectations:
    """What a file is checked against."""

    kind: SampleKind
    remembered: Mapping[str, str]
    drawn: Collection[str]
    corrections: Mapping[tuple[int, SampleField], str]
    today: date | None = None
    """When it is read: what a case says was done was not done later."""


def open_file(data: bytes, name: str) -> AbstractContextManager[Stream]:
    """A file row by row; raises Refused when it is no table, or too large."""
    limits = Limits(rows=MOST_ROWS, cells=MOST_CELLS, unpacked=MOST_UNPACKED)
    return open_table(data, name, max_bytes=MOST_BYTES, limits=limits)


def refuse_personal_data(data: bytes, name: str) -> None:
    """Raise Refused when a file holds personal data in excess (RGPD art. 5(1)(c)): nothing of it is kept then."""
    with open_file(data, name) as stream:
        scanner = PersonalDataScanner(stream.header, law_files.health_words())
        for row in stream.rows:
            scanner.add(row.line, row.cells)
    if found := scanner.findings():
        raise Refused(found[0].sentence)


def check_file(stream: Stream, wanted: FileExpectations, clean: IO[str]) -> FileCheck:
    """Read every row and list every problem at once. Sound rows are written to `clean` as they come.

    `clean` is a CSV of ours: the line of each row, then every field in order, corrections made; it is worth something
    only when nothing is to be corrected.
    """
    mapping = map_header(stream.header, wanted.kind, wanted.remembered)
    if mapping.missing:
        found = tuple(
            FileProblem(
                say("Aucune colonne ne donne « %(field)s » : dites laquelle.", field=one.label), field=one.value
            )
            for one in mapping.missing
        )
        return FileCheck(mapping, found, len(found))
    fields = _fields(wanted.kind)
    writer = csv.writer(clean, lineterminator="\n")
    writer.writerow(["line", *(field.value for field in fields)])
    reader = RowReader(
        mapping, law_files.case_law() if wanted.kind is SampleKind.CASES else None, today=wanted.today
    )  # fmt: skip
    by_line, problems, cases = _by_line(wanted.corrections), _FirstProblems(), 0
    for row in stream.rows:
        if not row.sound:
            continue
        given = by_line.get(row.line, {})
        read = reader.read(row.line, row.cells, given or None)
        if isinstance(read, WithdrawalCase | Call):
            writer.writerow([row.line, *_cells(row, mapping, given, fields)])
            cases += 1
        else:
            problems.add(_of_cell(problem, row, mapping, given) for problem in read)
    problems.add(_of_table(one.line, one.column, one.message, mapping) for one in stream.problems)
    problems.add(_against(wanted.drawn, reader.seen))
    if not cases and not problems.count:
        problems.add([FileProblem(say("Le fichier ne contient aucune ligne sous son en-tête."))])
    return FileCheck(mapping, problems.first(), problems.count, cases)


class _FirstProblems:
    """The first problems, and how many there are."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[FileProblem] = []

    def add(self, more: Iterable[FileProblem]) -> None:
        for one in more:
            self.count += 1
            if len(self._kept) < 4 * MOST_LISTED:
                self._kept.append(one)

    def first(self) -> tuple[FileProblem, ...]:
        return tuple(sorted(self._kept, key=lambda one: one.line or 0)[:MOST_LISTED])


def _by_line(corrections: Mapping[tuple[int, SampleField], str]) -> dict[int, dict[tuple[int, SampleField], str]]:
    found: dict[int, dict[tuple[int, SampleField], str]] = {}
    for (line, field), text in corrections.items():
        found.setdefault(line, {})[line, field] = text
    return found


def _of_table(line: int | None, column: int | None, message: Sentence, mapping: ColumnMapping) -> FileProblem:
    return FileProblem(message, line, "" if column is None else mapping.label(column - 1))


def _of_cell(
    problem: CellProblem, row: Row, mapping: ColumnMapping, given: Mapping[tuple[int, SampleField], str]
) -> FileProblem:  # fmt: skip
    if problem.field is None:
        return FileProblem(problem.message, problem.line, problem.column)
    at = mapping.columns.get(problem.field)
    cell = row.cells[at] if at is not None and at < len(row.cells) else ""
    cell = given.get((row.line, problem.field), cell)
    return FileProblem(problem.message, problem.line, problem.column, problem.field.value, cell[:200])


def _fields(kind: SampleKind) -> list[SampleField]:
    return [*CaseField] if kind is SampleKind.CASES else [*CallField]


def _cells(
    row: Row, mapping: ColumnMapping, given: Mapping[tuple[int, SampleField], str], fields: Sequence[SampleField]
) -> Iterator[str]:
    """Every field in order, corrected; a field that no column fills may have been given all the same."""
    columns, width = mapping.columns, len(row.cells)
    for field in fields:
        at = columns.get(field)
        cell = row.cells[at] if at is not None and at < width else ""
        yield given.get((row.line, field), cell) if given else cell


def _against(drawn: Collection[str], seen: Mapping[str, int]) -> Iterator[FileProblem]:
    """A file that answers a draw holds the references drawn, no other."""
    if not drawn:
        return
    compared = compare_with_draw(drawn, seen)
    if compared.missing:
        yield FileProblem(
            say(
                "Des références tirées au sort manquent (%(count)s), dont %(some)s.",
                count=len(compared.missing),
                some=", ".join(compared.missing[:5]),
            )
        )
    for reference in compared.extra[:20]:
        yield FileProblem(say("La référence « %(ref)s » n'a pas été tirée au sort.", ref=reference), seen[reference])


def references(data: bytes, name: str, kind: SampleKind = SampleKind.CASES) -> list[str]:
    """The references of a full list: its column of that name, or its only one.

    Raises Refused when there is none, or one that no case could be sent under: drawn, it would block the sample.
    """
    refuse_personal_data(data, name)
    with open_file(data, name) as stream:
        mapping = map_header(stream.header, kind)
        at = mapping.columns.get(FIELDS[kind]("reference"), 0 if len(stream.header) == 1 else None)
        if at is None:
            raise Refused(say("Aucune colonne ne s'appelle « référence » dans cette liste."))
        cells = ((row.line, row.cells[at].strip()) for row in stream.rows if at < len(row.cells))
        found = [_reference(line, cell) for line, cell in cells if cell]
    if not found:
        raise Refused(say("Cette liste ne contient aucune référence."))
    return found


def _reference(line: int, cell: str) -> str:
    try:
        return readable(cell)
    except BadCell as bad:
        raise Refused(say("Ligne %(line)s : %(what)s", line=line, what=bad.sentence)) from bad


def measured_rows(stream: IO[str], kind: SampleKind, start: int, count: int) -> Iterator[WithdrawalCase | Call]:
    """Some of the cases of a clean file, from one on."""
    rows = csv.reader(stream)
    header = next(rows)
    mapping = chosen_mapping(header, kind, {name: at for at, name in enumerate(header) if name != "line"})
    reader = RowReader(mapping)
    for number, row in enumerate(rows):
        if number >= start + count:
            return
        if number >= start:
            read = reader.read(int(row[0]), row)
            if not isinstance(read, WithdrawalCase | Call):
                raise ValueError(f"line {row[0]} of a clean file is not clean")
            yield read


def thaw_problems(plain: Sequence[Mapping[str, Any]]) -> list[FileProblem]:
    """The problems of JSON, as `freeze_problems` wrote them."""
    return [FileProblem(Sentence(one["text"], one["values"]), *(one[k] for k in _KEPT)) for one in plain]


def freeze_problems(problems: Sequence[FileProblem]) -> list[dict[str, Any]]:
    """Troubles as JSON."""
    return [
        {
            "text": one.message.text,
            "values": {name: _plain(value) for name, value in one.message.values.items()},
            **{name: getattr(one, name) for name in _KEPT},
        }
        for one in problems
    ]


_KEPT = ("line", "column", "field", "cell")


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)
