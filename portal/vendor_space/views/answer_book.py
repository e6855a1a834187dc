"""The answer book: another client's questionnaire, filled from what the vendor has signed here. Nothing is kept."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.answer_book.book_page import book_page
from portal.answer_book.filling import fill
from portal.answer_book.form_files import MOST_BYTES
from portal.answer_book.forms import ForeignForm
from portal.answer_book.queries import signed_answers
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.questionnaires import catalogue
from portal.vendor_space import queries
from portal.vendor_space.views.blueprint import bp
from portal.web import edge
from portal.web.guard import requires, takes_files
from portal.web.text import said


@bp.route("/livre-de-reponses", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
@takes_files
def answer_book() -> ResponseReturnValue:
    """Hand a form in, see what was found, take it away filled."""
    ctx, form, page = edge.current(), ForeignForm(), None
    signed = signed_answers(ctx, queries.own_vendor(ctx).id, to=Permission.SPACE_VIEW)
    if form.submitted():
        today, ours = ctx.today, catalogue.load(edge.settings().questionnaires_dir, ctx.session)
        edge.release()
        data, name = form.file.data.read(MOST_BYTES + 1), form.file.data.filename or ""
        try:
            page = book_page(fill(data, ours, signed, today), name, signed)
        except Refused as refusal:
            form.refuse(Refused(said(refusal.sentence)), "file")
    shown = render_template("vendor_space/answer_book.html", form=form, page=page, known=len(signed))
    return shown, form.status
