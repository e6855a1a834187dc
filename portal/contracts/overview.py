"""What the pages of management count of contracts; each asks for the permission to see the portfolio."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractVersion
from portal.core.pages import Page, first_rows
from portal.vendors.models import Vendor


def incomplete_contracts(ctx: Context) -> Page[Any]:
    """Contracts whose text covers fewer obligations of art. 28 than it should, the least covered first.

    The text that counts is the newest version recorded as signed; of a contract without one, the newest draft.
    Each with `id`, `covered`, `required`, `is_signed`, `vendor_id`, and `name` and `tier` of the vendor.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    other = aliased(ContractVersion)
    signed, other_signed = ContractVersion.signature_id.is_not(None), other.signature_id.is_not(None)
    same = (ContractVersion.signature_id.is_(None) & other.signature_id.is_(None)) | (signed & other_signed)
    newer = select(other.id).where(
        other.contract_id == ContractVersion.contract_id,
        or_(same & (other.number > ContractVersion.number), ~signed & other_signed),
    )
    incomplete = (
        select(
            Contract.id, ContractVersion.covered, ContractVersion.required, signed.label("is_signed"),
            Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier,
        )
        .join(ContractVersion, ContractVersion.contract_id == Contract.id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .where(ContractVersion.covered < ContractVersion.required, ~newer.exists())
        .order_by(ContractVersion.covered - ContractVersion.required, Contract.id)
    )  # fmt: skip
    return first_rows(ctx.session, incomplete)
