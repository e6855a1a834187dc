"""A finding opened on what a mystery withdrawal saw."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.findings.forms import MeasuredFindingForm
from portal.mystery import findings, queries
from portal.mystery.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/tests/<int:test_id>/constats/<key>", methods=["GET", "POST"])
@requires(Permission.FINDING_WORK)
def finding(test_id: int, key: str) -> ResponseReturnValue:
    """A finding on one breach, filled in from the step that saw it."""
    ctx = current()
    test = queries.get_test(ctx, test_id, to=Permission.FINDING_WORK)
    breach = findings.breach_of(test, key)
    form = MeasuredFindingForm(obj=findings.proposed_action(ctx, test, breach))
    if form.submitted():
        try:
            made = findings.open_finding_from_test(ctx, test, key, form.command())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat ouvert ; le prestataire en est averti."))
            return redirect(url_for("findings.show", finding_id=made.id))
    return render_template("mystery/finding.html", form=form, test=test, breach=breach), form.status
