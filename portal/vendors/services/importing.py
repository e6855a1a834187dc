"""Imports of lists: kept while under review, then carried out whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.files import display_name
from portal.core.language import N_
from portal.core.spreadsheets import Table
from portal.journal import services as journal
from portal.vendors import queries, reference, rules
from portal.vendors.models import ImportState, VendorImport
from portal.vendors.services import loading

MOST_BYTES = 20 * 1024 * 1024
"""Bytes of a list; 50,000 rows take five."""


@dataclass(frozen=True)
class Review:
    """A list as it stands under review: what was read, what would be done, and the register it was compared with."""

    table: Table
    mapping: rules.ColumnMapping
    parties: Sequence[rules.Party]
    plan: rules.Plan


def review(
    ctx: Context,
    table: Table,
    *,
    mapping: Mapping[str, int | None] | None = None,
    decisions: Mapping[str, str] | None = None,
    default: rules.Decision | None = None,
) -> Review:
    """Compare a list with the register and plan what importing it would do; writes nothing.

    ValueError on a mapping that is not one of this table.
    """
    authorize(ctx, Permission.VENDOR_IMPORT)
    columns = rules.chosen_mapping(table.header, mapping) if mapping else rules.propose_mapping(table.header)
    parties = queries.parties(ctx)
    plan = rules.plan(table, columns, reference.atlas(), existing=parties, decisions=decisions, default=default)
    return Review(table, columns, parties, plan)


def carry_out(
    ctx: Context, seen: Review, *, filename: str, status: rules.Status = rules.Status.ACTIVE
) -> loading.Outcome:
    """Do what was planned, all of it or nothing.

    Raises Refused when something stands in the way, or when the register is no longer the one it was planned against.
    """
    authorize(ctx, Permission.VENDOR_IMPORT)
    if seen.plan.problems:
        raise Refused(N_("Corrigez d'abord ce qui est signalé : un fichier s'importe en entier ou pas du tout."))
    if seen.plan.undecided:
        raise Refused(N_("Décidez d'abord des doubles : rien n'est importé tant qu'un double certain attend."))
    if queries.parties(ctx) != seen.parties:
        raise Refused(N_("Le registre a changé pendant la revue : regardez de nouveau avant d'importer."))
    try:
        return loading.load(ctx, seen.plan.vendors, seen.mapping, filename=filename, status=status)
    except IntegrityError as error:
        raise Refused(N_("Le registre a changé pendant la revue : regardez de nouveau avant d'importer.")) from error


def start(ctx: Context, filename: str, content: bytes) -> VendorImport:
    """Keep a list for review."""
    authorize(ctx, Permission.VENDOR_IMPORT)
    row = VendorImport(
        filename=display_name(filename), content=content, mapping={}, decisions={}, result={},
        state=ImportState.REVIEWING, created_by_id=ctx.actor.id, created_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "import.started", row, after={"file": row.filename})
    return row


def replace_file(ctx: Context, row: VendorImport, filename: str, content: bytes) -> None:
    """Put a corrected list in the place of the one under review; decisions on lines that have not changed stand."""
    _reviewing(ctx, row)
    before = row.filename
    row.filename, row.content = display_name(filename), content
    journal.record(ctx, "import.replaced", row, before={"file": before}, after={"file": row.filename})


def map_columns(ctx: Context, row: VendorImport, table: Table, columns: Mapping[str, int | None]) -> None:
    """Say what each column of the list is."""
    _reviewing(ctx, row)
    row.mapping = {"header": list(table.header), "columns": dict(columns)}


def columns_of(row: VendorImport, table: Table) -> Mapping[str, int | None] | None:
    """The columns chosen for a list, None while the guess stands; a choice does not outlive the header it was for."""
    is_same = row.mapping.get("header") == list(table.header)
    return row.mapping["columns"] if is_same else None


def decide(ctx: Context, row: VendorImport, decisions: Mapping[str, rules.Decision | None]) -> None:
    """Say what becomes of groups of doubles; None takes a decision back."""
    _reviewing(ctx, row)
    kept = {**row.decisions, **{key: decision.value if decision else None for key, decision in decisions.items()}}
    row.decisions = {key: decision for key, decision in kept.items() if decision}


def finish(ctx: Context, row: VendorImport, seen: Review, *, status: rules.Status) -> loading.Outcome:
    """Carry out an import under review, once; raises Refused as `carry_out` does."""
    _reviewing(ctx, row)
    _close(ctx, row, ImportState.DONE)
    outcome = carry_out(ctx, seen, filename=row.filename, status=status)
    row.result = asdict(outcome)
    journal.record(ctx, "import.done", row, after={"file": row.filename, **asdict(outcome)})
    return outcome


def abandon(ctx: Context, row: VendorImport) -> None:
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
    """Leave the review; of two clicks at once only one does."""
    closed: Any = ctx.session.execute(
        update(VendorImport)
        .where(VendorImport.id == row.id, VendorImport.state == ImportState.REVIEWING)
        .values(state=state, closed_at=ctx.now)
    )
    if closed.rowcount != 1:
        raise Refused(N_("Cet import est terminé : rien n'y change plus."))
