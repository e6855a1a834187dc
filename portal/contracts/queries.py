"""Reads of the contract desk: contracts within reach, and the facts a draft can rest on today."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.audits import queries as audits
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.gathering import AnswerSheet, Sources
from portal.contracts.models import Contract, ContractVersion
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.vendors import reference
from portal.vendors.models import LegalEntity, Service, Vendor

GONE = N_("Cette page n'existe pas, ou n'est pas accessible avec votre compte.")


def get_contract(ctx: Context, contract_id: int, *, to: Permission) -> Contract:
    """One contract with its vendor, service, entity and versions; out of reach is NotFound."""
    contract = ctx.session.scalar(
        select(Contract)
        .options(
            joinedload(Contract.vendor),
            joinedload(Contract.service),
            joinedload(Contract.legal_entity),
            selectinload(Contract.versions).options(
                joinedload(ContractVersion.docx_file), joinedload(ContractVersion.pdf_file)
            ),
        )
        .where(Contract.id == contract_id, visible(ctx, to, Contract))
    )
    if contract is None:
        raise NotFound(GONE)
    return contract


def contracts(ctx: Context, *, search: str = "", page: int = 1, size: int = 25) -> tuple[Sequence[Contract], int]:
    """A page of contracts within reach, newest first, and the total."""
    where = [visible(ctx, Permission.CONTRACT_VIEW, Contract)]
    if search:
        where.append(Vendor.name.icontains(search, autoescape=True))
    rows = ctx.session.scalars(
        select(Contract)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .options(joinedload(Contract.vendor), joinedload(Contract.service))
        .where(*where)
        .order_by(Contract.id.desc())
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    counting = select(func.count(Contract.id)).join(Vendor, Vendor.id == Contract.vendor_id).where(*where)
    return rows, ctx.session.scalar(counting) or 0


def latest_versions(ctx: Context, contract_ids: Sequence[int]) -> dict[int, ContractVersion]:
    """The newest version of each contract, in one statement, without its heavy columns' text being parsed twice."""
    newest = (
        select(ContractVersion.contract_id, func.max(ContractVersion.number).label("number"))
        .where(ContractVersion.contract_id.in_(contract_ids))
        .group_by(ContractVersion.contract_id)
        .subquery()
    )
    rows = ctx.session.scalars(
        select(ContractVersion).join(
            newest,
            (newest.c.contract_id == ContractVersion.contract_id) & (newest.c.number == ContractVersion.number),
        )
    )
    return {row.contract_id: row for row in rows}


def sources_for(
    ctx: Context, vendor: Vendor, service: Service | None, entity: LegalEntity | None, typed: dict[str, object]
) -> Sources:
    """Everything a contract with this vendor may draw from today."""
    return Sources(
        entity=entity,
        vendor=vendor,
        service=service,
        sheet=latest_sheet(ctx, vendor),
        typed=typed,
        atlas=reference.atlas(),
        on=ctx.today,
    )


def latest_sheet(ctx: Context, vendor: Vendor) -> AnswerSheet | None:
    """The vendor's newest submitted or accepted answers; a draft still being typed is nobody's word yet."""
    audit = ctx.session.scalar(
        select(Audit)
        .options(joinedload(Audit.questionnaire_version))
        .where(Audit.vendor_id == vendor.id, Audit.state.in_([AuditState.SUBMITTED, AuditState.ACCEPTED]))
        .order_by((Audit.state == AuditState.ACCEPTED).desc(), Audit.submitted_at.desc())
        .limit(1)
    )
    if audit is None:
        return None
    sheet = audits.sheet_of(ctx, audit)
    files = {
        key: [link.evidence.stored_file.filename for link in links]
        for key, links in audits.files_of(ctx, audit).items()
    }
    return AnswerSheet(sheet.questionnaire, sheet.answers, files)
