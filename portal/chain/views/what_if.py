"""« Et si… » and the laws that are tried."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.chain import queries, services
from portal.chain.forms import LawForm
from portal.chain.rules.law_file import MOST_BYTES, read_law
from portal.chain.views.blueprint import bp
from portal.chain.what_if_page import what_if_page
from portal.core.errors import Refused
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/et-si")
@requires(Permission.CHAIN_VIEW)
def what_if() -> ResponseReturnValue:
    """Who is reached if a company fails or a country is no longer adequate."""
    return _page(LawForm(formdata=None)), 200


def _page(form: LawForm) -> str:
    company, country = request.args.get("societe", "").strip(), request.args.get("pays", "").strip()
    page = what_if_page(current(), company=company, country=country)
    return render_template("chain/what_if.html", page=page, company=company, country=country, form=form)


@bp.route("/droit", methods=["POST"])
@requires(Permission.CHAIN_WRITE)
def try_law() -> ResponseReturnValue:
    """Try a law file on the whole portfolio."""
    form = LawForm()
    if form.submitted():
        try:
            services.apply_law(current(), read_law(form.file.data.read(MOST_BYTES + 1)))
        except Refused as error:
            form.refuse(error, "file")
        else:
            flash(_("Le fichier de droit est à l'essai : rien d'autre n'a changé."))
            return redirect(url_for(".what_if", _anchor="droit"))
    return _page(form), form.status


@bp.route("/droit/<int:law_id>/retirer", methods=["POST"])
@requires(Permission.CHAIN_WRITE)
def withdraw_law(law_id: int) -> ResponseReturnValue:
    """Withdraw a law file that is tried."""
    services.withdraw_law(current(), queries.get_law(current(), law_id))
    flash(_("Fichier de droit retiré."))
    return redirect(url_for(".what_if", _anchor="droit"))
