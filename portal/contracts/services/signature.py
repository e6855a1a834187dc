"""Recording that a version was signed, and which version of a contract counts since."""

from datetime import date

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import queries
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ArticleCoverage, ContractAct, CopyReading
from portal.contracts.services.clause_sets import kept_clause_set
from portal.contracts.services.dates import ContractDates, dates_of, set_dates
from portal.contracts.services.exit_opening import refuse_while_end_is_open
from portal.contracts.services.life import ask_copy_reading, check_act, move
from portal.core.clock import legal_date
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.core.stored import StoredFile
from portal.vendors.models import SignedContract
from portal.vendors.services import SignedCopy, cancel_signed_contract, record_signed_contract


def record_version_signed(
    ctx: Context,
    contract: Contract,
    number: int,
    signed_on: date,
    file: StoredFile,
    dates: ContractDates | None = None,
) -> SignedContract:
    """Note that a version was signed, on a day, with the signed copy; a version drafted later takes nothing away.

    Without a day of effect known, it is that of the signature, and the register says so. Raises Refused on a day that
    cannot be, on a copy that is the draft as printed here, or when this version is recorded as signed already.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    version = _locked_version(ctx, contract, number)
    if version.signature_id is not None:
        raise Refused(N_("Cette version est déjà enregistrée comme signée."))
    hold_row(ctx.session, contract)
    check_act(contract, ContractAct.SIGN)
    if version.pdf_file is not None and file.sha256 == version.pdf_file.sha256:
        raise Refused(N_("Ce fichier est le projet tel que Vigie l'a imprimé : personne ne l'a signé."))
    copy = SignedCopy(signed_on, file, written_on=legal_date(version.created_at), is_contract=contract.kind.counts)
    record = version.signature = record_signed_contract(ctx, contract.vendor, f"{contract.title}, v{number}", copy)
    keep_counting_version(ctx, contract)
    enter_signed(ctx, contract, record, dates)
    return record


def enter_signed(ctx: Context, contract: Contract, record: SignedContract, dates: ContractDates | None) -> None:
    """Do the act of signing on a contract kept to this transaction: its record, its dates, the reading of its copy."""
    ctx.session.flush()
    hold_copy(contract, record)
    if dates is not None and dates.effective_on is not None:
        set_dates(contract, dates)
    elif dates is not None or contract.effective_on is None:
        wanted = dates or dates_of(contract)
        set_dates(contract, ContractDates(record.signed_on, wanted.term_months, wanted.renewal_months, wanted.notice))
        contract.effective_is_assumed = True
    after = {
        "signed_on": record.signed_on, "effective_on": contract.effective_on, "expires_on": contract.expires_on,
        "sha256": record.stored_file.sha256,
    }  # fmt: skip
    move(ctx, contract, ContractAct.SIGN, after=after)
    ask_copy_reading(ctx, contract)


def hold_copy(contract: Contract, record: SignedContract | None) -> None:
    """Rest a contract on a record of signature whose copy nobody has read yet, or on none."""
    contract.signature = record
    contract.signature_id = record.id if record is not None else None
    contract.copy_reading = CopyReading.WAITING if record is not None and contract.kind.counts else None
    contract.vouched_why, contract.vouched_by_id, contract.vouched_at = "", None, None


def cancel_version_signed(ctx: Context, contract: Contract, number: int, reason: str) -> None:
    """Take back the record that a version was signed; raises Refused without a reason, or without a record."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    version = _locked_version(ctx, contract, number)
    if version.signature is None:
        raise Refused(N_("Cette version n'est pas enregistrée comme signée."))
    hold_row(ctx.session, contract)
    was_held = contract.signature_id == version.signature_id
    if was_held:
        refuse_while_end_is_open(ctx, contract)
    cancel_signed_contract(ctx, version.signature, reason)
    version.signature = None
    keep_counting_version(ctx, contract)
    if was_held:
        _fall_back(ctx, contract, reason)


def _fall_back(ctx: Context, contract: Contract, reason: str) -> None:
    """A contract whose signature was taken back rests on an earlier one, or is a draft again."""
    earlier = ctx.session.scalar(
        select(SignedContract)
        .join(ContractVersion, ContractVersion.signature_id == SignedContract.id)
        .where(ContractVersion.contract_id == contract.id)
        .order_by(ContractVersion.number.desc())
        .limit(1)
    )
    hold_copy(contract, earlier)
    if earlier is not None:
        ctx.session.flush()
        move(ctx, contract, ContractAct.SIGN, after={"signed_on": earlier.signed_on})
        ask_copy_reading(ctx, contract)
        return
    contract.ended_on, contract.end_reason = None, ""
    if contract.effective_is_assumed:
        contract.effective_on, contract.expires_on, contract.effective_is_assumed = None, None, False
    move(ctx, contract, ContractAct.UNSIGN, after={"why": reason.strip()})


def _locked_version(ctx: Context, contract: Contract, number: int) -> ContractVersion:
    """A version kept to this transaction, with the record of its signature; raises NotFound."""
    ctx.session.flush()
    ctx.session.execute(select(Contract.id).where(Contract.id == contract.id).with_for_update())
    return queries.get_version(ctx, contract, number)


def keep_counting_version(ctx: Context, contract: Contract) -> None:
    """Note which version of a contract counts, and what it lacks: the newest signed, else the newest drafted."""
    ctx.session.flush()
    found = ctx.session.execute(
        select(ContractVersion.number, ContractVersion.covered, ContractVersion.required, ContractVersion.clauses)
        .where(ContractVersion.contract_id == contract.id)
        .order_by(ContractVersion.signature_id.is_(None), ContractVersion.number.desc())
        .limit(1)
    ).one_or_none()
    contract.counting_number = found.number if found else None
    contract.keep_coverage(ArticleCoverage(found.covered, found.required) if found else None)
    contract.clause_set_id = kept_clause_set(ctx, found.clauses) if found else None
    ctx.session.flush()
