"""What the pages of management count of contracts; each asks for the permission to see the portfolio."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractState, CopyReading
from portal.vendors.models import Vendor

SHOWN = 10
_COUNTED = (
    Contract.lacking > 0,
    Contract.state == ContractState.IN_FORCE,
    Contract.parent_id.is_(None),
    Contract.copy_reading.in_([reading for reading in CopyReading if reading.is_known]),
)
"""In force, with a copy that was read (`ContractPosition.counts`), and a text that leaves something out."""
_INCOMPLETE = (
    select(
        Contract.id, ContractVersion.covered, ContractVersion.required,
        Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier,
    )
    .join(
        ContractVersion,
        and_(ContractVersion.contract_id == Contract.id, ContractVersion.number == Contract.counting_number),
    )
    .join(Vendor, Vendor.id == Contract.vendor_id)
    .where(*_COUNTED)
    .order_by(Contract.lacking.desc(), Contract.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
_COUNT = select(func.count()).select_from(Contract).where(*_COUNTED)


def incomplete_contracts(ctx: Context, *, most: int = SHOWN) -> Sequence[Any]:
    """Contracts in force that cover less of art. 28 than they should, the least covered first; `most` at most.

    The text that counts is that of the newest version recorded as signed; a draft is no contract, and none of these.
    Each with `id`, `covered`, `required`, `vendor_id`, and `name` and `tier` of the vendor.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.execute(_INCOMPLETE, {"most": most}).all()


def count_incomplete_contracts(ctx: Context) -> int:
    """How many there are."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.scalar(_COUNT) or 0
