"""A finding opened on what a mystery withdrawal saw."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _
from portal.withdrawals.forms import SampleFindingForm
from portal.withdrawals.mystery import finding, queries
from portal.withdrawals.views.blueprint import bp


@bp.route("/tests/<int:test_id>/constats/<key>", methods=["GET", "POST"])
@requires(Permission.FINDING_WORK)
def mystery_finding(test_id: int, key: str) -> ResponseReturnValue:
    """A finding on one breach, filled in from the step that saw it."""
    ctx = current()
    test = queries.get_test(ctx, test_id, to=Permission.FINDING_WORK)
    breach = finding.breach_of(test, key)
    form = SampleFindingForm(obj=finding.proposed(ctx, test, breach))
    if form.submitted():
        try:
            made = finding.open_finding(ctx, test, key, form.command())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat ouvert ; le prestataire en est averti."))
            return redirect(url_for("audits.finding", finding_id=made.id))
    return render_template("withdrawals/mystery/finding.html", form=form, test=test, breach=breach), form.status
