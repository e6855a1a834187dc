"""What the pages of management count of contracts; each asks for the permission to see the portfolio."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractVersion
from portal.vendors.models import Vendor

SHOWN = 10
_INCOMPLETE = (
    select(
        Contract.id, ContractVersion.covered, ContractVersion.required,
        ContractVersion.signature_id.is_not(None).label("is_signed"), Vendor.id.label("vendor_id"), Vendor.name,
        Vendor.tier,
    )
    .join(
        ContractVersion,
        and_(ContractVersion.contract_id == Contract.id, ContractVersion.number == Contract.counting_number),
    )
    .join(Vendor, Vendor.id == Contract.vendor_id)
    .where(Contract.lacking > 0)
    .order_by(Contract.lacking.desc(), Contract.id.desc())
    .limit(SHOWN)
)  # fmt: skip
_COUNT = select(func.count()).where(Contract.lacking > 0)


def incomplete_contracts(ctx: Context) -> Sequence[Any]:
    """Contracts whose text covers fewer obligations of art. 28 than it should, the least covered first; ten at most.

    The text that counts is the newest version recorded as signed; of a contract without one, the newest draft.
    Each with `id`, `covered`, `required`, `is_signed`, `vendor_id`, and `name` and `tier` of the vendor.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.execute(_INCOMPLETE).all()


def count_incomplete_contracts(ctx: Context) -> int:
    """How many there are."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.scalar(_COUNT) or 0
