"""The list of vendors, its exports, and a vendor's own page."""

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz import policy
from portal.authz.context import Context
from portal.authz.policy import Permission, Scope
from portal.core.errors import Refused
from portal.core.language import say
from portal.identity import queries as identity
from portal.identity.models import User
from portal.journal.entry_text import shown_entry
from portal.vendors import queries, register_export, services
from portal.vendors.forms import NewVendorForm, OwnerForm, VendorForm
from portal.vendors.models import FactsRequest, Vendor
from portal.vendors.queries import AT_RISK_TIERS, UNCLASSIFIED, SimilarityWarning, VendorFilter
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.status import MOVES, VendorStatus
from portal.vendors.rules.tier import RiskFactor, Tier
from portal.vendors.services import InvalidSheet, PossibleDuplicate
from portal.vendors.views.blueprint import bp
from portal.vendors.views.filtering import wanted_vendors
from portal.vendors.views.stated_facts import proposal_lines
from portal.vendors.wording import CONTACT_ROLES
from portal.web.downloads import attached
from portal.web.edge import current, release
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import _, current_language

MEDIA_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@bp.route("")
@requires(Permission.VENDOR_VIEW)
def index() -> ResponseReturnValue:
    """The vendors within reach: searched, filtered, sorted, page by page."""
    ctx, wanted = current(), wanted_vendors()
    page = page_asked()
    found = queries.vendors(ctx, wanted, sort=request.args.get("tri", "nom"), page=page)
    return render_template(
        "vendors/index.html", found=found, wanted=wanted,
        filtered=wanted != VendorFilter(), tiers=Tier, statuses=VendorStatus, standings=ContractStanding,
        unclassified=UNCLASSIFIED,
        at_risk=AT_RISK_TIERS,
        countries=queries.countries(ctx), owners=queries.owners_within_reach(ctx),
    )  # fmt: skip


@bp.route("/liste.<any(csv, xlsx):kind>")
@requires(Permission.VENDOR_VIEW)
def export(kind: str) -> ResponseReturnValue:
    """The filtered list as a file."""
    ctx = current()
    found = queries.every_vendor(ctx, wanted_vendors(), sort=request.args.get("tri", "nom"))
    content = register_export.export_register(found, kind, current_language(), on=ctx.today)
    return attached(Response(content, mimetype=MEDIA_TYPES[kind]), f"sous-traitants-{ctx.today}.{kind}")


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.VENDOR_CREATE)
def new() -> ResponseReturnValue:
    """Enter a vendor, once it is sure that it is not there already."""
    ctx = current()
    form = NewVendorForm()
    if policy.scope_of(ctx.actor, Permission.VENDOR_EDIT) is not Scope.ALL:
        del form.owner_id  # whoever enters it owns it
    # Who may own it is asked when somebody is named, or when the page is shown: nobody waits for it otherwise.
    offered = queries.owners(ctx) if form.named_owner else ()
    if form.offering(offered).submitted():
        try:
            vendor = services.create_vendor(
                ctx, form.sheet(_parent_id(ctx, form)), owner=_owner(offered, form.named_owner),
                despite_likeness="despite" in request.form,
            )  # fmt: skip
        except PossibleDuplicate as found:
            return _new_page(ctx, form, found.likenesses), 422
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            release()
            flash(_("« %(name)s » est dans le registre. Décrivez ce qu'il fait pour vous.", name=vendor.name))
            return redirect(url_for(".show", vendor_id=vendor.id))
    return _new_page(ctx, form), form.status


def _new_page(ctx: Context, form: NewVendorForm, likenesses: Sequence[SimilarityWarning] = ()) -> str:
    if "owner_id" in form:
        form.offering(queries.owners(ctx))
    return render_template("vendors/new.html", form=form, likenesses=likenesses)


@bp.route("/<int:vendor_id>")
@requires(Permission.VENDOR_VIEW)
def show(vendor_id: int) -> ResponseReturnValue:
    """A vendor: who it is, what it does, how much it weighs, whom to write to, what happened."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_VIEW)
    is_inside = ctx.can(Permission.VENDOR_EDIT, vendor) or ctx.can(Permission.JOURNAL_VIEW)
    return render_template(
        "vendors/show.html", vendor=vendor, card=queries.vendor_overview(ctx, vendor), factor_of=RiskFactor,
        undelivered=queries.undelivered(ctx, vendor) if ctx.can(Permission.MAIL_RESEND, vendor) else (),
        moves=MOVES[vendor.status], state_of=identity.state_of, contact_roles=CONTACT_ROLES,
        experts=queries.expert_accesses(ctx, vendor) if ctx.can(Permission.VENDOR_INVITE, vendor) else [],
        proposals=_proposals(ctx, vendor),
        history=[shown_entry(entry) for entry in queries.vendor_history(ctx, vendor)] if is_inside else [],
    )  # fmt: skip


def _proposals(ctx: Context, vendor: Vendor) -> list[tuple[FactsRequest, list[tuple[str, str, str]]]]:
    """What was asked or answered about its services, with what accepting would change."""
    if not ctx.can(Permission.VENDOR_EDIT, vendor):
        return []
    return [(asked, proposal_lines(asked)) for asked in queries.facts_proposals(ctx, vendor)]


@bp.route("/<int:vendor_id>/modifier", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def edit(vendor_id: int) -> ResponseReturnValue:
    """Correct a vendor's sheet."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_EDIT)
    hold(vendor)
    form = VendorForm(obj=vendor, parent_name=vendor.parent.name if vendor.parent else "")
    if form.submitted():
        try:
            services.describe_vendor(ctx, vendor, form.sheet(_parent_id(ctx, form)))
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            flash(_("Fiche mise à jour."))
            return redirect(url_for(".show", vendor_id=vendor.id))
    return render_template("vendors/edit.html", form=form, vendor=vendor), form.status


@bp.route("/<int:vendor_id>/statut", methods=["POST"])
@requires(Permission.VENDOR_EDIT)
def move(vendor_id: int) -> ResponseReturnValue:
    """Move a vendor to another stage."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_EDIT)
    wanted = request.form.get("status", "")
    if wanted not in set(VendorStatus):
        raise Refused(say("Ce statut n'existe pas."))
    services.change_status(ctx, vendor, VendorStatus(wanted))
    flash(_("Le statut est changé."))
    return redirect(url_for(".show", vendor_id=vendor.id))


@bp.route("/<int:vendor_id>/responsable", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def owner(vendor_id: int) -> ResponseReturnValue:
    """Say who answers for a vendor."""
    ctx = current()
    vendor = queries.get_vendor(ctx, vendor_id, to=Permission.VENDOR_EDIT)
    offered = queries.owners(ctx)
    form = OwnerForm(obj=vendor).offering(offered)
    if not form.submitted():
        return render_template("vendors/owner.html", form=form, vendor=vendor), form.status
    services.assign_owner(ctx, vendor, _owner(offered, form.owner_id.data))
    flash(_("Le responsable est désigné."))
    if ctx.can(Permission.VENDOR_VIEW, vendor):
        return redirect(url_for(".show", vendor_id=vendor.id))
    return redirect(url_for(".index"))


def _owner(offered: Sequence[User], user_id: int | None) -> User | None:
    return next((user for user in offered if user.id == user_id), None)


def _parent_id(ctx: Context, form: VendorForm) -> int | None:
    """The vendor whose name was typed; raises InvalidSheet when it is none, or more than one."""
    typed = form.parent_name.data
    if not typed:
        return None
    found = queries.vendor_ids_named(ctx, typed)
    if len(found) == 1:
        return found[0]
    if found:
        sentence = say(
            "Plusieurs sous-traitants portent le nom « %(name)s » : donnez la clé de l'un d'eux.", name=typed
        )
    else:
        sentence = say("Aucun sous-traitant du registre ne s'appelle « %(name)s ».", name=typed)
    raise InvalidSheet({"parent_name": sentence})
