"""Experts: which of them may read a vendor, and until when."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.vendors import queries, services
from portal.vendors.forms import ExpertForm
from portal.vendors.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/<int:vendor_id>/experts", methods=["GET", "POST"])
@requires(Permission.VENDOR_INVITE)
def experts(vendor_id: int) -> ResponseReturnValue:
    """Who may read this vendor from outside; give one more that right, or move its last day."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_INVITE)
    known = queries.experts(ctx)
    form = ExpertForm().offering(known)
    if form.submitted():
        user = next(expert for expert in known if expert.id == form.user_id.data)
        try:
            services.grant_expert(ctx, vendor, user, form.until.data)
        except Refused as error:
            form.refuse(error, "until")
        else:
            flash(_("%(name)s peut lire ce sous-traitant.", name=user.name))
            return redirect(url_for(".experts", vendor_id=vendor.id))
    page = render_template(
        "vendors/experts.html", form=form, vendor=vendor, known=known, accesses=queries.expert_accesses(ctx, vendor)
    )
    return page, form.status


@bp.route("/<int:vendor_id>/experts/<int:user_id>/retirer", methods=["POST"])
@requires(Permission.VENDOR_INVITE)
def withdraw_expert(vendor_id: int, user_id: int) -> ResponseReturnValue:
    """Take a vendor back from an expert."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_INVITE)
    access = queries.get_expert_access(ctx, vendor, user_id)
    services.withdraw_expert(ctx, vendor, access)
    flash(_("%(name)s ne lit plus ce sous-traitant.", name=access.user.name))
    return redirect(url_for(".experts", vendor_id=vendor_id))
