"""From a table and decisions to a plan: which vendors to create or complete, what stands in the way. Writes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol
from unicodedata import category

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.vendors.rules.columns import ColumnMapping, ImportField
from portal.vendors.rules.countries import Atlas
from portal.vendors.rules.duplicates import Certainty, CompanyIdentity, DuplicateGroup, find_duplicates
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import register_key
from portal.vendors.rules.rows import RowDraft, RowProblem, RowReader
from portal.vendors.rules.union_find import UnionFind
from portal.vendors.rules.vendor_drafts import VendorDraft, common_name, merge


class ImportedProblem(Protocol):
    """A fault that a reader of files found; `column` counts from 1."""

    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> int | None: ...
    @property
    def message(self) -> Sentence: ...


class ImportedRow(Protocol):
    """A row as it stands in the file; not sound when its cells do not answer the header."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> tuple[str, ...]: ...
    @property
    def sound(self) -> bool: ...


class ImportedTable(Protocol):
    """A file cut into cells, with the lines that could not be."""

    @property
    def header_line(self) -> int: ...
    @property
    def header(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> Sequence[ImportedRow]: ...
    @property
    def problems(self) -> Sequence[ImportedProblem]: ...


class DuplicateDecision(Labelled):
    """What a person decides of a group of doubles."""

    MERGE = "merge", N_("Fusionner : un seul sous-traitant, une prestation par ligne")
    SEPARATE = "separate", N_("Garder séparés : un sous-traitant par ligne")
    SKIP = "skip", N_("N'importer que le premier, ou aucun s'il est déjà dans le registre")


@dataclass(frozen=True)
class SkippedRow:
    """A row that a decision leaves out."""

    line: int
    name: str
    reason: Sentence


@dataclass(frozen=True)
class ImportPlan:
    """Everything an import would do, for a preview; all or nothing is up to whoever carries it out."""

    vendors: tuple[VendorDraft, ...]
    skipped: tuple[SkippedRow, ...]
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    duplicates: tuple[DuplicateGroup, ...]
    undecided: tuple[DuplicateGroup, ...]
    """Certain doubles on which nobody has decided."""

    @property
    def importable(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.problems and not self.undecided


def plan_import(
    table: ImportedTable,
    mapping: ColumnMapping,
    atlas: Atlas,
    *,
    existing: Sequence[CompanyIdentity] = (),
    decisions: Mapping[str, str] | None = None,
    default: DuplicateDecision | None = None,
    reserved: Iterable[str] = (),
) -> ImportPlan:
    """Read every row, find doubles, apply decisions (by `DuplicateGroup.key`) and say what would be imported.

    `default` decides for certain doubles only: a probable one without a decision stays apart. Where decisions overlap,
    a merge wins over a separation. `reserved` are words that no new key may be. A row that is not sound is not examined
    further. Every line ends up in exactly one place: a vendor's service, `skipped`, or `problems`. ValueError on a
    decision that is no `DuplicateDecision`.
    """
    problems = [_carried(problem, table, mapping) for problem in table.problems]
    if mapping.columns.get(ImportField.NAME) is None:
        problems.append(RowProblem(table.header_line, "", say("Aucune colonne ne donne le nom : dites laquelle.")))
        return ImportPlan((), (), tuple(problems), (), (), ())
    rows, wrong = _read_rows(table, RowReader(mapping, atlas), {problem.line for problem in problems})
    problems += wrong
    if not rows and not problems:
        problems.append(RowProblem(table.header_line, "", say("Le fichier ne contient aucune ligne sous son en-tête.")))
    groups = find_duplicates([_identity(row) for row in rows], existing)
    decided = {
        group.key: decision for group in groups if (decision := _decision(group, decisions or {}, default)) is not None
    }
    skipped = _skipped(groups, decided, {row.line: row.company.name for row in rows})
    kept = [row for row in rows if row.line not in skipped]
    merged = [group for group in groups if decided.get(group.key) is DuplicateDecision.MERGE]
    vendors, contradictions = _vendors(kept, merged, existing, mapping, {*reserved})
    return ImportPlan(
        vendors=tuple(vendors),
        skipped=tuple(skipped.values()),
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
        warnings=tuple(sorted([*_oddities(table, rows, mapping), *contradictions], key=lambda warning: warning.line)),
        duplicates=groups,
        undecided=tuple(g for g in groups if g.certainty is Certainty.CERTAIN and g.key not in decided),
    )


def _carried(problem: ImportedProblem, table: ImportedTable, mapping: ColumnMapping) -> RowProblem:
    column = "" if problem.column is None else mapping.label(problem.column - 1)
    return RowProblem(problem.line or table.header_line, column, problem.message)


def _read_rows(table: ImportedTable, reader: RowReader, broken: set[int]) -> tuple[list[RowDraft], list[RowProblem]]:
    rows: list[RowDraft] = []
    problems: list[RowProblem] = []
    for row in table.rows:
        if not row.sound or row.line in broken or not any(cell.strip() for cell in row.cells):
            continue
        read = reader.read(row.line, row.cells)
        if isinstance(read, RowDraft):
            rows.append(read)
        else:
            problems += read
    return rows, problems


def _identity(row: RowDraft) -> CompanyIdentity:
    company = row.company
    return CompanyIdentity(
        line=row.line,
        name=company.name,
        legal_name=company.legal_name,
        country=company.country,
        siren=company.siren,
        siret=company.siret,
        vat=company.vat,
        lei=company.lei,
    )


def _decision(
    group: DuplicateGroup, decisions: Mapping[str, str], default: DuplicateDecision | None
) -> DuplicateDecision | None:
    if group.key in decisions:
        return DuplicateDecision(decisions[group.key])
    return default if group.certainty is Certainty.CERTAIN else None


def _skipped(
    groups: Iterable[DuplicateGroup], decided: Mapping[str, DuplicateDecision], names: Mapping[int, str]
) -> dict[int, SkippedRow]:
    found: dict[int, SkippedRow] = {}
    for group in groups:
        if decided.get(group.key) is DuplicateDecision.SKIP:
            for line in group.lines if group.known else group.lines[1:]:
                reason = (
                    say("Déjà dans le registre (%(key)s).", key=group.known[0])
                    if group.known
                    else say("Double de la ligne %(line)s.", line=group.lines[0])
                )
                found.setdefault(line, SkippedRow(line, names[line], reason))
    return found


def _vendors(
    rows: Sequence[RowDraft],
    merged: Iterable[DuplicateGroup],
    existing: Sequence[CompanyIdentity],
    mapping: ColumnMapping,
    taken: set[str],
) -> tuple[list[VendorDraft], list[RowProblem]]:
    """The vendors that the rows make once the groups to merge are merged, in the order of the file."""
    by_line = {row.line: row for row in rows}
    by_key = {party.key: party for party in existing}
    together: UnionFind[int | str] = UnionFind([*by_key, *by_line])
    for group in merged:
        members: list[int | str] = [*group.known, *(line for line in group.lines if line in by_line)]
        for member in members[1:]:
            together.unite(members[0], member)
    vendors: list[VendorDraft] = []
    warnings: list[RowProblem] = []
    taken |= by_key.keys()
    for cluster in together.sets():
        held = [by_line[member] for member in cluster if isinstance(member, int)]
        known = [by_key[member] for member in cluster if isinstance(member, str)]
        if held:
            name = known[0].key if known else register_key(common_name([row.company.name for row in held]), taken)
            taken.add(name)
            vendor, contradictions = merge(held, known, name, mapping)
            vendors.append(vendor)
            warnings += contradictions
    return sorted(vendors, key=lambda vendor: vendor.lines[0]), warnings


def _oddities(table: ImportedTable, rows: Sequence[RowDraft], mapping: ColumnMapping) -> Iterator[RowProblem]:
    """What is imported as it stands but deserves a look."""
    cells = {row.line: row.cells for row in table.rows}
    first: dict[tuple[str, ...], int] = {}
    column = mapping.columns[ImportField.NAME]
    for row in rows:
        written = cells[row.line]
        if (before := first.setdefault(written, row.line)) != row.line:
            yield RowProblem(row.line, "", say("Ligne identique à la ligne %(line)s.", line=before))
        name = written[column] if column is not None else ""
        if any(category(mark) == "Cf" for mark in name):
            message = say("Des caractères invisibles ont été retirés de « %(name)s ».", name=row.company.name)
            yield RowProblem(row.line, mapping.label_of(ImportField.NAME), message)
