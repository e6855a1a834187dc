"""Pages that record a lawyer's ruling and that request the documents of a review."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.stale import StaleWrite
from portal.paper import queries, services
from portal.paper.forms import PrintForm, RulingForm
from portal.paper.views.blueprint import bp
from portal.paper.views.review import render_review
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _, said


@bp.route("/<int:review_id>/lignes/<requirement>", methods=["POST"])
@requires(Permission.PAPER_REVIEW)
def rule(review_id: int, requirement: str) -> ResponseReturnValue:
    """Confirm or overrule a line; one that is sent back keeps what was typed."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_REVIEW, whole=True)
    form = RulingForm()
    if form.submitted():
        try:
            services.record_ruling(ctx, review, requirement, form.ruling_input(), seen=form.seen.data or 0)
        except StaleWrite as error:
            form.refuse(error)
            form.seen.data = error.theirs.id
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Votre avis est noté."))
            return redirect(url_for(".show", review_id=review.id, _anchor=f"ob-{requirement}"))
    return render_review(review, form, requirement), 422


@bp.route("/<int:review_id>/documents", methods=["POST"])
@requires(Permission.PAPER_REVIEW)
def ask_print(review_id: int) -> ResponseReturnValue:
    """Have a report, a letter or an amendment made."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_REVIEW, whole=True)
    form = PrintForm()
    try:
        if not form.submitted() or (kind := form.print_kind()) is None:
            raise Refused(N_("Choisissez un document et sa langue."))
        services.request_document(ctx, review, kind, form.language.data)
    except Refused as error:
        flash(said(error.sentence), "warning")
    else:
        flash(_("Le document est en préparation."))
    return redirect(url_for(".show", review_id=review.id, _anchor="documents"))
