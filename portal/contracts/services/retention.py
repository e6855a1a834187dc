"""What was signed goes only when it need not be kept any more, by an act that the journal keeps."""

from collections.abc import Sequence

from sqlalchemy import delete, select, union

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.edit_models import ContractComment, ContractEdit
from portal.contracts.message_models import ContractMessage
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractAct, ContractState, kept_until
from portal.contracts.services.life import check_act, move
from portal.contracts.signing_models import ContractSigning
from portal.core.errors import Refused
from portal.core.language import say
from portal.core.row_lock import hold_row
from portal.core.stored import StoredFile, others_hold
from portal.jobs.ledger import enqueue
from portal.journal import services as journal
from portal.vendors.models import SignedContract


def remove_after_retention(ctx: Context, contract: Contract) -> None:
    """Take a contract that is over out of the register, with its texts, once five years have passed since its end.

    Raises Refused before (C. civ. art. 2224: whoever acts on a contract has five years). The journal keeps what it was,
    the digests of its files and who removed it; the files themselves are then destroyed by a job, but for what
    something else rests on.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    check_act(contract, ContractAct.REMOVE)
    last = kept_until(contract.ended_on) if contract.ended_on is not None else None
    if last is None or ctx.today <= last:
        told = say("Ce contrat se conserve jusqu'au %(day)s, cinq ans après sa fin (C. civ. art. 2224).", day=last)
        raise Refused(told)
    records = _records_of(ctx, contract)
    files = _files_of(ctx, contract, records)
    for kind in (ContractSigning, ContractMessage, ContractVersion, ContractEdit, ContractComment):
        ctx.session.execute(delete(kind).where(kind.contract_id == contract.id))
    ctx.session.expire(contract, ["versions"])
    contract.clause_set_id = None
    contract.typed, contract.counting_number, contract.vouched_why = {}, None, ""
    contract.keep_coverage(None)
    digests = sorted({one.sha256 for one in files})
    move(ctx, contract, ContractAct.REMOVE, after={"ended_on": contract.ended_on, "sha256": digests})
    payload = {"contract_id": contract.id, "file_ids": [one.id for one in files], "record_ids": records}
    enqueue(ctx, "contracts.destroy", payload, dedup=f"contracts.destroy:{contract.id}")


def _records_of(ctx: Context, contract: Contract) -> list[int]:
    """The records of its signatures: the one it rests on, those of its versions."""
    signed = select(ContractVersion.signature_id).where(ContractVersion.contract_id == contract.id)
    found = {contract.signature_id, *ctx.session.scalars(signed)}
    return sorted(one for one in found if one is not None)


def _files_of(ctx: Context, contract: Contract, records: Sequence[int]) -> Sequence[StoredFile]:
    """The texts of a contract as printed, what was handed to sign, its signed copies."""
    versions = ContractVersion.contract_id == contract.id
    sources = union(
        select(ContractVersion.docx_file_id).where(versions),
        select(ContractVersion.pdf_file_id).where(versions),
        select(ContractSigning.file_id).where(ContractSigning.contract_id == contract.id),
        select(SignedContract.stored_file_id).where(SignedContract.id.in_(records)),
    ).subquery()
    wanted = select(StoredFile).where(StoredFile.id.in_(select(sources.c[0]))).order_by(StoredFile.id)
    return ctx.session.scalars(wanted).all()


def files_to_destroy(
    ctx: Context, contract_id: int, file_ids: Sequence[int], record_ids: Sequence[int]
) -> tuple[StoredFile, ...]:
    """The files of a removed contract that nothing else rests on: the job destroys those, and no other.

    The record that it was signed stays, with the digest of its copy; it keeps no file alive by itself.
    """
    contract = ctx.session.get_one(Contract, contract_id)
    if contract.state is not ContractState.REMOVED:
        return ()
    files = ctx.session.scalars(select(StoredFile).where(StoredFile.id.in_(file_ids)).order_by(StoredFile.id)).all()
    but = {SignedContract.__tablename__: tuple(record_ids)}
    return tuple(one for one in files if not others_hold(ctx.session, one.key, but=but))


def note_destroyed(ctx: Context, contract_id: int, digests: Sequence[str]) -> None:
    """The journal says which files of a removed contract are no more."""
    contract = ctx.session.get_one(Contract, contract_id)
    journal.record(
        ctx, "contract.files_destroyed", contract, after={"sha256": list(digests)}, vendor_id=contract.vendor_id
    )
