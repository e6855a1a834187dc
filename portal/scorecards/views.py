"""Pages that explain a score: one snapshot term by term, a vendor's trend."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.questionnaires.queries import questionnaire_of
from portal.samples import queries as samples
from portal.samples.report import report_of
from portal.samples.wording import KIND_NAMES, SEVERITY_LOOKS
from portal.scorecards import queries, services, wording
from portal.scorecards.queries import ScorecardRow
from portal.scorecards.scorecard_page import explain, trend_of
from portal.vendors.queries import get_vendor
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _, current_language, said

bp = Blueprint("scorecards", __name__, url_prefix="/garanties")


@bp.route("/<int:card_id>")
@requires(Permission.SCORECARD_VIEW)
def show(card_id: int) -> ResponseReturnValue:
    """One snapshot, explained from its own derivation."""
    ctx = current()
    card = queries.get_card(ctx, card_id)
    questionnaire = questionnaire_of(ctx.session, card.audit.questionnaire_version)
    own = queries.scorecard_rows(ctx, card.vendor_id, of=card.audit.questionnaire_version.key)
    return render_template(
        "scorecards/show.html", card=card, vendor=card.vendor, audit=card.audit, reasons=wording.REASONS,
        found=explain(card, questionnaire, current_language()), latest=own[-1] if own else None,
        section_of={q.key: s.key for s in questionnaire.sections for q in s.questions},
    )  # fmt: skip


@bp.route("/sous-traitant/<int:vendor_id>")
@requires(Permission.SCORECARD_VIEW)
def vendor(vendor_id: int) -> ResponseReturnValue:
    """A vendor's level today and where it is heading."""
    ctx = current()
    found = queries.get_vendor(ctx, vendor_id)
    measures = queries.scorecard_rows(ctx, vendor_id)
    trend, kept = trend_of(measures, found.card_id)
    return render_template(
        "scorecards/vendor.html", vendor=found, measures=list(reversed(measures)), trend=trend, points=_points(kept),
        questionnaires={measure.questionnaire: measure.title[current_language().value] for measure in measures},
        shown=kept[-1].questionnaire if kept else "", reasons=wording.REASONS,
        samples=[(sample, report_of(sample)) for sample in samples.latest_measured(ctx, vendor_id)],
        looks=SEVERITY_LOOKS, kinds=KIND_NAMES, older=queries.older_faults(ctx, vendor_id),
    )  # fmt: skip


def _points(kept: Sequence[ScorecardRow]) -> list[tuple[datetime, int]]:
    return [(measure.taken_at, measure.basis_points // 100) for measure in kept]


@bp.route("/sous-traitant/<int:vendor_id>/mesure", methods=["POST"])
@requires(Permission.AUDIT_REVIEW)
def measure(vendor_id: int) -> ResponseReturnValue:
    """Take today's snapshot."""
    ctx = current()
    found = get_vendor(ctx, vendor_id, to=Permission.AUDIT_REVIEW)
    try:
        cards = services.measure_again(ctx, found)
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
        return redirect(url_for(".vendor", vendor_id=vendor_id))
    flash(_("Niveau recalculé aujourd'hui."))
    return redirect(url_for(".show", card_id=found.card_id or cards[-1].id))
