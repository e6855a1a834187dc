"""Reads of the thread of a contract; the caller has checked the reach of the contract."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.authz.context import Context
from portal.contracts.message_models import ContractMessage

MOST_MESSAGES = 200


def thread(ctx: Context, contract_id: int) -> Sequence[ContractMessage]:
    """What was said about a contract, the oldest first; of a very long thread, its end."""
    newest = select(ContractMessage).where(ContractMessage.contract_id == contract_id)
    found = ctx.session.scalars(newest.order_by(ContractMessage.id.desc()).limit(MOST_MESSAGES)).all()
    return found[::-1]
