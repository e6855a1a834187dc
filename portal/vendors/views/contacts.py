"""The people at a vendor, and the invitation that opens them an account."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.vendors import memberships, queries, services
from portal.vendors.forms import ContactForm
from portal.vendors.services import InvalidSheet
from portal.vendors.views.blueprint import bp
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/<int:vendor_id>/contacts/nouveau", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def add_contact(vendor_id: int) -> ResponseReturnValue:
    """Enter someone at a vendor."""
    ctx = edge.current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_EDIT)
    form = ContactForm(language=vendor.language)
    if form.submitted():
        try:
            contact = services.add_contact(ctx, vendor, form.sheet())
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            flash(_("%(name)s est parmi les contacts.", name=contact.name))
            return redirect(url_for(".show", vendor_id=vendor.id, _anchor="contacts"))
    return render_template("vendors/contact.html", form=form, vendor=vendor, contact=None), form.status


@bp.route("/<int:vendor_id>/contacts/<int:contact_id>", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def edit_contact(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Correct what is known of someone."""
    ctx = edge.current()
    contact = queries.get_contact(ctx, vendor_id, contact_id, to=Permission.VENDOR_EDIT)
    form = ContactForm(obj=contact)
    if form.submitted():
        try:
            services.revise_contact(ctx, contact, form.sheet())
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            flash(_("Contact mis à jour."))
            return redirect(url_for(".show", vendor_id=vendor_id, _anchor="contacts"))
    return render_template("vendors/contact.html", form=form, vendor=contact.vendor, contact=contact), form.status


@bp.route("/<int:vendor_id>/contacts/<int:contact_id>/retirer", methods=["POST"])
@requires(Permission.VENDOR_EDIT)
def remove_contact(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Take someone off a vendor's page, and close their account."""
    ctx = edge.current()
    contact = queries.get_contact(ctx, vendor_id, contact_id, to=Permission.VENDOR_EDIT)
    services.remove_contact(ctx, contact)
    flash(_("%(name)s n'est plus parmi les contacts.", name=contact.name))
    return redirect(url_for(".show", vendor_id=vendor_id, _anchor="contacts"))


@bp.route("/<int:vendor_id>/contacts/<int:contact_id>/inviter", methods=["POST"])
@requires(Permission.VENDOR_INVITE)
def invite(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Send a contact the link that opens their account."""
    ctx = edge.current()
    contact = queries.get_contact(ctx, vendor_id, contact_id, to=Permission.VENDOR_INVITE)
    memberships.invite_contact(ctx, edge.settings().secrets, contact)
    flash(_("L'invitation part à l'adresse %(email)s.", email=contact.email))
    return redirect(url_for(".show", vendor_id=vendor_id, _anchor="contacts"))
