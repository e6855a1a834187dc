"""What vendors wait for from whoever reviews their audits: more time asked for, questions that nobody has answered."""

from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.audits.exchange_models import DelayRequest, DelayState, QuestionMessage
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core.dataclass import dataclass
from portal.core.statements import written_once
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
    rows = ctx.session.execute(_waiting(reach(ctx, Permission.AUDIT_REVIEW)), {"most": most})
    return [WaitingExchange(*row) for row in rows]


@written_once
def _waiting(within: Reach) -> Select[Any]:
    most = bindparam("most", type_=Integer)
    kinds = (kind.limit(most).subquery() for kind in (_delays(within), _threads(within)))
    first = union_all(*map(select, kinds)).subquery()
    return (
        select(
            first.c.audit_id, first.c.question_key, first.c.wanted_on, Audit.due_on, Vendor.name, QuestionnaireVersion
        )
        .join(Audit, Audit.id == first.c.audit_id)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .order_by(first.c.at, first.c.audit_id, first.c.question_key)
    )


def _delays(within: Reach) -> Any:
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
            within.over(DelayRequest),
        )
        .order_by(DelayRequest.asked_at, DelayRequest.id)
    )  # fmt: skip


def _threads(within: Reach) -> Any:
    """Each thread by the first of its messages without an answer: along their index, until there are enough."""
    before = aliased(QuestionMessage)
    is_first = ~exists().where(
        before.audit_id == QuestionMessage.audit_id, before.question_key == QuestionMessage.question_key,
        before.answered_at.is_(None), before.from_vendor.is_(True),
        or_(before.at < QuestionMessage.at, and_(before.at == QuestionMessage.at, before.id < QuestionMessage.id)),
    )  # fmt: skip
    return (
        select(
            QuestionMessage.audit_id, QuestionMessage.question_key,
            cast(null(), Date).label("wanted_on"), QuestionMessage.at,
        )
        .where(
            QuestionMessage.answered_at.is_(None), QuestionMessage.from_vendor.is_(True),
            within.over(QuestionMessage), is_first,
        )
        .order_by(QuestionMessage.at, QuestionMessage.id)
    )  # fmt: skip
