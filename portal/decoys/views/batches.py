"""Batches of invented customers; none of these pages is ever shown to a vendor."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.spreadsheets import write_csv
from portal.decoys import queries, services, wording
from portal.decoys.forms import BatchForm, PlantedForm, ReceivedForm
from portal.vendors.queries import get_vendor, one_vendor_named
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _

bp = Blueprint("decoys", __name__, url_prefix="/adresses-pieges")
P = Permission
_COLUMNS = ("prenom", "nom", "adresse", "code_postal", "ville", "courriel", "telephone")


@bp.route("")
@requires(P.DECOY_MANAGE)
def index() -> ResponseReturnValue:
    """Every batch, with what reached it."""
    ctx = current()
    found = queries.batch_page(ctx, page_asked())
    return render_template(
        "decoys/index.html", found=found, counts=queries.counts_of(ctx, [row.id for row in found.rows])
    )


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(P.DECOY_MANAGE)
def new() -> ResponseReturnValue:
    """Invent people for one handing over."""
    ctx = current()
    asked = request.args.get("sous-traitant", type=row_number)
    vendor = get_vendor(ctx, asked, to=P.DECOY_MANAGE) if asked is not None else None
    form = BatchForm(data={"vendor": vendor.name if vendor else "", "number": 5})
    form.offering(queries.services_of(ctx, vendor) if vendor else [])
    if form.submitted():
        try:
            absent = N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le.")
            named = one_vendor_named(ctx, form.vendor.data, to=P.DECOY_MANAGE, absent=absent)
            batch = services.make_batch(ctx, named, form.sheet())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Les personnes sont inventées. Téléchargez-les, mettez-les dans le fichier, puis notez sa remise."))
            return redirect(url_for(".show", batch_id=batch.id))
    return render_template("decoys/new.html", form=form), form.status


@bp.route("/<int:batch_id>", methods=["GET", "POST"])
@requires(P.DECOY_MANAGE)
def show(batch_id: int) -> ResponseReturnValue:
    """One batch: when it was handed over, and what reached its people."""
    ctx = current()
    batch = queries.get_batch(ctx, batch_id)
    form = PlantedForm(data={"on": batch.planted_on or ctx.today})
    if form.submitted():
        try:
            services.note_planted(ctx, batch, form.on.data)
        except Refused as error:
            form.refuse(error, "on")
        else:
            flash(_("Remise notée : ce qui atteint ce lot compte depuis ce jour."))
            return redirect(url_for(".show", batch_id=batch.id))
    page = render_template(
        "decoys/show.html", batch=batch, form=form, found=queries.message_page(ctx, batch, page_asked()),
        counts=queries.counts_of(ctx, [batch.id])[batch.id], tones=wording.VERDICT_TONES,
    )  # fmt: skip
    return page, form.status


@bp.route("/<int:batch_id>/personnes.csv", methods=["POST"])
@requires(P.DECOY_MANAGE)
def people(batch_id: int) -> ResponseReturnValue:
    """The invented people as a table to be put among the data; who asked for it is in the journal."""
    ctx = current()
    found = services.hand_out(ctx, queries.get_batch(ctx, batch_id))
    rows = [
        (one.first_name, one.last_name, one.street, one.postal_code, one.town, one.email, one.phone) for one in found
    ]
    return attached(Response(write_csv(_COLUMNS, rows), mimetype="text/csv"), f"lot-{batch_id}.csv")


@bp.route("/recu", methods=["GET", "POST"])
@requires(P.DECOY_MANAGE)
def by_hand() -> ResponseReturnValue:
    """Note a letter or a call."""
    ctx = current()
    form = ReceivedForm(data={"on": ctx.today})
    if form.submitted():
        try:
            noted = services.note_by_hand(ctx, form.told())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est noté, avec ce que cela dit du prestataire."))
            return redirect(url_for(".show", batch_id=noted[0].batch_id))
    return render_template("decoys/by_hand.html", form=form), form.status
