"""Imports of lists: kept while under review, then carried out whole or not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, field, replace
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import display_name
from portal.core.language import N_, Sentence, say
from portal.core.spreadsheets import Table, read_table_apart
from portal.jobs.ledger import enqueue
from portal.journal import services as journal
from portal.vendors import queries, reference
from portal.vendors.models import ImportState, VendorImport
from portal.vendors.rules.columns import ColumnMapping, ImportField, chosen_mapping, propose_mapping
from portal.vendors.rules.duplicates import CompanyIdentity
from portal.vendors.rules.import_plan import DuplicateDecision, ImportPlan, plan_import
from portal.vendors.rules.status import VendorStatus
from portal.vendors.services import import_writing

MOST_BYTES = 20 * 1024 * 1024
"""Bytes of a list; 50,000 rows take five."""
AT_ONCE = 2_000
"""Vendors entered while a person waits, some two seconds; more are entered by a job."""
LONGEST_CELL = 5000
"""Characters of a cell written on the page."""


@dataclass(frozen=True)
class ImportReview:
    """A list as it stands under review: what was read, what would be done, and the register it was compared with."""

    table: Table
    mapping: ColumnMapping
    parties: Sequence[CompanyIdentity]
    plan: ImportPlan


@dataclass(frozen=True)
class ImportMaterial:
    """All that a review needs, out of the database: `review` takes seconds on a long list and holds no transaction."""

    filename: str
    content: bytes
    parties: Sequence[CompanyIdentity]
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """The header that a person saw and the columns they chose, as `VendorImport.mapping` keeps them."""
    decisions: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    """What a person wrote on the page, as `VendorImport.corrections` keeps it."""
    default: DuplicateDecision | None = None

    def review(self) -> ImportReview:
        """Read the list and plan what importing it would do; raises Refused when it is no list."""
        table = corrected(read_table_apart(self.content, self.filename, max_bytes=MOST_BYTES), self.corrections)
        # A choice of columns does not outlive the header it was made on.
        if self.chosen.get("header") == list(table.header):
            mapping = chosen_mapping(table.header, self.chosen["columns"])
        else:
            mapping = propose_mapping(table.header)
        plan = plan_import(
            table, mapping, reference.atlas(), existing=self.parties, decisions=self.decisions, default=self.default
        )
        return ImportReview(table, mapping, self.parties, plan)


def import_material(ctx: Context, row: VendorImport) -> ImportMaterial:
    """What reviewing an import needs."""
    authorize(ctx, Permission.VENDOR_IMPORT, row)
    return ImportMaterial(
        row.filename, queries.import_content(ctx, row), queries.every_identity(ctx), row.mapping, row.decisions,
        row.corrections,
    )  # fmt: skip


def corrected(table: Table, corrections: Mapping[str, Mapping[str, str] | None]) -> Table:
    """A list with what was written on the page in place of its cells; a line left aside is not there any more."""
    if not corrections:
        return table
    aside = {int(line) for line, cells in corrections.items() if cells is None}
    rows = []
    for row in table.rows:
        cells = corrections.get(str(row.line)) or {}
        if row.line not in aside:
            texts = tuple(cells.get(str(at), text) for at, text in enumerate(row.cells))
            rows.append(replace(row, cells=texts) if cells else row)
    kept = tuple(problem for problem in table.problems if problem.line not in aside)
    return replace(table, rows=tuple(rows), problems=kept)


def correct_cells(
    ctx: Context, row: VendorImport, seen: ImportReview, cells: Mapping[tuple[int, int], str], aside: Collection[int]
) -> None:
    """Write in place of cells that could not be read, or leave lines aside; what was written before stays.

    A cell that the list has not is left; raises Refused on a text that no field could hold.
    """
    _reviewing(ctx, row)
    width = {line.line: len(line.cells) for line in seen.table.rows}
    known = {*width, *(problem.line for problem in seen.plan.problems)}
    found: dict[str, Any] = dict(row.corrections)
    for (line, column), text in cells.items():
        if len(text) > LONGEST_CELL:
            raise Refused(N_("Ce texte est trop long pour une cellule."))
        if column < width.get(line, 0):
            found[str(line)] = {**(found.get(str(line)) or {}), str(column): text.strip()}
    found |= {str(line): None for line in aside if line in known}
    if found != row.corrections:
        row.corrections = found
        journal.record(ctx, "import.corrected", row, after={"lines": len(found)})


def carry_out_import(
    ctx: Context, seen: ImportReview, *, filename: str, status: VendorStatus = VendorStatus.ACTIVE
) -> import_writing.ImportOutcome:
    """Do what was planned, all of it or nothing.

    Raises Refused when something stands in the way, or when the register is no longer the one it was planned against.
    """
    _check(ctx, seen)
    try:
        return import_writing.write_import(ctx, seen.plan.vendors, seen.mapping, filename=filename, status=status)
    except IntegrityError as error:
        raise Refused(N_("Le registre a changé pendant la revue : regardez de nouveau avant d'importer.")) from error


def _check(ctx: Context, seen: ImportReview) -> None:
    """Raise Refused when something stands in the way of doing what was planned."""
    authorize(ctx, Permission.VENDOR_IMPORT)
    if seen.plan.problems:
        raise Refused(N_("Corrigez d'abord ce qui est signalé : un fichier s'importe en entier ou pas du tout."))
    if seen.plan.undecided:
        raise Refused(N_("Décidez d'abord des doubles : rien n'est importé tant qu'un double certain attend."))
    if queries.every_identity(ctx) != seen.parties:
        raise Refused(N_("Le registre a changé pendant la revue : regardez de nouveau avant d'importer."))


def start_import(ctx: Context, filename: str, content: bytes) -> VendorImport:
    """Keep a list for review; raises Refused when it cannot be read as one."""
    authorize(ctx, Permission.VENDOR_IMPORT)
    read_table_apart(content, filename, max_bytes=MOST_BYTES)
    row = VendorImport(
        filename=display_name(filename), content=content, mapping={}, decisions={}, corrections={}, result={},
        state=ImportState.REVIEWING, created_by_id=ctx.actor.id, created_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "import.started", row, after={"file": row.filename})
    return row


def replace_file(ctx: Context, row: VendorImport, filename: str, content: bytes) -> None:
    """Put a corrected list in the place of the one under review; decisions on lines that have not changed stand.

    What was written on the page in place of the former one's cells is forgotten: its lines are no longer the same.

    Raises Refused when it cannot be read as one.
    """
    _reviewing(ctx, row)
    read_table_apart(content, filename, max_bytes=MOST_BYTES)
    before = row.filename
    row.filename, row.content, row.corrections = display_name(filename), content, {}
    journal.record(ctx, "import.replaced", row, before={"file": before}, after={"file": row.filename})


def map_columns(ctx: Context, row: VendorImport, header: Sequence[str], read_as: Sequence[ImportField | None]) -> None:
    """Say what each column of the list is, in their order; raises Refused when two would fill one field."""
    _reviewing(ctx, row)
    columns: dict[str, int] = {}
    for column, wanted in enumerate(read_as):
        if wanted is not None and columns.setdefault(wanted.value, column) != column:
            twice = Sentence(wanted.label)
            raise Refused(say("Deux colonnes ne peuvent pas donner toutes deux « %(field)s ».", field=twice))
    row.mapping = {"header": list(header), "columns": columns}


def decide_duplicates(ctx: Context, row: VendorImport, decisions: Mapping[str, DuplicateDecision | None]) -> None:
    """Say what becomes of groups of doubles; None takes a decision back."""
    _reviewing(ctx, row)
    kept = {**row.decisions, **{key: decision.value if decision else None for key, decision in decisions.items()}}
    row.decisions = {key: decision for key, decision in kept.items() if decision}


def finish_import(
    ctx: Context, row: VendorImport, seen: ImportReview, *, status: VendorStatus
) -> import_writing.ImportOutcome:
    """Carry out an import under review, once; raises Refused as `carry_out_import` does."""
    _reviewing(ctx, row)
    _close(ctx, row, ImportState.DONE)
    outcome = carry_out_import(ctx, seen, filename=row.filename, status=status)
    row.result = asdict(outcome)
    journal.record(ctx, "import.done", row, after={"file": row.filename, **asdict(outcome)})
    return outcome


def promise_import(ctx: Context, row: VendorImport, seen: ImportReview, *, status: VendorStatus) -> None:
    """Have a long list entered by a job; raises Refused at once when something stands in the way already."""
    _reviewing(ctx, row)
    _check(ctx, seen)
    _move(ctx, row, ImportState.REVIEWING, ImportState.WORKING)
    attempt = row.result.get("attempt", 0) + 1
    job = enqueue(
        ctx, "vendors.import", {"import_id": row.id, "status": status.value, "user_id": ctx.actor.id},
        dedup=f"vendors.import:{row.id}:{attempt}",
    )  # fmt: skip
    row.result = {"vendors": len(seen.plan.vendors), "job": job, "attempt": attempt}
    journal.record(ctx, "import.promised", row, after={"file": row.filename, "vendors": len(seen.plan.vendors)})


def stop_import(ctx: Context, row: VendorImport) -> None:
    """Take a long list back from its job, which enters nothing of it then; raises Refused once it is entered."""
    authorize(ctx, Permission.VENDOR_IMPORT, row)
    _move(ctx, row, ImportState.WORKING, ImportState.REVIEWING)
    row.result = {"attempt": row.result["attempt"]}
    journal.record(ctx, "import.stopped", row, after={"file": row.filename})


def keep_promise(ctx: Context, row: VendorImport, seen: ImportReview, *, status: VendorStatus) -> None:
    """Enter a long list, all of it or nothing, at the end of its job; one that was stopped meanwhile is left alone.

    What stands in the way is kept for whoever asked, and the review is theirs again.
    """
    try:
        with ctx.session.begin_nested():
            _move(ctx, row, ImportState.WORKING, ImportState.DONE)
            outcome = carry_out_import(ctx, seen, filename=row.filename, status=status)
            row.result = asdict(outcome)
            journal.record(ctx, "import.done", row, after={"file": row.filename, **asdict(outcome)})
    except Refused as refusal:
        ctx.session.refresh(row, ["state"])
        if row.state is ImportState.WORKING:
            attempt = row.result["attempt"]
            row.state, row.result = ImportState.REVIEWING, {"refused": refusal.sentence.text, "attempt": attempt}
            journal.record(ctx, "import.stopped", row, after={"file": row.filename, "why": str(refusal.sentence)})


def abandon_import(ctx: Context, row: VendorImport) -> None:
    """Give up an import; its file is erased, since it will serve no more."""
    _reviewing(ctx, row)
    _close(ctx, row, ImportState.ABANDONED)
    row.content = b""
    journal.record(ctx, "import.abandoned", row, after={"file": row.filename})


def _reviewing(ctx: Context, row: VendorImport) -> None:
    authorize(ctx, Permission.VENDOR_IMPORT, row)
    if row.state is not ImportState.REVIEWING:
        raise Refused(N_("Cet import est terminé : rien n'y change plus."))


def _close(ctx: Context, row: VendorImport, state: ImportState) -> None:
    _move(ctx, row, ImportState.REVIEWING, state)


def _move(ctx: Context, row: VendorImport, before: ImportState, after: ImportState) -> None:
    """Leave a state for another; of two clicks at once only one does, and of a click and a job."""
    is_over = after in {ImportState.DONE, ImportState.ABANDONED}
    moved: Any = ctx.session.execute(
        update(VendorImport)
        .where(VendorImport.id == row.id, VendorImport.state == before)
        .values(state=after, closed_at=ctx.now if is_over else None)
    )
    if moved.rowcount != 1:
        raise Refused(N_("Cet import est terminé : rien n'y change plus."))
