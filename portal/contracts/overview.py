"""What the home page and the pages of management read of contracts; each asks for the permission it needs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from portal.authz.context import Context, authorize, reach, visible
from portal.authz.policy import Permission, Reach
from portal.contracts.exit_models import ContractExit
from portal.contracts.models import INCOMPLETE, Contract
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import UNSIGNED, ContractState, CopyReading
from portal.contracts.rules.signing_order import LIVE
from portal.contracts.signing_models import ContractSigning
from portal.core.dataclass import dataclass
from portal.core.statements import among, written_once
from portal.vendors.models import BY_FIGURES, Vendor

SHOWN = 10
_KNOWN = [reading for reading in CopyReading if reading.is_known]
_STANDS = (
    Contract.state == ContractState.IN_FORCE,
    Contract.parent_id.is_(None),
    Contract.kind == DocumentKind.PROCESSING,
    among(Contract.copy_reading, _KNOWN),
)
_COUNTED = or_(Contract.lacking > 0, Contract.required.is_(None)), *_STANDS
"""In force, with a copy that was read (`ContractPosition.counts`), and a text that leaves something out.

Or of which nobody knows what it leaves out: a person has seen the copy, no reading has.
"""
_INCOMPLETE = (
    select(
        Contract.id, Contract.covered, Contract.required,
        Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier,
    )
    .join(Vendor, Vendor.id == Contract.vendor_id)
    .where(*_COUNTED)
    .order_by(Contract.lacking.desc(), Contract.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
_COUNT = select(
    INCOMPLETE.count(
        INCOMPLETE.rows.c.state == ContractState.IN_FORCE,
        INCOMPLETE.rows.c.kind == DocumentKind.PROCESSING,
        among(INCOMPLETE.rows.c.copy_reading, _KNOWN),
        otherwise=select(func.count()).select_from(Contract).where(*_COUNTED),
    )
)


def incomplete_contracts(ctx: Context, *, most: int = SHOWN) -> Sequence[Any]:
    """Contracts in force that cover less of art. 28 than they should, the least covered first; `most` at most.

    The text that counts is that of the newest version recorded as signed, or the copy of a contract signed elsewhere;
    a draft is no contract, and none of these.
    Each with `id`, `covered` and `required` (unknown when no reading has seen it), `vendor_id`, and `name`
    and `tier` of the vendor.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.execute(_INCOMPLETE, {"most": most}).all()


def count_incomplete_contracts(ctx: Context) -> int:
    """How many there are."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.scalar(_COUNT) or 0


@dataclass(frozen=True)
class OpenContract:
    """A contract that waits for whoever drafts, with its vendor."""

    id: int
    title: str
    state: ContractState
    day: date | None
    """The day it ends of itself, or by which a decision is awaited."""
    vendor_id: int
    vendor: str


def contracts_in_hand(ctx: Context, *, of_vendors: Sequence[int] = (), most: int) -> list[OpenContract]:
    """What is being drafted, read, negotiated or signed: of some vendors, then of the riskiest, then the oldest."""
    order = [Contract.vendor_id.in_(of_vendors).desc(), Vendor.risk_points.desc(), Contract.id]
    return _open(ctx, [Contract.state.in_(UNSIGNED)], order, most)


def being_signed(ctx: Context, contracts: Sequence[OpenContract]) -> frozenset[int]:
    """Those of these contracts, already within reach, whose text is with its signatories; no statement for none."""
    agreed = [one.id for one in contracts if one.state is ContractState.AGREED]
    if not agreed:
        return frozenset()
    wanted = select(ContractSigning.contract_id).where(
        ContractSigning.contract_id.in_(agreed), ContractSigning.state.in_(LIVE)
    )
    return frozenset(ctx.session.scalars(wanted))


def awaited_decisions(ctx: Context, until: date, *, most: int) -> list[OpenContract]:
    """Contracts of whose period this person may decide by that day at the latest, the soonest first."""
    authorize(ctx, Permission.CONTRACT_DECIDE)
    where = [Contract.state == ContractState.IN_FORCE, Contract.awaited_on <= until]
    numbers = select(Contract.id).where(visible(ctx, Permission.CONTRACT_DECIDE, Contract), *where)
    return _rows(ctx, numbers, [Contract.awaited_on, Contract.id], most, Contract.awaited_on)


def unproved_exits(ctx: Context, *, most: int) -> list[OpenContract]:
    """Contracts that ended and of which it is not proved what became of the data, the soonest due first."""
    authorize(ctx, Permission.CONTRACT_DECIDE)
    columns = (Contract.id, Contract.title, Contract.state, ContractExit.due_on, Contract.vendor_id, Vendor.name)
    found = (
        select(*columns)
        .join(ContractExit, ContractExit.contract_id == Contract.id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .where(
            ContractExit.closed_at.is_(None), ContractExit.withdrawn_at.is_(None),
            visible(ctx, Permission.CONTRACT_DECIDE, Contract),
        )
        .order_by(ContractExit.due_on, Contract.id)
        .limit(most)
    )  # fmt: skip
    return [OpenContract(*row) for row in ctx.session.execute(found)]


def contracts_to_watch(ctx: Context, until: date, *, most: int) -> tuple[list[OpenContract], list[OpenContract]]:
    """Contracts in force that end by that day, nothing being left to decide, the soonest first; and those unread.

    Unread: of whose signed copy nobody has said what it shows, that of the riskiest vendor first. `most` of each, in
    one statement.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT)
    statement = _to_watch(reach(ctx, Permission.CONTRACT_DRAFT))
    found = [
        (bool(row.is_ending), OpenContract(*row[:6]))
        for row in ctx.session.execute(statement, {"until": until, "most": most})
    ]
    return [one for ends, one in found if ends], [one for ends, one in found if not ends]


@written_once
def _to_watch(within: Reach) -> CompoundSelect[Any]:
    is_unread = or_(Contract.copy_reading.is_(None), Contract.copy_reading.not_in(_KNOWN))
    ending = _listed(Contract.expires_on).where(
        Contract.expires_on <= bindparam("until", type_=Date), Contract.awaited_on.is_(None)
    )
    unread = _listed(Contract.expires_on).where(Contract.kind == DocumentKind.PROCESSING, is_unread)
    here = (within.over(Contract), Contract.state == ContractState.IN_FORCE)
    kinds = (
        (True, ending.where(*here).order_by(Contract.expires_on, Contract.id)),
        (False, unread.where(*here).order_by(Vendor.risk_points.desc(), Contract.id)),
    )
    parts = [
        select(
            kind.add_columns(literal(is_ending).label("is_ending")).limit(bindparam("most", type_=Integer)).subquery()
        )
        for is_ending, kind in kinds
    ]
    return union_all(*parts)


def _open(
    ctx: Context, where: Sequence[ColumnElement[bool]], order: Sequence[ColumnElement[Any] | Any], most: int
) -> list[OpenContract]:
    authorize(ctx, Permission.CONTRACT_DRAFT)
    numbers = (
        select(Contract.id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .with_hint(Vendor, *BY_FIGURES)
        .where(visible(ctx, Permission.CONTRACT_DRAFT, Contract), *where)
    )
    return _rows(ctx, numbers, order, most, Contract.expires_on)


def _rows(
    ctx: Context, numbers: Select[int], order: Sequence[ColumnElement[Any] | Any], most: int,
    day: ColumnElement[Any] | Any,
) -> list[OpenContract]:  # fmt: skip
    # By their numbers: only the few that are given are read whole, with their vendors.
    found = _listed(day).where(Contract.id.in_(numbers.order_by(*order).limit(most))).order_by(*order)
    return [OpenContract(*row) for row in ctx.session.execute(found)]


def _listed(day: ColumnElement[Any] | Any) -> Select[Any]:
    columns = (Contract.id, Contract.title, Contract.state, day.label("day"), Contract.vendor_id, Vendor.name)
    return select(*columns).join(Vendor, Vendor.id == Contract.vendor_id)
