"""What was signed goes only when it need not be kept any more, by an act that the journal keeps."""

from sqlalchemy import delete

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.edit_models import ContractComment, ContractEdit
from portal.contracts.message_models import ContractMessage
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractAct, kept_until
from portal.contracts.services.life import check_act, lock, move
from portal.contracts.signing_models import ContractSigning
from portal.core.errors import Refused
from portal.core.language import say


def remove_after_retention(ctx: Context, contract: Contract) -> None:
    """Take a contract that is over out of the register, with its texts, once five years have passed since its end.

    Raises Refused before (C. civ. art. 2224: whoever acts on a contract has five years). The journal keeps what it was
    and who removed it; the bytes of its files stay sealed in the store, which deletes nothing, and no page serves them.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock(ctx, contract)
    check_act(contract, ContractAct.REMOVE)
    last = kept_until(contract.ended_on) if contract.ended_on is not None else None
    if last is None or ctx.today <= last:
        told = say("Ce contrat se conserve jusqu'au %(day)s, cinq ans après sa fin (C. civ. art. 2224).", day=last)
        raise Refused(told)
    for kind in (ContractSigning, ContractMessage, ContractVersion, ContractEdit, ContractComment):
        ctx.session.execute(delete(kind).where(kind.contract_id == contract.id))
    ctx.session.expire(contract, ["versions"])
    contract.clause_set_id = None
    contract.typed, contract.counting_number, contract.vouched_why = {}, None, ""
    contract.keep_coverage(None)
    move(ctx, contract, ContractAct.REMOVE, after={"ended_on": contract.ended_on})
