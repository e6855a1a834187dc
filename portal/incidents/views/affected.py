"""The processing that a breach touches: proposed by the map, ticked by a person, frozen with it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.incidents import queries, services
from portal.incidents.affected_processing import held_lines, proposed_lines, to_tick
from portal.incidents.forms import AffectedForm
from portal.incidents.rules.life import IncidentAct
from portal.incidents.views.blueprint import bp
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _


@bp.route(f"/<int:incident_id>/{IncidentAct.MAP.value}", methods=["GET", "POST"])
@requires(Permission.INCIDENT_WORK)
def affected(incident_id: int) -> ResponseReturnValue:
    """Tick the lines of the register that are concerned; what is ticked stays as it is said today."""
    ctx = current()
    incident = queries.get_incident(ctx, incident_id, to=Permission.INCIDENT_WORK)
    hold(incident)
    held = held_lines(incident)
    lines = to_tick(proposed_lines(ctx, incident), held)
    form = AffectedForm(
        row=incident,
        data={
            "lines": [one.activity_id for one in held],
            "persons": incident.known.persons,
            "note": incident.affected.get("note", ""),
        },
    )
    form.offering(lines)
    if form.submitted():
        try:
            services.note_affected(ctx, incident, form.sheet(lines))
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Traitements retenus, tels que le registre les dit aujourd'hui."))
            return redirect(url_for(".show", incident_id=incident.id))
    return render_template("incidents/affected.html", form=form, incident=incident, lines=lines), form.status
