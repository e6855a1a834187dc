"""The audits that ask a questionnaire."""

from flask import url_for
from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.wording import STATE_NAMES
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.pages import Page
from portal.questionnaires.queries import versions_asking
from portal.web.manifest import QuestionnaireUse
from portal.web.text import said

FINISHED = (AuditState.ACCEPTED, AuditState.CANCELLED)


def audits_asking(ctx: Context, key: str, at_most: int) -> Page[QuestionnaireUse] | None:
    """The audits within reach that ask it, alone or with others; None for whoever may see no audit."""
    if not ctx.can(Permission.AUDIT_VIEW):
        return None
    asked = versions_asking(ctx.session, key)
    wanted = Audit.questionnaire_version_id.in_(asked) & visible(ctx, Permission.AUDIT_VIEW, Audit)
    total = ctx.session.scalar(select(func.count(Audit.id)).where(wanted)) or 0
    is_over = case((Audit.state.in_(FINISHED), 1), else_=0)
    rows = ctx.session.scalars(
        select(Audit)
        .options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
        .where(wanted)
        .order_by(is_over, Audit.id.desc())
        .limit(at_most)
    ).all()
    uses = [
        QuestionnaireUse(
            title=audit.vendor.name,
            detail=f"{audit.questionnaire_version.version} · {said(STATE_NAMES[audit.state])}",
            url=url_for("audits.show", audit_id=audit.id),
            is_live=audit.state not in FINISHED,
        )
        for audit in rows
    ]
    return Page(uses, 1, at_most, total)
