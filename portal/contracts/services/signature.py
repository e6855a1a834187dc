"""Recording that a version was signed, and which version of a contract counts since."""

from datetime import date

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import queries
from portal.contracts.models import Contract, ContractVersion
from portal.core.clock import legal_date
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.stored import StoredFile
from portal.vendors.models import SignedContract
from portal.vendors.services import SignedCopy, cancel_signed_contract, record_signed_contract


def record_version_signed(
    ctx: Context, contract: Contract, number: int, signed_on: date, file: StoredFile
) -> SignedContract:
    """Note that a version was signed, on a day, with the signed copy; a version drafted later takes nothing away.

    Raises Refused on a day that cannot be, or when this version is recorded as signed already.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    version = _locked_version(ctx, contract, number)
    if version.signature_id is not None:
        raise Refused(N_("Cette version est déjà enregistrée comme signée."))
    copy = SignedCopy(signed_on, file, written_on=legal_date(version.created_at))
    record = version.signature = record_signed_contract(ctx, contract.vendor, f"{contract.title}, v{number}", copy)
    keep_counting_version(ctx, contract)
    return record


def cancel_version_signed(ctx: Context, contract: Contract, number: int, reason: str) -> None:
    """Take back the record that a version was signed; raises Refused without a reason, or without a record."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    version = _locked_version(ctx, contract, number)
    if version.signature is None:
        raise Refused(N_("Cette version n'est pas enregistrée comme signée."))
    cancel_signed_contract(ctx, version.signature, reason)
    version.signature = None
    keep_counting_version(ctx, contract)


def _locked_version(ctx: Context, contract: Contract, number: int) -> ContractVersion:
    """A version kept to this transaction, with the record of its signature; raises NotFound."""
    ctx.session.flush()
    ctx.session.execute(select(Contract.id).where(Contract.id == contract.id).with_for_update())
    return queries.get_version(ctx, contract, number)


def keep_counting_version(ctx: Context, contract: Contract) -> None:
    """Note which version of a contract counts, and what it lacks: the newest signed, else the newest drafted."""
    ctx.session.flush()
    found = ctx.session.execute(
        select(ContractVersion.number, ContractVersion.covered, ContractVersion.required)
        .where(ContractVersion.contract_id == contract.id)
        .order_by(ContractVersion.signature_id.is_(None), ContractVersion.number.desc())
        .limit(1)
    ).one_or_none()
    contract.counting_number = found.number if found else None
    contract.lacking = max(0, found.required - found.covered) if found else 0
    ctx.session.flush()
