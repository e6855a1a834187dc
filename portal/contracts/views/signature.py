"""A version recorded as signed, with its date and copy; that record taken back; the copy itself."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import queries, services
from portal.contracts.forms import VersionSignedForm
from portal.contracts.views.blueprint import bp
from portal.core.errors import NotFound, Refused
from portal.vendors.forms import CancelSignatureForm
from portal.vendors.services import keep_signed_copy, seal_signed_copy
from portal.web import edge
from portal.web.downloads import download
from portal.web.guard import requires, takes_files
from portal.web.text import _


@bp.route("/<int:contract_id>/versions/<int:number>/signature", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
@takes_files
def sign(contract_id: int, number: int) -> ResponseReturnValue:
    """Record that a version was signed."""
    contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_DRAFT)
    version = queries.get_version(edge.current(), contract, number)
    form = VersionSignedForm()
    if form.submitted():
        try:
            # The database is let go of while the copy is sealed: nobody waits for a slow upload.
            edge.release()
            blob = seal_signed_copy(form.file.data.stream, form.file.data.filename)
            ctx = edge.current()
            contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
            copy = keep_signed_copy(ctx, blob)
            services.record_version_signed(ctx, contract, number, form.signed_on.data, copy, form.over(contract))
        except Refused as error:
            edge.db_session().rollback()
            contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_DRAFT)
            version = queries.get_version(edge.current(), contract, number)
            form.refuse(error)
        else:
            flash(_("La version %(number)s est enregistrée comme signée.", number=number))
            return redirect(url_for(".show", contract_id=contract_id, version=number))
    page = render_template(
        "contracts/signature.html", contract=contract, version=version, form=form,
        cancelling=CancelSignatureForm(formdata=None),
    )  # fmt: skip
    return page, form.status


@bp.route("/<int:contract_id>/versions/<int:number>/signature/annulation", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def cancel_signature(contract_id: int, number: int) -> ResponseReturnValue:
    """Take back the record that a version was signed."""
    ctx, form = edge.current(), CancelSignatureForm()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    if form.submitted():
        try:
            services.cancel_version_signed(ctx, contract, number, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("La signature de la version %(number)s est annulée.", number=number))
            return redirect(url_for(".show", contract_id=contract_id, version=number))
    version = queries.get_version(ctx, contract, number)
    page = render_template(
        "contracts/signature.html", contract=contract, version=version, form=VersionSignedForm(formdata=None),
        cancelling=form,
    )  # fmt: skip
    return page, form.status


@bp.route("/<int:contract_id>/versions/<int:number>/signe")
@requires(Permission.CONTRACT_VIEW)
def signed_copy(contract_id: int, number: int) -> ResponseReturnValue:
    """The copy that was signed."""
    contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_VIEW)
    signature = queries.get_version(edge.current(), contract, number).signature
    if signature is None:
        raise NotFound()
    return download(signature.stored_file)
