"""What the pages of management count of contracts; each asks for the permission to see the portfolio."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractVersion
from portal.core.pages import Page, first_rows
from portal.vendors.models import Vendor
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier


def incomplete_contracts(ctx: Context) -> Page[Any]:
    """Contracts whose last version covers fewer obligations of art. 28 than it should, the least covered first.

    Each with `id`, `covered`, `required`, `vendor_id`, and `name` and `tier` of the vendor.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    later = aliased(ContractVersion)
    newer = select(later.id).where(
        later.contract_id == ContractVersion.contract_id, later.number > ContractVersion.number
    )
    incomplete = (
        select(
            Contract.id, ContractVersion.covered, ContractVersion.required, Vendor.id.label("vendor_id"), Vendor.name,
            Vendor.tier,
        )
        .join(ContractVersion, ContractVersion.contract_id == Contract.id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .where(ContractVersion.covered < ContractVersion.required, ~newer.exists())
        .order_by(ContractVersion.covered - ContractVersion.required, Contract.id)
    )  # fmt: skip
    return first_rows(ctx.session, incomplete)


def vendors_without_contract(ctx: Context, tiers: Collection[Tier]) -> Page[Any]:
    """Active vendors of some classes of risk that have no contract on file: `vendor_id`, `name`, `tier`."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    has = select(Contract.id).where(Contract.vendor_id == Vendor.id).exists()
    missing = (
        select(Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier)
        .where(Vendor.status == VendorStatus.ACTIVE, Vendor.tier.in_(sorted(tiers)), ~has)
        .order_by(Vendor.inherent.desc(), Vendor.folded_name)
    )
    return first_rows(ctx.session, missing)
