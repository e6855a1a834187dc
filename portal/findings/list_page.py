"""The list of findings by where they stand; a fixed number of statements whatever their number."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.core.dataclass import dataclass
from portal.core.pages import Page, page_of
from portal.core.statements import among, written_once
from portal.findings.models import BY_PROPOSED, FINDINGS, Finding
from portal.findings.overview import counted_late
from portal.findings.queries import is_stale, is_to_decide
from portal.findings.rules import LIVE, FindingState, RelationStage, Severity
from portal.vendors.models import BY_FIGURES, Vendor
from portal.vendors.rules.naming import plain
from portal.vendors.rules.tier import Tier

MOST_WORDS = 6


class FindingQueue(StrEnum):
    """Where a finding stands; the first is what waits for the reviewer."""

    ANSWERED = "reponse-recue"
    DECIDE = "a-decider"
    OPEN = "attendus"
    LATE = "en-retard"
    SETTLED = "clos"


@dataclass(frozen=True)
class FindingRow:
    """A line of the list of findings."""

    id: int
    vendor_id: int
    vendor: str
    tier: Tier | None
    subject: str
    title: str
    severity: Severity
    state: FindingState
    responsible: str
    due_on: date
    closed_at: datetime | None
    postponements: int
    first_due_on: date


_FINDING_ROWS = select(
    Finding.id, Finding.vendor_id, Vendor.name.label("vendor"), Vendor.tier, Finding.subject, Finding.title,
    Finding.severity, Finding.state, Finding.responsible, Finding.due_on, Finding.closed_at,
    Finding.postponements, Finding.first_due_on,
).join(Vendor, Vendor.id == Finding.vendor_id)  # fmt: skip


def _finding_where(queue: FindingQueue, today: date) -> ColumnElement[bool]:
    match queue:
        case FindingQueue.ANSWERED:
            return Finding.state == FindingState.ANSWERED
        case FindingQueue.DECIDE:
            return is_to_decide(today)
        case FindingQueue.OPEN:
            return Finding.state == FindingState.OPEN
        case FindingQueue.LATE:
            return and_(Finding.state.in_(LIVE), Finding.due_on < today)
        case FindingQueue.SETTLED:
            return Finding.state.not_in(LIVE)


def finding_counts(ctx: Context) -> dict[FindingQueue, int]:
    """How many findings within reach stand in each queue, in one statement."""
    row = ctx.session.execute(_counts(reach(ctx, Permission.FINDING_VIEW), ctx.today)).one()
    return {
        FindingQueue.ANSWERED: row.answered,
        FindingQueue.DECIDE: row.proposed + row.stale,
        FindingQueue.OPEN: row.live - row.answered,
        FindingQueue.LATE: row.late,
        FindingQueue.SETTLED: row.every - row.live,
    }


@written_once
def _counts(within: Reach, today: date) -> Select[Any]:
    every = select(func.count()).select_from(Finding).where(within.over(Finding))
    live = every.where(among(Finding.state, LIVE))
    stale = every.join(Vendor, Vendor.id == Finding.vendor_id).with_hint(Vendor, *BY_FIGURES).where(is_stale(today))
    counted = {
        "live": _counted(within, live, among(FINDINGS.rows.c.state, LIVE)),
        "answered": _counted(
            within, live.where(Finding.state == FindingState.ANSWERED),
            FINDINGS.rows.c.state == FindingState.ANSWERED,
        ),
        "late": counted_late(within, today),
        "every": _counted(within, every),
        # What the tally does not tell apart is counted along its index.
        "proposed": (
            live.where(Finding.proposed_due_on.is_not(None)).with_hint(Finding, *BY_PROPOSED).scalar_subquery()
        ),
        "stale": stale.scalar_subquery(),
    }  # fmt: skip
    return select(*(number.label(name) for name, number in counted.items()))


def _counted(within: Reach, rows: Select[int], *where: ColumnElement[bool]) -> ColumnElement[int]:
    """How many findings within reach, as the tally says of all of them; else the rows are counted."""
    if within.scope is not Scope.ALL:
        return rows.scalar_subquery()
    return FINDINGS.count(*where, otherwise=rows)


def finding_page(
    ctx: Context, queue: FindingQueue, *, severity: Severity | None = None, words: str = "",
    subjects: Collection[str] | None = None, page: int = 1,
) -> Page[FindingRow]:  # fmt: skip
    """A page of the findings within reach that stand in a queue; three statements whatever the number.

    With `subjects`, only those about one of these.
    """
    where = _where(ctx, queue, severity, words)
    if subjects is not None:
        where.append(Finding.subject.in_(subjects))
    order = (Finding.closed_at.desc(), Finding.id) if queue is FindingQueue.SETTLED else (Finding.due_on, Finding.id)
    ids = select(Finding.id).where(*where).order_by(*order)
    if words or queue is FindingQueue.DECIDE:
        ids = ids.join(Vendor, Vendor.id == Finding.vendor_id)
    found = page_of(ctx.session, ids, page)
    rows = ctx.session.execute(_FINDING_ROWS.where(Finding.id.in_(found.rows)).order_by(*order))
    return found.showing([FindingRow(**row._mapping) for row in rows.all()])


def stage_counts(
    ctx: Context, queue: FindingQueue, stages: Mapping[str, str], *, severity: Severity | None = None, words: str = ""
) -> dict[RelationStage, int]:
    """How many findings of a queue belong to each stage of the relation with consumers, in one statement.

    `stages` gives the stage of the subjects that have one.
    """
    counted = select(Finding.subject, func.count().label("n")).where(
        *_where(ctx, queue, severity, words), Finding.subject.in_(stages)
    )
    if words or queue is FindingQueue.DECIDE:
        counted = counted.join(Vendor, Vendor.id == Finding.vendor_id)
    found = dict.fromkeys(RelationStage, 0)
    for row in ctx.session.execute(counted.group_by(Finding.subject)):
        found[RelationStage(stages[row.subject])] += row.n
    return found


def _where(ctx: Context, queue: FindingQueue, severity: Severity | None, words: str) -> list[ColumnElement[bool]]:
    where = [visible(ctx, Permission.FINDING_VIEW, Finding), _finding_where(queue, ctx.today), *_named(words)]
    return where if severity is None else [*where, Finding.severity == severity]


def _named(words: str) -> list[ColumnElement[bool]]:
    """Vendors whose name or numbers hold all these words, without accents or case."""
    return [Vendor.sought.contains(word, autoescape=True) for word in plain(words).split()[:MOST_WORDS]]
