"""The register of requests, its export, one request, who asks, and one that we record ourselves."""

from dataclasses import asdict

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.incidents.queries import services_of
from portal.person_requests import queries, services
from portal.person_requests.forms import PersonForm, RecordRequestForm
from portal.person_requests.identity import person_of
from portal.person_requests.request_page import request_page, shown_term
from portal.person_requests.request_register import register_csv
from portal.person_requests.rules.life import RequestState
from portal.person_requests.views.blueprint import bp
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language


@bp.route("")
@requires(Permission.REQUEST_VIEW)
def index() -> ResponseReturnValue:
    """Every request within reach, those that wait first."""
    ctx, named = current(), request.args.get("etat", "")
    state = RequestState(named) if named in set(RequestState) else None
    found = queries.request_page(ctx, state, page_asked())
    return render_template(
        "person_requests/index.html", found=found, state=state, states=RequestState, counts=queries.state_counts(ctx),
        terms={row.id: shown_term(row, ctx.today) for row in found.rows}, year=queries.punctuality_of_year(ctx),
    )  # fmt: skip


@bp.route("/registre.csv")
@requires(Permission.REQUEST_VIEW)
def table() -> ResponseReturnValue:
    """The register as a table."""
    ctx = current()
    content = register_csv(queries.register_rows(ctx), current_language(), ctx.today)
    return attached(Response(content, mimetype="text/csv"), "registre-des-demandes.csv")


@bp.route("/<int:request_id>")
@requires(Permission.REQUEST_VIEW)
def show(request_id: int) -> ResponseReturnValue:
    """A request: its term first, then what was done."""
    ctx = current()
    found = queries.get_request(ctx, request_id, to=Permission.REQUEST_VIEW)
    return render_template("person_requests/show.html", page=request_page(ctx, found), reader=current_language())


@bp.route("/<int:request_id>/personne", methods=["GET", "POST"])
@requires(Permission.REQUEST_WORK)
def person(request_id: int) -> ResponseReturnValue:
    """Correct who asks, while the portal still knows it."""
    ctx = current()
    row = queries.get_request(ctx, request_id, to=Permission.REQUEST_WORK)
    hold(row)
    known = person_of(ctx, row)
    if known is None:
        raise NotFound()
    form = PersonForm(row=row, data=asdict(known))
    if form.submitted():
        services.correct_person(ctx, row, form.person())
        flash(_("Identité corrigée."))
        return redirect(url_for(".show", request_id=row.id))
    return render_template("person_requests/person.html", form=form, request_row=row), form.status


@bp.route("/nouvelle", methods=["GET", "POST"])
@requires(Permission.REQUEST_WORK)
def record() -> ResponseReturnValue:
    """Record a request that did not come through a vendor's space."""
    ctx = current()
    asked = request.args.get("sous-traitant", type=row_number)
    vendor = queries.vendor_by_number(ctx, asked) if asked is not None else None
    form = RecordRequestForm(data={"vendor": vendor.name if vendor else "", "reached_us_on": ctx.today})
    form.offering(services_of(ctx, vendor.id) if vendor else [])
    if form.submitted():
        try:
            found = queries.vendor_named(ctx, form.vendor.data)
            made = services.record_request(
                ctx, found, form.sheet(), vendor_received_on=form.vendor_received_on.data,
                reached_us_on=form.reached_us_on.data,
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Demande consignée. Le délai est compté."))
            return redirect(url_for(".show", request_id=made.id))
    return render_template("person_requests/record.html", form=form), form.status
