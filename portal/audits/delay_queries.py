"""Reads of requests for more time."""

from sqlalchemy import func, select

from portal.audits.exchange_models import DelayRequest, DelayState
from portal.audits.models import Audit
from portal.authz.context import Context
from portal.core.errors import NotFound


def last_request(ctx: Context, audit: Audit) -> DelayRequest | None:
    """The latest request of this round; the caller has checked the reach of the audit."""
    return ctx.session.scalar(
        select(DelayRequest)
        .where(DelayRequest.audit_id == audit.id, DelayRequest.round == audit.round)
        .order_by(DelayRequest.id.desc())
        .limit(1)
    )


def is_waiting(row: DelayRequest | None, audit: Audit) -> bool:
    """Whether a request still waits for our decision."""
    return (
        row is not None
        and row.state is DelayState.ASKED
        and row.round == audit.round
        and row.wanted_on > audit.due_on
        and audit.state.is_with_vendor
    )


def waiting_request(ctx: Context, audit: Audit) -> DelayRequest:
    """The request of an audit that waits for our decision; raises NotFound."""
    row = last_request(ctx, audit)
    if row is None or not is_waiting(row, audit):
        raise NotFound()
    return row


def count_requests(ctx: Context, audit: Audit) -> int:
    """How many were made in this round."""
    return (
        ctx.session.scalar(
            select(func.count()).where(DelayRequest.audit_id == audit.id, DelayRequest.round == audit.round)
        )
        or 0
    )
