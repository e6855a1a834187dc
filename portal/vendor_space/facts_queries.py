"""What the vendor is asked for its contracts: the requests that still wait for an answer, its own alone."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractFactsRequest
from portal.contracts.rules.life import GONE
from portal.core.errors import NotFound

MOST_REQUESTS = 20


def awaited_facts(ctx: Context) -> Sequence[ContractFactsRequest]:
    """The newest request of each address, the oldest first; one statement."""
    return ctx.session.scalars(_awaited(ctx).limit(MOST_REQUESTS)).all()


def awaited_request(ctx: Context, request_id: int) -> ContractFactsRequest:
    """One of them, with its contract; raises NotFound for any other, whatever it is."""
    found = ctx.session.scalar(_awaited(ctx).where(ContractFactsRequest.id == request_id))
    if found is None:
        raise NotFound()
    return found


def _awaited(ctx: Context) -> Select[ContractFactsRequest]:
    return (
        select(ContractFactsRequest)
        .join(ContractFactsRequest.contract)
        .options(joinedload(ContractFactsRequest.contract))
        .where(
            visible(ctx, Permission.CONTRACT_DISCUSS, ContractFactsRequest),
            ContractFactsRequest.answered_at.is_(None),
            ContractFactsRequest.settled_at.is_(None),
            ContractFactsRequest.expires_at > ctx.now,
            Contract.state.not_in(GONE),
        )
        .order_by(ContractFactsRequest.asked_at, ContractFactsRequest.id)
    )
