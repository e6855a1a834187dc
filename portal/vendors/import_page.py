"""What the page of an import under review shows: columns with samples, duplicates with decisions, totals."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import Sentence
from portal.vendors.rules.columns import ImportField
from portal.vendors.rules.duplicates import Certainty, DuplicateGroup
from portal.vendors.rules.rows import RowProblem
from portal.vendors.rules.vendor_drafts import VendorDraft
from portal.vendors.services import ImportReview

SAMPLES = 3
MOST_PROBLEMS = 300
"""Problems, or warnings, on the page; the file of problems has them all."""
MOST_GROUPS = 200
MOST_VENDORS = 25
_ENCODINGS = {"cp1252": "Windows-1252", "cp850": "MS-DOS (850)", "mac_roman": "Mac Roman", "utf-8-sig": "UTF-8"}


@dataclass(frozen=True)
class ImportColumn:
    """A column of the list, what it is read as, and what it holds."""

    position: int
    label: str
    field: ImportField | None
    samples: tuple[str, ...]


@dataclass(frozen=True)
class DuplicateChoice:
    """Doubles, and what was decided of them."""

    key: str
    group: DuplicateGroup
    decision: str


@dataclass(frozen=True)
class CellProblem:
    """What is wrong of one cell, all of it, and the cell to write in: two fields of one cell would undo each other."""

    problem: RowProblem
    """The first."""
    messages: tuple[Sentence, ...]
    column: int | None
    """Of the cell, from 0; none when it is the line as a whole that is wrong."""
    text: str
    may_leave: bool
    """Whether it is said here that the line may be left aside: once a line, and never of a header."""


class ImportPage:
    """A review and the decisions taken so far."""

    def __init__(
        self,
        review: ImportReview,
        decisions: Mapping[str, str],
        typed: Sequence[ImportField | None] = (),
        corrections: Mapping[str, Any] | None = None,
    ) -> None:
        """`typed` are the fields just chosen for the columns, when they could not be accepted."""
        self.plan = review.plan
        self.table = review.table
        self._review = review
        self._decisions = decisions
        self._typed = typed
        self._corrections = corrections or {}

    @cached_property
    def columns(self) -> list[ImportColumn]:
        """Every column of the list, in its order."""
        mapping = self._review.mapping
        read_as: dict[int, ImportField | None] = {
            at: field for field, at in reversed(list(mapping.columns.items())) if at is not None
        }
        read_as = dict(enumerate(self._typed)) or read_as
        return [
            ImportColumn(at, mapping.label(at), read_as.get(at), self._samples(at))
            for at in range(len(self.table.header))
        ]

    def _samples(self, column: int) -> tuple[str, ...]:
        cells = (row.cells[column].strip() for row in self.table.rows if column < len(row.cells))
        found: dict[str, None] = {}
        for cell in cells:
            if cell:
                found[cell] = None
            if len(found) == SAMPLES:
                break
        return tuple(found)

    @property
    def encoding(self) -> str:
        """The encoding as spreadsheets name it."""
        return _ENCODINGS.get(self.table.encoding or "", (self.table.encoding or "").upper())

    @cached_property
    def unread(self) -> list[ImportColumn]:
        """The columns that fill no field: kept as notes."""
        return [column for column in self.columns if column.field is None]

    @cached_property
    def certain(self) -> list[DuplicateChoice]:
        """Certain doubles, those without a decision first."""
        return self._groups(Certainty.CERTAIN)

    @cached_property
    def probable(self) -> list[DuplicateChoice]:
        """Probable doubles: apart, unless someone says otherwise."""
        return self._groups(Certainty.PROBABLE)

    def _groups(self, certainty: Certainty) -> list[DuplicateChoice]:
        found = [
            DuplicateChoice(group.key, group, self._decisions.get(group.key, ""))
            for group in self.plan.duplicates
            if group.certainty is certainty
        ]
        return sorted(found, key=lambda group: group.decision != "")[:MOST_GROUPS]

    @property
    def problems(self) -> Sequence["CellProblem"]:
        """What must be corrected, the first of them, each with its cell when there is one."""
        at = {column.label: column.position for column in self.columns}
        cells = {row.line: row.cells for row in self.table.rows}
        found: dict[tuple[int, str], list[RowProblem]] = {}
        for problem in self.plan.problems[:MOST_PROBLEMS]:
            found.setdefault((problem.line, problem.column), []).append(problem)
        last = dict(found.keys())
        shown = []
        for (line, label), problems in found.items():
            column, row = at.get(label), cells.get(line, ())
            is_cell = column is not None and column < len(row)
            shown.append(
                CellProblem(
                    problems[0], tuple(problem.message for problem in problems), column if is_cell else None,
                    row[column] if is_cell and column is not None else "",
                    line > self.table.header_line and last[line] == label,
                )
            )  # fmt: skip
        return shown

    @property
    def further_problems(self) -> int:
        """How many are not shown."""
        return max(0, len(self.plan.problems) - MOST_PROBLEMS)

    @property
    def aside(self) -> int:
        """How many lines were left aside."""
        return sum(cells is None for cells in self._corrections.values())

    @property
    def warnings(self) -> Sequence[RowProblem]:
        """What deserves a look, the first of it."""
        return self.plan.warnings[:MOST_PROBLEMS]

    @property
    def vendors(self) -> Sequence[VendorDraft]:
        """What would be entered, the first of it."""
        return self.plan.vendors[:MOST_VENDORS]

    @cached_property
    def created(self) -> int:
        """How many vendors would be created."""
        return sum(not vendor.known for vendor in self.plan.vendors)

    @cached_property
    def completed(self) -> int:
        """How many vendors of the register would be completed."""
        return len(self.plan.vendors) - self.created

    @cached_property
    def services(self) -> int:
        """How many services would be written."""
        return sum(len(vendor.services) for vendor in self.plan.vendors)
