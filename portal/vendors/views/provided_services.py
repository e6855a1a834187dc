"""What a vendor does for us: adding a service, correcting it, ending it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.vendors import queries, services
from portal.vendors.forms import EndForm, ServiceForm
from portal.vendors.models import FormDraft, Service
from portal.vendors.services import InvalidSheet
from portal.vendors.views.blueprint import bp
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.routing import row_number
from portal.web.text import _


@bp.route("/<int:vendor_id>/prestations/nouvelle", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def add_service(vendor_id: int) -> ResponseReturnValue:
    """Describe something that a vendor does for us."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_EDIT)
    key = services.draft_key(vendor_id, None)
    form, draft = _form(ctx, key)
    if form.submitted():
        try:
            services.add_service(ctx, vendor, form.sheet())
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            services.drop_draft(ctx, key)
            flash(_("Prestation ajoutée ; la criticité du sous-traitant est recalculée."))
            return redirect(url_for(".show", vendor_id=vendor.id))
    page = render_template("vendors/service.html", form=form, vendor=vendor, service=None, draft=draft)
    return page, form.status


@bp.route("/<int:vendor_id>/prestations/<int:service_id>", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def edit_service(vendor_id: int, service_id: int) -> ResponseReturnValue:
    """Correct what is said of a service."""
    ctx = current()
    service = queries.get_service(ctx, vendor_id, service_id, to=Permission.VENDOR_EDIT)
    key = services.draft_key(vendor_id, service_id)
    form, draft = _form(ctx, key, service)
    if form.submitted():
        try:
            services.revise_service(ctx, service, form.sheet())
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            services.drop_draft(ctx, key)
            flash(_("Prestation mise à jour ; la criticité du sous-traitant est recalculée."))
            return redirect(url_for(".show", vendor_id=vendor_id))
    page = render_template("vendors/service.html", form=form, vendor=service.vendor, service=service, draft=draft)
    return page, form.status


def _form(ctx: Context, key: str, service: Service | None = None) -> tuple[ServiceForm, FormDraft | None]:
    """The form of a service; shown first, it holds what its person had typed and not saved."""
    draft = services.find_draft(ctx, key) if request.method == "GET" else None
    if draft is None:
        return ServiceForm(obj=service).offering(queries.entities(ctx)), None
    form = ServiceForm(formdata=MultiDict(draft.values), obj=service).offering(queries.entities(ctx))
    if form.seen and "seen" in draft.values:
        # What was on the page when it was typed, not what is there now: a colleague's change since then is not lost.
        form.seen.data = draft.values["seen"][0]
    return form, draft


@bp.route("/<int:vendor_id>/prestations/brouillon", methods=["POST"])
@requires(Permission.VENDOR_EDIT)
def keep_service_draft(vendor_id: int) -> ResponseReturnValue:
    """Keep the form of a service as it stands, for its page's script; or throw it away."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_EDIT)
    service_id = request.args.get("prestation", type=row_number)
    if service_id is not None:
        queries.get_service(ctx, vendor_id, service_id, to=Permission.VENDOR_EDIT)
    key = services.draft_key(vendor_id, service_id)
    if "jeter" in request.form:
        services.drop_draft(ctx, key)
        endpoint = ".edit_service" if service_id is not None else ".add_service"
        return redirect(url_for(endpoint, vendor_id=vendor_id, service_id=service_id))
    held = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    services.keep_draft(ctx, vendor, key, held)
    return {"message": _("Brouillon gardé : il vous attend si vous quittez cette page.")}


@bp.route("/<int:vendor_id>/prestations/<int:service_id>/fin", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def end_service(vendor_id: int, service_id: int) -> ResponseReturnValue:
    """Say when a service ends."""
    ctx = current()
    service = queries.get_service(ctx, vendor_id, service_id, to=Permission.VENDOR_EDIT)
    hold(service)
    form = EndForm(row=service, on=service.ended_on or ctx.today)
    if form.submitted():
        try:
            services.end_service(ctx, service, form.on.data)
        except Refused as error:
            form.refuse(error, "on")
        else:
            flash(_("La fin de la prestation est notée."))
            return redirect(url_for(".show", vendor_id=vendor_id))
    return render_template("vendors/end_service.html", form=form, vendor=service.vendor, service=service), form.status
