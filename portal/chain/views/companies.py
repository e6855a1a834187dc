"""The list of companies, one company, its transfers, and the chain of a vendor."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.chain import queries, services
from portal.chain.company_page import company_page
from portal.chain.forms import CompanyForm, NamesForm, TransferForm, VendorBehindForm
from portal.chain.list_page import ChainView, company_list
from portal.chain.models import ChainCompany
from portal.chain.picture_page import vendor_picture
from portal.chain.tree_page import tree_page
from portal.chain.views.blueprint import bp
from portal.core.errors import Refused
from portal.core.language import N_
from portal.vendors.queries import get_vendor, one_vendor_named
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import adequacy
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import _, current_language

_NO_VENDOR = N_("Aucun sous-traitant du registre ne répond à ce nom.")


@bp.route("")
@requires(Permission.CHAIN_VIEW)
def index() -> ResponseReturnValue:
    """The companies of the chain."""
    named, typed = request.args.get("vue", ""), request.args.get("q", "").strip()
    view = ChainView(named) if named in set(ChainView) else ChainView.ALL
    page = company_list(current(), view, typed=typed, page=page_asked())
    return render_template("chain/index.html", page=page, view=view, views=ChainView, typed=typed)


@bp.route("/societes/<int:company_id>")
@requires(Permission.CHAIN_VIEW)
def show(company_id: int) -> ResponseReturnValue:
    """One company under all its names."""
    return company_view(queries.get_company(current(), company_id, to=Permission.CHAIN_VIEW))


def company_view(company: ChainCompany, **failed: Any) -> ResponseReturnValue:
    """The page of a company, with the form that was sent back."""
    forms = {"names": NamesForm(formdata=None), "behind": VendorBehindForm(formdata=None)}
    page = company_page(current(), company)
    return render_template("chain/show.html", page=page, **{**forms, **failed}), 422 if failed else 200


@bp.route("/societes/<int:company_id>/modifier", methods=["GET", "POST"])
@requires(Permission.CHAIN_WRITE)
def edit(company_id: int) -> ResponseReturnValue:
    """Complete what is known of a company."""
    ctx = current()
    company = queries.get_company(ctx, company_id, to=Permission.CHAIN_WRITE)
    form = CompanyForm(obj=company)
    if form.submitted():
        services.describe_company(ctx, company, form.sheet())
        flash(_("C'est noté."))
        return redirect(url_for(".show", company_id=company_id))
    return render_template("chain/edit.html", form=form, company=company), form.status


@bp.route("/societes/<int:company_id>/transferts/<country>", methods=["GET", "POST"])
@requires(Permission.CHAIN_WRITE)
def transfer(company_id: int, country: str) -> ResponseReturnValue:
    """Say on what ground data go to a company in a country."""
    ctx = current()
    if country not in atlas().codes | atlas().regions:
        abort(404)
    company = queries.get_company(ctx, company_id, to=Permission.CHAIN_WRITE)
    form = TransferForm(obj=queries.transfer_to(ctx, company, country))
    if form.submitted():
        try:
            services.frame_transfer(ctx, company, form.sheet(country))
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".show", company_id=company_id, _anchor="transferts"))
    decision = adequacy(country, atlas(), ctx.today)
    return render_template(
        "chain/transfer.html", form=form, company=company, country=country, decision=decision
    ), form.status  # fmt: skip


@bp.route("/societes/<int:company_id>/sous-traitant", methods=["POST"])
@requires(Permission.CHAIN_WRITE)
def choose_vendor(company_id: int) -> ResponseReturnValue:
    """Say which vendor of the register stands behind a company, or that none does."""
    ctx = current()
    company = queries.get_company(ctx, company_id, to=Permission.CHAIN_WRITE)
    form = VendorBehindForm()
    if form.submitted():
        try:
            typed = form.vendor.data or ""
            found = one_vendor_named(ctx, typed, to=Permission.VENDOR_VIEW, absent=_NO_VENDOR) if typed else None
            services.choose_vendor(ctx, company, found)
        except Refused as error:
            form.refuse(error, "vendor")
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".show", company_id=company_id))
    return company_view(company, behind=form)


@bp.route("/sous-traitants/<int:vendor_id>")
@requires(Permission.CHAIN_VIEW)
def vendor(vendor_id: int) -> ResponseReturnValue:
    """The chain of a vendor, as a tree."""
    ctx = current()
    found = get_vendor(ctx, vendor_id, to=Permission.VENDOR_VIEW)
    world = queries.chain_around(ctx, queries.knots_of_vendor(ctx, found.id))
    return render_template(
        "chain/vendor.html", page=tree_page(ctx, found, world),
        picture=vendor_picture(ctx, found, world, current_language()),
    )  # fmt: skip


@bp.route("/sous-traitants/<int:vendor_id>/entrer", methods=["POST"])
@requires(Permission.CHAIN_WRITE)
def enter_vendor(vendor_id: int) -> ResponseReturnValue:
    """Enter a vendor in the chain, to join its names or to be engaged by others."""
    ctx = current()
    found = get_vendor(ctx, vendor_id, to=Permission.VENDOR_VIEW)
    company = services.company_of_vendor(ctx, found)
    return redirect(url_for(".show", company_id=company.id))
