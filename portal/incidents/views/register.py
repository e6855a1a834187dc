"""The register of breaches, its exports, one breach, and one that we record ourselves."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.incidents import queries, services
from portal.incidents.breach_register import register_csv, register_pdf
from portal.incidents.forms import BreachForm, RecordForm, shown_facts
from portal.incidents.incident_page import authority_verdict, incident_page
from portal.incidents.rules.life import IncidentState
from portal.incidents.views.blueprint import bp
from portal.web import edge
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language


@bp.route("")
@requires(Permission.INCIDENT_VIEW)
def index() -> ResponseReturnValue:
    """Every breach within reach, the soonest to notify first."""
    ctx, named = current(), request.args.get("etat", "")
    state = IncidentState(named) if named in set(IncidentState) else None
    found = queries.incident_page(ctx, state, page_asked())
    return render_template(
        "incidents/index.html", found=found, state=state, states=IncidentState, counts=queries.state_counts(ctx),
        clocks={row.id: authority_verdict(row, ctx.now) for row in found.rows},
        is_whole=queries.sees_every_breach(ctx),
    )  # fmt: skip


@bp.route("/registre.csv")
@requires(Permission.INCIDENT_VIEW)
def table() -> ResponseReturnValue:
    """The register as a table."""
    content = register_csv(queries.register_rows(current()), current_language())
    return attached(Response(content, mimetype="text/csv"), "registre-des-violations.csv")


@bp.route("/registre.pdf")
@requires(Permission.INCIDENT_VIEW)
def paper() -> ResponseReturnValue:
    """The register on paper."""
    ctx = current()
    rows = queries.register_rows(ctx)
    is_whole = queries.sees_every_breach(ctx)
    content = register_pdf(rows, edge.settings().organisation, current_language(), ctx.now, is_whole=is_whole)
    return attached(Response(content, mimetype="application/pdf"), "registre-des-violations.pdf")


@bp.route("/<int:incident_id>")
@requires(Permission.INCIDENT_VIEW)
def show(incident_id: int) -> ResponseReturnValue:
    """A breach: its clock first, then what is known and what was decided."""
    ctx = current()
    incident = queries.get_incident(ctx, incident_id, to=Permission.INCIDENT_VIEW)
    reader = current_language()
    return render_template("incidents/show.html", page=incident_page(ctx, incident, reader), reader=reader)


@bp.route("/nouvelle", methods=["GET", "POST"])
@requires(Permission.INCIDENT_WORK)
def record() -> ResponseReturnValue:
    """Record a breach that we were told otherwise."""
    ctx = current()
    asked = request.args.get("sous-traitant", type=row_number)
    vendor = queries.vendor_by_number(ctx, asked) if asked is not None else None
    form = RecordForm(data={"vendor": vendor.name if vendor else "", "aware_at": ctx.now})
    form.offering(queries.services_of(ctx, vendor.id) if vendor else [])
    if form.submitted():
        try:
            found = queries.vendor_to_record(ctx, form.vendor.data)
            made = services.record_breach(ctx, found, form.facts(), aware_at=form.learnt_at)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Violation consignée. Les 72 heures sont comptées."))
            return redirect(url_for(".show", incident_id=made.id))
    return render_template("incidents/record.html", form=form), form.status


@bp.route("/<int:incident_id>/faits", methods=["GET", "POST"])
@requires(Permission.INCIDENT_WORK)
def amend(incident_id: int) -> ResponseReturnValue:
    """Correct the facts that we retain."""
    ctx = current()
    incident = queries.get_incident(ctx, incident_id, to=Permission.INCIDENT_WORK)
    hold(incident)
    form = BreachForm(row=incident, data=shown_facts(incident.known))
    form.offering(queries.services_of(ctx, incident.vendor_id, named=incident.known.services))
    if form.submitted():
        try:
            services.amend_facts(ctx, incident, form.facts())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Faits corrigés. Ce que le prestataire a dit reste au dossier."))
            return redirect(url_for(".show", incident_id=incident.id))
    return render_template("incidents/amend.html", form=form, incident=incident), form.status
