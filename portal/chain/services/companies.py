"""What a company of the chain is, which vendor stands behind it, and on what ground data go to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.models import ChainCompany, ChainTransfer
from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import say
from portal.journal import services as journal
from portal.vendors.models import Vendor
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import in_eea


@dataclass(frozen=True)
class CompanySheet:
    """What EDPB opinion 22/2024 wants readily available of a processor of the chain."""

    address: str
    contact: str
    country: str
    processing: str


@dataclass(frozen=True)
class TransferSheet:
    """The ground of the transfers to a country."""

    country: str
    importer: str
    is_subject_to_rgpd: bool | None
    tool: TransferTool
    module: ClauseModule
    assessed_on: date | None
    assessment: str
    fallback: TransferTool


def describe_company(ctx: Context, company: ChainCompany, sheet: CompanySheet) -> bool:
    """Write what is known of a company; whether anything changed."""
    authorize(ctx, Permission.CHAIN_WRITE)
    before, after = journal.changes(company, _fields(sheet))
    if after:
        journal.record(ctx, "chain.company_described", company, vendor_id=company.vendor_id, before=before, after=after)
    return bool(after)


def choose_vendor(ctx: Context, company: ChainCompany, vendor: Vendor | None) -> None:
    """Say which vendor stands behind a company, or that none does; an import leaves it so from then on."""
    authorize(ctx, Permission.CHAIN_WRITE)
    before, after = journal.changes(company, {"vendor_id": vendor.id if vendor else None, "is_vendor_chosen": True})
    if after:
        told = vendor.id if vendor else before.get("vendor_id")
        journal.record(ctx, "chain.vendor_chosen", company, vendor_id=told, before=before, after=after)


def frame_transfer(ctx: Context, company: ChainCompany, sheet: TransferSheet) -> ChainTransfer:
    """Write on what ground data go to a company in a country; raises Refused when what is said contradicts itself."""
    authorize(ctx, Permission.CHAIN_WRITE)
    _check(ctx, sheet)
    row = ctx.session.scalar(
        select(ChainTransfer).where(ChainTransfer.company_id == company.id, ChainTransfer.country == sheet.country)
    )
    if row is None:
        row = ChainTransfer(
            company=company, country=sheet.country, tool=TransferTool.UNKNOWN, module=ClauseModule.UNKNOWN,
            fallback=TransferTool.UNKNOWN, changed_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(row)
    wanted = _fields(sheet)
    del wanted["country"]
    before, after = journal.changes(row, wanted)
    if after:
        row.changed_at = ctx.now
        ctx.session.flush()
        journal.record(ctx, "chain.transfer_framed", row, vendor_id=company.vendor_id, before=before, after=after)
    ctx.session.flush()
    return row


def _check(ctx: Context, sheet: TransferSheet) -> None:
    if sheet.country not in atlas().codes:
        raise Refused(say("Choisissez un pays."))
    if in_eea(sheet.country, atlas(), ctx.today):
        raise Refused(say("Ce pays est dans l'Espace économique européen : il n'y a pas de transfert à encadrer."))
    has_clauses = TransferTool.CLAUSES in (sheet.tool, sheet.fallback)
    if sheet.module is not ClauseModule.UNKNOWN and not has_clauses:
        raise Refused(say("Un module n'a de sens qu'avec les clauses contractuelles types."))
    if sheet.assessed_on is not None and sheet.assessed_on > ctx.today:
        raise Refused(say("L'analyse du droit du pays ne peut pas être datée de demain."))


def _fields(sheet: Any) -> dict[str, Any]:
    found: Mapping[str, Any] = vars(sheet)
    return dict(found)
