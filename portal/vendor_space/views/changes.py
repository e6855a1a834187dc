"""Changes of sub-processors, from the vendor's side: announced here, with our answer once it has left."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.changes import queries as announced
from portal.changes import services
from portal.changes.forms import DeclaredChangeForm, MoveForm
from portal.changes.letter_files import letter_file
from portal.core.documents.freezing import thaw
from portal.core.errors import NotFound, Refused
from portal.vendor_space import queries
from portal.vendor_space.views.blueprint import ID, bp
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/changements")
@requires(Permission.SPACE_VIEW)
def changes() -> ResponseReturnValue:
    """What was announced, and where to announce."""
    return render_template("vendor_space/changes.html", rows=announced.own_changes(current()))


@bp.route("/changements/annoncer", methods=["GET", "POST"])
@requires(Permission.CHANGE_DECLARE)
def declare_change() -> ResponseReturnValue:
    """Announce a change: one company, and others of the same announcement afterwards."""
    ctx = current()
    vendor = queries.own_vendor(ctx)
    form = DeclaredChangeForm()
    if form.submitted():
        try:
            made = services.declare_change(ctx, vendor, form.sheet(), form.words.data or "")
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Annonce reçue. Un accusé de réception vous est envoyé."))
            return redirect(url_for(".change", change_id=made.id))
    return render_template("vendor_space/declare_change.html", form=form, own=None), form.status


@bp.route(f"/changements/<{ID}:change_id>")
@requires(Permission.SPACE_VIEW)
def change(change_id: int) -> ResponseReturnValue:
    """One announcement, and our answer."""
    return render_template("vendor_space/change.html", own=announced.own_change(current(), change_id))


@bp.route(f"/changements/<{ID}:change_id>/societe", methods=["GET", "POST"])
@requires(Permission.CHANGE_DECLARE)
def declare_more(change_id: int) -> ResponseReturnValue:
    """Another company of the same announcement."""
    ctx = current()
    row, own = announced.change_to_add_to(ctx, change_id), announced.own_change(ctx, change_id)
    form = MoveForm()
    if form.submitted():
        try:
            services.declare_more(ctx, row, form.sheet())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Société ajoutée à l'annonce."))
            return redirect(url_for(".change", change_id=change_id))
    return render_template("vendor_space/declare_change.html", form=form, own=own), form.status


@bp.route(f"/changements/<{ID}:change_id>/lettre")
@requires(Permission.SPACE_VIEW)
def change_letter(change_id: int) -> ResponseReturnValue:
    """Our letter as it left, in French unless told otherwise; raises Unavailable when the printer does not answer."""
    reference, letters = announced.own_letter(current(), change_id)
    spoken, kind = request.args.get("langue", "fr"), request.args.get("format", "docx")
    if spoken not in letters or kind not in ("docx", "pdf"):
        raise NotFound()
    made, media = letter_file(thaw(letters[spoken]), kind)
    return attached(Response(made, mimetype=media), f"{reference}-{spoken}.{kind}")
