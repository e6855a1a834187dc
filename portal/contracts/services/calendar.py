"""The days of contracts: what a day brings into force, ends, or makes due, moved each morning."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.contracts.models import Contract
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import ContractState, CopyReading
from portal.contracts.services.dates import keep_awaited
from portal.contracts.services.exit_opening import open_forgotten_ends
from portal.contracts.services.life import ask_copy_reading, do_act_of_the_day
from portal.core.row_lock import hold_row
from portal.jobs.ledger import enqueue

AT_ONCE = 500
"""Contracts that one turn of the calendar moves."""


def calendar_due(ctx: Context) -> int:
    """Promise the day's turn of the calendar, once."""
    promised = enqueue(ctx, "contracts.calendar", {"turn": 0}, dedup=f"contracts.calendar:{ctx.today}:0")
    return 0 if promised is None else 1


def follow_calendar(ctx: Context, turn: int) -> int:
    """Move contracts whose day has come, and ask for the reading of copies nobody was asked to read.

    So many at once; what is left is promised as another turn of the day. Running a turn twice moves nothing more.
    Returns how many contracts were moved or asked about.
    """
    due = or_(
        and_(Contract.state == ContractState.SIGNED, Contract.effective_on <= ctx.today),
        and_(Contract.state == ContractState.IN_FORCE, Contract.expires_on < ctx.today),
    )
    unread = and_(
        Contract.state.in_([ContractState.SIGNED, ContractState.IN_FORCE]),
        Contract.copy_reading.is_(None),
        Contract.kind == DocumentKind.PROCESSING,
        Contract.signature_id.is_not(None),
    )
    moved = _some(ctx, due)
    for contract in moved:
        hold_row(ctx.session, contract)
        do_act_of_the_day(ctx, contract)
    asked = _some(ctx, unread)
    for contract in asked:
        contract.copy_reading = CopyReading.WAITING
        ask_copy_reading(ctx, contract)
    turned = _some(ctx, _unanswered(ctx))
    for contract in turned:
        keep_awaited(contract, ctx.today)
    opened = open_forgotten_ends(ctx)
    if AT_ONCE in (len(moved), len(asked), len(turned)) or opened:
        enqueue(ctx, "contracts.calendar", {"turn": turn + 1}, dedup=f"contracts.calendar:{ctx.today}:{turn + 1}")
    return len(moved) + len(asked) + opened


def _unanswered(ctx: Context) -> ColumnElement[bool]:
    """Contracts whose day for a decision went by: the next is that of their period, or of the one that follows."""
    lives = Contract.state.in_([ContractState.SIGNED, ContractState.IN_FORCE])
    # Contracts recorded before decisions were awaited have no day yet.
    new = and_(
        Contract.awaited_on.is_(None), Contract.decided_until.is_(None), Contract.terminates_on.is_(None),
        Contract.parent_id.is_(None), Contract.term_months.is_not(None),
    )  # fmt: skip
    return and_(lives, or_(Contract.awaited_on < ctx.today, new))


def _some(ctx: Context, condition: ColumnElement[bool]) -> Sequence[Contract]:
    wanted = select(Contract).options(joinedload(Contract.vendor)).where(condition).order_by(Contract.id)
    return ctx.session.scalars(wanted.limit(AT_ONCE)).all()
