"""Imports of lists: kept while under review, then carried out whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.files import display_name
from portal.core.language import N_, Sentence, say
from portal.core.spreadsheets import Table, read_table
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


@dataclass(frozen=True)
class Material:
    """All that a review needs, out of the database: `review` takes seconds on a long list and holds no transaction."""

    filename: str
    content: bytes
    parties: Sequence[rules.Party]
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """The header that a person saw and the columns they chose, as `VendorImport.mapping` keeps them."""
    decisions: Mapping[str, str] = field(default_factory=dict)
    default: rules.Decision | None = None

    def review(self) -> Review:
        """Read the list and plan what importing it would do; raises Refused when it is no list."""
        table = read_table(self.content, self.filename, max_bytes=MOST_BYTES)
        # A choice of columns does not outlive the header it was made on.
        if self.chosen.get("header") == list(table.header):
            mapping = rules.chosen_mapping(table.header, self.chosen["columns"])
        else:
            mapping = rules.propose_mapping(table.header)
        plan = rules.plan(
            table, mapping, reference.atlas(), existing=self.parties, decisions=self.decisions, default=self.default
        )
        return Review(table, mapping, self.parties, plan)


def material(ctx: Context, row: VendorImport) -> Material:
    """What reviewing an import needs."""
    authorize(ctx, Permission.VENDOR_IMPORT, row)
    return Material(row.filename, queries.content_of(ctx, row), queries.parties(ctx), row.mapping, row.decisions)


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
    """Keep a list for review; raises Refused when it cannot be read as one."""
    authorize(ctx, Permission.VENDOR_IMPORT)
    read_table(content, filename, max_bytes=MOST_BYTES)
    row = VendorImport(
        filename=display_name(filename), content=content, mapping={}, decisions={}, result={},
        state=ImportState.REVIEWING, created_by_id=ctx.actor.id, created_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "import.started", row, after={"file": row.filename})
    return row


def replace_file(ctx: Context, row: VendorImport, filename: str, content: bytes) -> None:
    """Put a corrected list in the place of the one under review; decisions on lines that have not changed stand.

    Raises Refused when it cannot be read as one.
    """
    _reviewing(ctx, row)
    read_table(content, filename, max_bytes=MOST_BYTES)
    before = row.filename
    row.filename, row.content = display_name(filename), content
    journal.record(ctx, "import.replaced", row, before={"file": before}, after={"file": row.filename})


def map_columns(ctx: Context, row: VendorImport, header: Sequence[str], read_as: Sequence[rules.Field | None]) -> None:
    """Say what each column of the list is, in their order; raises Refused when two would fill one field."""
    _reviewing(ctx, row)
    columns: dict[str, int] = {}
    for column, wanted in enumerate(read_as):
        if wanted is not None and columns.setdefault(wanted.value, column) != column:
            twice = Sentence(wanted.label)
            raise Refused(say("Deux colonnes ne peuvent pas donner toutes deux « %(field)s ».", field=twice))
    row.mapping = {"header": list(header), "columns": columns}


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
