"""Receiving contracts: files, an archive or a pasted text; what they are called; reading one again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.clock import legal_date
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.reading import NotRead
from portal.documents_in.errors import UnreadableDocument
from portal.paper import queries, services, uploads
from portal.paper.contract_check import CheckedContract, read_and_check_apart
from portal.paper.forms import DescribeForm, ReceiveForm
from portal.paper.uploads import ReceivedFile
from portal.paper.views.blueprint import bp, find_vendor
from portal.vendors.models import Vendor
from portal.web import edge
from portal.web.edit_form import hold
from portal.web.guard import requires, takes_files
from portal.web.routing import row_number
from portal.web.text import _


@bp.route("/nouveau", methods=["GET", "POST"])
@takes_files
@requires(Permission.PAPER_REVIEW)
def new() -> ResponseReturnValue:
    """Hand in one contract or several."""
    form = ReceiveForm(data={"vendor": _vendor_of_address()})
    if not form.submitted():
        return _page(form)
    try:
        vendor = find_vendor(edge.current(), form.vendor.data)
    except Refused as error:
        form.refuse(error, "vendor")
        return _page(form)
    # The database is let go of while files are sealed and read: nobody waits for a slow upload.
    edge.release()
    try:
        return redirect(_store_received(form, vendor))
    except Refused as error:
        form.refuse(error, "text" if form.text.data and not form.uploaded_files() else "files")
        return _page(form)


def _page(form: ReceiveForm) -> ResponseReturnValue:
    accept = ",".join(f".{kind}" for kind in uploads.ACCEPTED)
    page = render_template("paper/new.html", form=form, accept=accept, limit=uploads.MOST_BYTES // uploads.MEGABYTE)
    return page, form.status


def _vendor_of_address() -> str:
    """The vendor named by the address, when one comes from its page."""
    asked = request.args.get("sous-traitant", type=row_number)
    vendor = queries.get_vendor(edge.current(), asked) if asked is not None else None
    return vendor.name if vendor else ""


def _store_received(form: ReceiveForm, vendor: Vendor | None) -> str:
    """Keep what was handed in; the address of its page. Raises Refused with nothing kept."""
    received, title = _received_files(form), form.title.data or ""
    if len(received) > 1:
        ctx = edge.current()
        name = title or _("Lot du %(day)s", day=legal_date(ctx.now).strftime("%d/%m/%Y"))
        batch = services.receive_batch(ctx, received, vendor, name)
        return url_for(".batch", batch_id=batch.id)
    [received_file] = received
    examined = _check_at_once(received_file)
    ctx = edge.current()
    review = services.receive_contract(ctx, received_file, vendor, title)
    if examined is not None:
        services.record_check(ctx, review, examined)
    else:
        flash(_("Le contrat est reçu ; sa lecture est en cours."))
    return url_for(".show", review_id=review.id)


def _received_files(form: ReceiveForm) -> list[ReceivedFile]:
    files = form.uploaded_files()
    if files:
        return uploads.seal_files(files)
    if form.text.data:
        return [uploads.seal_text(form.text.data, _("texte-collé.txt"))]
    raise Refused(N_("Choisissez un fichier, ou collez le texte du contrat."))


def _check_at_once(received_file: ReceivedFile) -> CheckedContract | None:
    """What a short text says; None when a job is to read it. Raises Refused when no reader can."""
    if not received_file.content:
        return None
    try:
        return read_and_check_apart(received_file.content, received_file.name)
    except (UnreadableDocument, NotRead) as refusal:
        raise Refused(refusal.sentence) from refusal


@bp.route("/<int:review_id>/modifier", methods=["GET", "POST"])
@requires(Permission.PAPER_REVIEW)
def edit(review_id: int) -> ResponseReturnValue:
    """Change what a review is called and whose contract it is."""
    ctx = edge.current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_REVIEW)
    hold(review)
    form = DescribeForm(row=review, data={"title": review.title, "vendor": review.vendor.name if review.vendor else ""})
    if form.submitted():
        try:
            services.update_review(ctx, review, form.title.data, find_vendor(ctx, form.vendor.data))
        except Refused as error:
            form.refuse(error, "vendor")
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".show", review_id=review.id))
    return render_template("paper/edit.html", form=form, review=review), form.status


@bp.route("/<int:review_id>/relire", methods=["POST"])
@requires(Permission.PAPER_REVIEW)
def check_again(review_id: int) -> ResponseReturnValue:
    """Read a contract again with the readings of today."""
    ctx = edge.current()
    services.check_again(ctx, queries.get_review(ctx, review_id, to=Permission.PAPER_REVIEW))
    flash(_("La lecture est relancée ; vos avis sont gardés."))
    return redirect(url_for(".show", review_id=review_id))
