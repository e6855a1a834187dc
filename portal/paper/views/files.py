"""Files: the contract as it was received, and the documents made of its review."""

from flask import flash, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.paper import queries, services
from portal.paper.views.blueprint import bp
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/<int:review_id>/fichier")
@requires(Permission.PAPER_VIEW)
def original(review_id: int) -> ResponseReturnValue:
    """The contract as it was received."""
    review = queries.get_review(current(), review_id, to=Permission.PAPER_VIEW)
    if review.stored_file is None:
        raise NotFound(queries.GONE)
    return download(review.stored_file)


@bp.route("/<int:review_id>/documents/<int:print_id>/<any(docx,pdf):kind>")
@requires(Permission.PAPER_VIEW)
def file(review_id: int, print_id: int, kind: str) -> ResponseReturnValue:
    """The Word file or the PDF of a document."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_VIEW)
    made = queries.get_print(ctx, review, print_id)
    stored = made.docx_file if kind == "docx" else made.pdf_file
    if stored is None:
        raise NotFound(queries.GONE)
    return download(stored)


@bp.route("/<int:review_id>/documents/<int:print_id>/etat")
@requires(Permission.PAPER_VIEW)
def printing(review_id: int, print_id: int) -> ResponseReturnValue:
    """How many of the two files are there, for the page that waits."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_VIEW)
    made = queries.get_print(ctx, review, print_id)
    done = sum(one is not None for one in (made.docx_file, made.pdf_file))
    over = made.is_printed or made.id in queries.unprinted(ctx, [made])
    following = url_for(".show", review_id=review.id, fait=made.id, _anchor="documents") if over else None
    return jsonify(done=done, total=2, message=_("Prêt") if over else _("En préparation"), next=following)


@bp.route("/<int:review_id>/documents/<int:print_id>/imprimer", methods=["POST"])
@requires(Permission.PAPER_REVIEW)
def print_again(review_id: int, print_id: int) -> ResponseReturnValue:
    """Start again a printing that was given up."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_REVIEW)
    if services.print_again(ctx, review, queries.get_print(ctx, review, print_id)):
        flash(_("L'impression est relancée."))
    return redirect(url_for(".show", review_id=review.id, _anchor="documents"))
