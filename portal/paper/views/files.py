"""Files: the contract as it was received, and the documents made of its review."""

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.paper import queries, services
from portal.paper.views.blueprint import bp
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.printing import file_of, printing_again, progress


@bp.route("/<int:review_id>/fichier")
@requires(Permission.PAPER_VIEW)
def original(review_id: int) -> ResponseReturnValue:
    """The contract as it was received."""
    review = queries.get_review(current(), review_id, to=Permission.PAPER_VIEW)
    if review.stored_file is None:
        raise NotFound()
    return download(review.stored_file)


@bp.route("/<int:review_id>/documents/<int:print_id>/<any(docx,pdf):kind>")
@requires(Permission.PAPER_VIEW)
def file(review_id: int, print_id: int, kind: str) -> ResponseReturnValue:
    """The Word file or the PDF of a document."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_VIEW)
    made = queries.get_print(ctx, review, print_id)
    return file_of(made, kind)


@bp.route("/<int:review_id>/documents/<int:print_id>/etat")
@requires(Permission.PAPER_VIEW)
def printing(review_id: int, print_id: int) -> ResponseReturnValue:
    """How many of the two files are there, for the page that waits."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_VIEW)
    made = queries.get_print(ctx, review, print_id)
    following = url_for(".show", review_id=review.id, fait=made.id, _anchor="documents")
    return progress(made, following, given_up=made.id in queries.given_up_prints(ctx, [made]))


@bp.route("/<int:review_id>/documents/<int:print_id>/imprimer", methods=["POST"])
@requires(Permission.PAPER_REVIEW)
def print_again(review_id: int, print_id: int) -> ResponseReturnValue:
    """Start again a printing that was given up."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_REVIEW)
    started = services.retry_printing(ctx, review, queries.get_print(ctx, review, print_id))
    return printing_again(url_for(".show", review_id=review.id, _anchor="documents"), started=started)
