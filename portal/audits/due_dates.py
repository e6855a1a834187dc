"""When answers are due, as calendars show it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Row, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core.statements import one_by_one, soonest, soonest_days, written_once
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Vendor
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _, current_language


def audit_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Audits that a vendor is answering, by the day they are due."""
    asked = _dated(reach(ctx, Permission.AUDIT_VIEW), since, until)
    rows = ctx.session.execute(asked, {"most": at_most})
    return [DatedThing(f"audit-{row.id}", row.due_on, partial(_words, row)) for row in rows]


def _words(row: Row[Any]) -> DatedWords:
    return DatedWords(
        _("%(vendor)s : réponses attendues", vendor=row.name),
        row.title.get(current_language()) or row.title["fr"],
        url_for("audits.show", audit_id=row.id),
    )


def audit_days(ctx: Context, since: date, until: date, at_most: int) -> Sequence[date]:
    """The day of each of them."""
    asked = _days(reach(ctx, Permission.AUDIT_VIEW), since, until)
    return one_by_one(ctx.session.execute(asked, {"most": at_most}))


def _due(within: Reach, since: date, until: date) -> list[Any]:
    due = select(Audit.due_on, Audit.id).where(within.over(Audit), Audit.due_on.between(since, until))
    return [due.where(Audit.state == state) for state in AuditState if state.is_with_vendor]


@written_once
def _days(within: Reach, since: date, until: date) -> Any:
    return soonest_days(_due(within, since, until))


@written_once
def _dated(within: Reach, since: date, until: date) -> Any:
    return (
        select(Audit.id, Audit.due_on, Vendor.name, QuestionnaireVersion.title)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(Audit.id.in_(soonest(_due(within, since, until))))
        .order_by(Audit.due_on, Audit.id)
    )
