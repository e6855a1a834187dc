"""The level of a vendor, on a page of its own once its answers are accepted."""

from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.audits import queries as audits
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Permission
from portal.core import process
from portal.core.clock import legal_date
from portal.core.errors import NotFound
from portal.questionnaires import catalogue
from portal.scorecards.models import Scorecard
from portal.scorecards.queries import last_card_of
from portal.scorecards.scale_file import read_scale
from portal.vendor_space import queries
from portal.vendor_space.level_page import asked_again_on, is_of_acceptance, level_page
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
    found = level_page(page, card, _until(card, audit), audits.files_of(ctx, audit), current_language())
    return render_template("vendor_space/level.html", page=page, audit=audit, found=found)


def _until(card: Scorecard, audit: Audit) -> date | None:
    if audit.accepted_at is None or queries.is_asked_now(edge.current()):
        return None
    folder = process.settings().questionnaires_dir
    tier = card.tier.value if card.tier is not None else None
    months = read_scale(folder).scale.review_months
    return asked_again_on(legal_date(audit.accepted_at), tier, months, catalogue.composition_rules(folder))
