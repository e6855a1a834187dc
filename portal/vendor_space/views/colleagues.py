"""The accounts of the vendor: who they are, and a colleague to invite."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.vendor_space import queries
from portal.vendor_space.forms import ColleagueForm
from portal.vendor_space.views.blueprint import bp
from portal.vendors import memberships
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _, current_language


@bp.route("/collegues", methods=["GET", "POST"])
@requires(Permission.COLLEAGUE_INVITE)
def colleagues() -> ResponseReturnValue:
    """List one's colleagues, and invite one more."""
    ctx = edge.current()
    form = ColleagueForm(language=current_language().value)
    if form.submitted():
        try:
            memberships.invite_colleague(ctx, edge.settings().secrets, queries.own_vendor(ctx), form.person())
        except Refused as refusal:
            form.refuse(refusal, "email")
        else:
            flash(_("L'invitation de %(name)s est partie.", name=form.name.data))
            return redirect(url_for(".colleagues"))
    return render_template("vendor_space/colleagues.html", form=form, people=queries.colleagues(ctx)), form.status
