"""Personal data breaches, from the vendor's side: declared in two minutes, then said more of, phase by phase."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.incidents import queries as declared
from portal.incidents import services
from portal.incidents.facts_page import OWN_LABELS, fact_rows, said_rows
from portal.incidents.forms import BreachForm, DeclarationForm, PhaseForm, shown_facts
from portal.incidents.models import Incident
from portal.incidents.queries import OwnIncident
from portal.incidents.rules.breach_facts import BreachFacts
from portal.vendor_space import queries
from portal.vendor_space.views.blueprint import ID, bp
from portal.vendors import services as vendors
from portal.vendors.models import FormDraft, Service, Vendor
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _, current_language, lazy


@bp.route("/violations")
@requires(Permission.SPACE_VIEW)
def incidents() -> ResponseReturnValue:
    """What was declared, and where to declare."""
    return render_template("vendor_space/incidents.html", rows=declared.own_incidents(current()))


@bp.route("/violations/declarer", methods=["GET", "POST"])
@requires(Permission.INCIDENT_DECLARE)
def declare_incident() -> ResponseReturnValue:
    """Declare a breach: what happened is enough, the rest may come later. What is typed is kept."""
    ctx = current()
    vendor = queries.own_vendor(ctx)
    form, draft = _first_form(ctx, vendor)
    if form.submitted():
        try:
            made = services.declare_breach(ctx, vendor, form.facts())
        except Refused as error:
            form.refuse(error)
        else:
            vendors.drop_draft(ctx, _key(vendor))
            flash(_("Déclaration reçue. Un accusé de réception vous est envoyé."))
            return redirect(url_for(".incident", incident_id=made.id))
    return render_template("vendor_space/declare_incident.html", form=form, draft=draft), form.status


@bp.route("/violations/declarer/brouillon", methods=["POST"])
@requires(Permission.INCIDENT_DECLARE)
def keep_incident_draft() -> ResponseReturnValue:
    """Keep the declaration as it stands, for its page's script; or throw it away. Nothing is declared by it."""
    ctx = current()
    vendor = queries.own_vendor(ctx)
    if "jeter" in request.form:
        vendors.drop_draft(ctx, _key(vendor))
        return redirect(url_for(".declare_incident"))
    held = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    vendors.keep_draft(ctx, vendor, _key(vendor), held, to=Permission.INCIDENT_DECLARE)
    return {"message": _("Brouillon gardé. Rien n'est déclaré tant que vous n'envoyez pas.")}


@bp.route(f"/violations/<{ID}:incident_id>", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
def incident(incident_id: int) -> ResponseReturnValue:
    """One breach: what was declared, what we ask, and a form to say more."""
    ctx = current()
    own, statements, is_cut = declared.own_incident(ctx, incident_id)
    vendor_id = queries.own_vendor(ctx).id
    provided = declared.services_of(ctx, vendor_id, named=own.facts.services)
    may_add = request.method == "POST" or ctx.can(Permission.INCIDENT_DECLARE)
    row = declared.incident_to_add_to(ctx, incident_id) if may_add else None
    form = _phase_form(row, own, provided)
    if form.submitted() and row is not None:
        try:
            services.add_phase(ctx, row, form.facts(), form.text.data or "")
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est envoyé. Merci : ajoutez la suite dès que vous la connaissez."))
            return redirect(url_for(".incident", incident_id=incident_id))
    names, language = declared.service_names(ctx, vendor_id), current_language()
    page = render_template(
        "vendor_space/incident.html", own=own, form=form, is_cut=is_cut,
        facts=fact_rows(own.facts, names, language, labels=OWN_LABELS),
        statements=[(one, said_rows(one.said, names, language, labels=OWN_LABELS)) for one in statements],
    )  # fmt: skip
    return page, form.status


def _first_form(ctx: Context, vendor: Vendor) -> tuple[DeclarationForm, FormDraft | None]:
    """The form of a declaration; shown first, it holds what its person had typed and not sent."""
    draft = vendors.find_draft(ctx, _key(vendor)) if request.method == "GET" else None
    given: dict[str, Any] = {"formdata": MultiDict(draft.values)} if draft is not None else {}
    form = DeclarationForm(data={"contact": f"{ctx.actor.name}, {ctx.actor.email}".strip(", ")}, **given)
    _of_theirs(form).offering(declared.services_of(ctx, vendor.id))
    return form, draft


def _phase_form(row: Incident | None, own: OwnIncident, provided: Sequence[Service]) -> PhaseForm:
    """The form to say more, filled in with what the vendor said last; who only reads has no row."""
    facts = own.facts
    if row is not None:
        hold(row)
        facts = BreachFacts.of(row.vendor_facts)
    form = PhaseForm(row=row, data=shown_facts(facts))
    _of_theirs(form).offering(provided)
    return form


def _of_theirs(form: BreachForm) -> BreachForm:
    """In the words of the vendor's side."""
    form.noticed_at.label.text = lazy("Quand l'avez-vous découverte ?")
    form.measures.label.text = lazy("Qu'avez-vous fait, qu'allez-vous faire ?")
    return form


def _key(vendor: Vendor) -> str:
    return f"incident:{vendor.id}:new"
