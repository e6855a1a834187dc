"""The lines of an announced change: written, corrected, discarded, retained."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.changes import queries, services
from portal.changes.forms import MoveForm
from portal.changes.views.blueprint import bp
from portal.core.errors import Refused
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _, said


@bp.route("/<int:change_id>/lignes/nouvelle", methods=["GET", "POST"])
@requires(Permission.CHANGE_WORK)
def add_move(change_id: int) -> ResponseReturnValue:
    """Write a line that the reading did not find."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_WORK)
    form = MoveForm()
    if form.submitted():
        try:
            services.write_move(ctx, change, None, form.sheet())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Ligne ajoutée."))
            return redirect(url_for(".show", change_id=change_id))
    return render_template("changes/move.html", form=form, change=change, move=None), form.status


@bp.route("/<int:change_id>/lignes/<int:move_id>", methods=["GET", "POST"])
@requires(Permission.CHANGE_WORK)
def edit_move(change_id: int, move_id: int) -> ResponseReturnValue:
    """Correct a line: it is retained."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_WORK)
    move = queries.get_move(ctx, change, move_id)
    form = MoveForm(obj=move)
    if form.submitted():
        try:
            services.write_move(ctx, change, move, form.sheet())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Ligne retenue."))
            return redirect(url_for(".show", change_id=change_id))
    return render_template("changes/move.html", form=form, change=change, move=move), form.status


@bp.route("/<int:change_id>/lignes/<int:move_id>/ecarter", methods=["POST"])
@requires(Permission.CHANGE_WORK)
def discard_move(change_id: int, move_id: int) -> ResponseReturnValue:
    """Say that a line is not announced."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_WORK)
    try:
        services.discard_move(ctx, change, queries.get_move(ctx, change, move_id))
    except Refused as error:
        flash(said(error.sentence), "warning")
    else:
        flash(_("Ligne écartée. Elle reste au dossier."))
    return redirect(url_for(".show", change_id=change_id))


@bp.route("/<int:change_id>/lignes/retenir", methods=["POST"])
@requires(Permission.CHANGE_WORK)
def retain(change_id: int) -> ResponseReturnValue:
    """Say that the lines left are what is announced."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_WORK)
    try:
        services.retain_moves(ctx, change)
    except Refused as error:
        flash(said(error.sentence), "warning")
    else:
        flash(_("C'est retenu : l'étude commence."))
    return redirect(url_for(".show", change_id=change_id))
