"""A contract received recorded as signed, with its date and copy; that record taken back; the copy itself."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts.queries import live_services
from portal.core.errors import NotFound, Refused
from portal.core.stored import StoredFile
from portal.paper import queries, services
from portal.paper.models import PaperReview
from portal.paper.views.blueprint import bp
from portal.vendors.forms import CancelSignatureForm, ReceivedSignatureForm
from portal.vendors.services import keep_signed_copy, seal_signed_copy
from portal.web import edge
from portal.web.downloads import download
from portal.web.guard import requires, takes_files
from portal.web.text import _


@bp.route("/<int:review_id>/signature", methods=["GET", "POST"])
@requires(Permission.PAPER_REVIEW)
@takes_files
def sign(review_id: int) -> ResponseReturnValue:
    """Record that a contract received was signed."""
    review, form = _review(review_id), ReceivedSignatureForm()
    _offer(form, review)
    if form.submitted():
        try:
            copy = _sealed_copy(form)
            services.record_review_signed(
                edge.current(), _review(review_id), form.signed_on.data, copy, service_id=form.service_id
            )
        except Refused as error:
            edge.db_session().rollback()
            review = _review(review_id)
            form.refuse(error)
        else:
            flash(_("Ce contrat est enregistré comme signé."))
            return redirect(url_for(".show", review_id=review_id))
    page = render_template(
        "paper/signature.html", review=review, form=form, cancelling=CancelSignatureForm(formdata=None)
    )
    return page, form.status


def _offer(form: ReceivedSignatureForm, review: PaperReview) -> None:
    """Which of the services of its vendor it is for, when there are several."""
    form.offer(() if review.vendor_id is None else live_services(edge.current(), review.vendor_id))


def _review(review_id: int) -> PaperReview:
    return queries.get_review(edge.current(), review_id, to=Permission.PAPER_REVIEW)


def _sealed_copy(form: ReceivedSignatureForm) -> StoredFile | None:
    """The copy handed in; the database is let go of while it is sealed: nobody waits for a slow upload."""
    file = form.file.data
    if not file or not file.filename:
        return None
    edge.release()
    return keep_signed_copy(edge.current(), seal_signed_copy(file.stream, file.filename))


@bp.route("/<int:review_id>/signature/annulation", methods=["POST"])
@requires(Permission.PAPER_REVIEW)
def cancel_signature(review_id: int) -> ResponseReturnValue:
    """Take back the record that a contract received was signed."""
    review, form = _review(review_id), CancelSignatureForm()
    if form.submitted():
        try:
            services.cancel_review_signed(edge.current(), review, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("La signature de ce contrat est annulée."))
            return redirect(url_for(".show", review_id=review_id))
    signing = ReceivedSignatureForm(formdata=None)
    _offer(signing, review)
    page = render_template("paper/signature.html", review=review, form=signing, cancelling=form)
    return page, form.status


@bp.route("/contrat/<int:contract_id>")
@requires(Permission.PAPER_VIEW)
def of_contract(contract_id: int) -> ResponseReturnValue:
    """The reading of a contract of the register."""
    return redirect(url_for(".show", review_id=queries.review_of_contract(edge.current(), contract_id)))


@bp.route("/<int:review_id>/signe")
@requires(Permission.PAPER_VIEW)
def signed_copy(review_id: int) -> ResponseReturnValue:
    """The copy that was signed."""
    signature = queries.get_review(edge.current(), review_id, to=Permission.PAPER_VIEW).signature
    if signature is None:
        raise NotFound()
    return download(signature.stored_file)
