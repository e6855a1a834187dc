"""When answers are due, as calendars show it."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.web.manifest import DatedThing
from portal.web.text import _, current_language


def audit_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Audits that a vendor is answering, by the day they are due."""
    with_vendor = [state for state in AuditState if state.is_with_vendor]
    found = ctx.session.scalars(
        select(Audit)
        .options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
        .where(
            visible(ctx, Permission.AUDIT_VIEW, Audit), Audit.state.in_(with_vendor), Audit.due_on.between(since, until)
        )
        .order_by(Audit.due_on, Audit.id)
        .limit(at_most)
    )  # fmt: skip
    return [_dated(audit) for audit in found]


def _dated(audit: Audit) -> DatedThing:
    title = audit.questionnaire_version.title
    return DatedThing(
        key=f"audit-{audit.id}", day=audit.due_on,
        title=_("%(vendor)s : réponses attendues", vendor=audit.vendor.name),
        detail=title.get(current_language()) or title["fr"],
        url=url_for("audits.show", audit_id=audit.id),
    )  # fmt: skip
