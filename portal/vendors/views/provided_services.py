"""What a vendor does for us: adding a service, correcting it, ending it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.vendors import queries, services
from portal.vendors.forms import EndForm, ServiceForm
from portal.vendors.services import InvalidSheet
from portal.vendors.views.blueprint import bp
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/<int:vendor_id>/prestations/nouvelle", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def add_service(vendor_id: int) -> ResponseReturnValue:
    """Describe something that a vendor does for us."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_EDIT)
    form = ServiceForm().offering(queries.entities(ctx))
    if form.submitted():
        try:
            services.add_service(ctx, vendor, form.sheet())
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            flash(_("Prestation ajoutée ; la criticité du sous-traitant est recalculée."))
            return redirect(url_for(".show", vendor_id=vendor.id))
    return render_template("vendors/service.html", form=form, vendor=vendor, service=None), form.status


@bp.route("/<int:vendor_id>/prestations/<int:service_id>", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def edit_service(vendor_id: int, service_id: int) -> ResponseReturnValue:
    """Correct what is said of a service."""
    ctx = current()
    service = queries.get_service(ctx, vendor_id, service_id, to=Permission.VENDOR_EDIT)
    form = ServiceForm(obj=service).offering(queries.entities(ctx))
    if form.submitted():
        try:
            services.revise_service(ctx, service, form.sheet())
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            flash(_("Prestation mise à jour ; la criticité du sous-traitant est recalculée."))
            return redirect(url_for(".show", vendor_id=vendor_id))
    return render_template("vendors/service.html", form=form, vendor=service.vendor, service=service), form.status


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
