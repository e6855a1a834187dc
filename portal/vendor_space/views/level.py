"""The level of a vendor, on a page of its own once its answers are accepted."""

from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.audits import queries as audits
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.scorecards.queries import last_card_of
from portal.vendor_space import queries
from portal.vendor_space.level_page import is_of_acceptance, level_page
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import current_language


@bp.route(f"/audits/<{ID}:audit_id>/niveau")
@requires(Permission.SPACE_VIEW)
def level(audit_id: int) -> ResponseReturnValue:
    """Accepted until when, at what level, and what would raise it; NotFound before acceptance."""
    ctx, page = edge.current(), open_audit_page(audit_id)
    audit = page.sheet.audit
    card = last_card_of(ctx, audit) if audit.state is AuditState.ACCEPTED else None
    if card is None or not is_of_acceptance(card, audit):
        raise NotFound()
    found = level_page(page, card, _until(audit), audits.files_of(ctx, audit), current_language())
    return render_template("vendor_space/level.html", page=page, audit=audit, found=found)


def _until(audit: Audit) -> date | None:
    """What was promised when it was accepted, while it holds and nothing else is asked."""
    ctx, until = edge.current(), audit.accepted_until
    return until if until is not None and until >= ctx.today and not queries.is_asked_now(ctx) else None
