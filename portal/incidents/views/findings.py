"""A finding opened from a breach."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.findings.forms import MeasuredFindingForm
from portal.incidents import findings, queries
from portal.incidents.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/<int:incident_id>/constat", methods=["GET", "POST"])
@requires(Permission.FINDING_WORK)
def finding(incident_id: int) -> ResponseReturnValue:
    """What is expected of the vendor so that it does not happen again."""
    ctx = current()
    incident = queries.get_incident(ctx, incident_id, to=Permission.FINDING_WORK)
    form = MeasuredFindingForm(obj=findings.proposed_action(ctx, incident))
    if form.submitted():
        try:
            made = findings.open_finding_from_incident(ctx, incident, form.command())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat ouvert ; le prestataire en est averti."))
            return redirect(url_for("findings.show", finding_id=made.id))
    return render_template("incidents/finding.html", form=form, incident=incident), form.status
