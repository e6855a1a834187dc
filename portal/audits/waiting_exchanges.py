"""What vendors wait for from whoever reviews their audits: more time asked for, questions that nobody has answered."""

from datetime import date
from typing import Any

from sqlalchemy import Date, String, cast, func, literal, null, select, union_all

from portal.audits.exchange_models import DelayRequest, DelayState, QuestionMessage
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Vendor


@dataclass(frozen=True)
class WaitingExchange:
    """A question of a vendor without an answer or, with `wanted_on`, a request for more time without a decision."""

    audit_id: int
    question_key: str
    """The question it stands under; empty for more time."""
    wanted_on: date | None
    due_on: date
    vendor: str
    version: QuestionnaireVersion


def waiting_exchanges(ctx: Context, *, most: int) -> list[WaitingExchange]:
    """The first of each kind that wait for us within reach, the oldest first; in one statement."""
    first = union_all(select(_delays(ctx, most).subquery()), select(_threads(ctx, most).subquery())).subquery()
    rows = ctx.session.execute(
        select(
            first.c.audit_id, first.c.question_key, first.c.wanted_on, Audit.due_on, Vendor.name, QuestionnaireVersion
        )
        .join(Audit, Audit.id == first.c.audit_id)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .order_by(first.c.at, first.c.audit_id, first.c.question_key)
    )
    return [WaitingExchange(*row) for row in rows]


def _delays(ctx: Context, most: int) -> Any:
    # An audit that was sent, came back for another round or was given as much time meanwhile asks nothing of us.
    with_vendor = [state for state in AuditState if state.is_with_vendor]
    return (
        select(
            DelayRequest.audit_id, literal("", String).label("question_key"), DelayRequest.wanted_on,
            DelayRequest.asked_at.label("at"),
        )
        .join(Audit, Audit.id == DelayRequest.audit_id)
        .where(
            DelayRequest.state == DelayState.ASKED, DelayRequest.round == Audit.round,
            DelayRequest.wanted_on > Audit.due_on, Audit.state.in_(with_vendor),
            visible(ctx, Permission.AUDIT_REVIEW, DelayRequest),
        )
        .order_by(DelayRequest.asked_at, DelayRequest.id)
        .limit(most)
    )  # fmt: skip


def _threads(ctx: Context, most: int) -> Any:
    since = func.min(QuestionMessage.at)
    return (
        select(
            QuestionMessage.audit_id, QuestionMessage.question_key,
            cast(null(), Date).label("wanted_on"), since.label("at"),
        )
        .where(
            QuestionMessage.answered_at.is_(None), QuestionMessage.from_vendor.is_(True),
            visible(ctx, Permission.AUDIT_REVIEW, QuestionMessage),
        )
        .group_by(QuestionMessage.audit_id, QuestionMessage.question_key)
        .order_by(since)
        .limit(most)
    )  # fmt: skip
