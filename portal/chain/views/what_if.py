"""« Et si… » and the laws that are tried."""

from collections.abc import Mapping

from flask import flash, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.chain import queries, services
from portal.chain.contract_page import reached_contract, transfer_matter
from portal.chain.forms import LawForm
from portal.chain.papers import ChainPaper, paper_tree
from portal.chain.rules.law_file import MOST_BYTES, read_law
from portal.chain.transfer_assessment import assessment_tree
from portal.chain.views.blueprint import bp
from portal.chain.what_if_answer import WhatIf
from portal.chain.what_if_page import MOST_SHOWN, Asked, what_if_page
from portal.core.errors import NotFound, Refused
from portal.core.language import Language
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import in_eea
from portal.web import edge
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.printed import printed
from portal.web.routing import row_number
from portal.web.text import _, current_language


@bp.route("/et-si")
@requires(Permission.CHAIN_VIEW)
def what_if() -> ResponseReturnValue:
    """Who is reached if a company fails or a country is no longer adequate."""
    return _page(LawForm(formdata=None)), 200


def asked() -> Asked:
    """What the address asks."""
    company, country = (request.args.get(name, "").strip() for name in ("societe", "pays"))
    return Asked(company, country, request.args.get("droit", type=row_number))


def _page(form: LawForm) -> str:
    page = what_if_page(current(), asked(), current_language(), _answered)
    return render_template("chain/what_if.html", page=page, most=MOST_SHOWN, form=form)


def _answered(answer: WhatIf, arguments: Mapping[str, str | int]) -> str:
    """Who an answer reaches, in HTML."""
    return str(get_template_attribute("chain/_reached.html", "answered")(answer, arguments, MOST_SHOWN))


@bp.route("/et-si/contrats/<key>")
@requires(Permission.CHAIN_VIEW)
def reached(key: str) -> ResponseReturnValue:
    """One contract that the question reaches: why, and the papers to send."""
    page = reached_contract(current(), asked(), key, edge.settings().organisation)
    return render_template("chain/reached.html", page=page, papers=ChainPaper, language_of_reader=current_language())


@bp.route("/et-si/contrats/<key>/<any(lettre, avenant, aitd):named>-<any(fr, en):spoken>.<any(docx, pdf):kind>")
@requires(Permission.CHAIN_VIEW)
def paper(key: str, named: str, spoken: str, kind: str) -> ResponseReturnValue:
    """A paper about it, drafted from what is known now."""
    found = reached_contract(current(), asked(), key, edge.settings().organisation)
    return printed(paper_tree(ChainPaper(named), found.matter, Language(spoken)), kind, f"{named}-{key}-{spoken}")


@bp.route("/societes/<int:company_id>/transferts/<country>/aitd-<any(fr, en):spoken>.<any(docx, pdf):kind>")
@requires(Permission.CHAIN_VIEW)
def assessment(company_id: int, country: str, spoken: str, kind: str) -> ResponseReturnValue:
    """The assessment of one transfer, filled in from what is known."""
    ctx = current()
    company = queries.get_company(ctx, company_id, to=Permission.CHAIN_VIEW)
    if country not in atlas().codes or in_eea(country, atlas(), ctx.today):
        raise NotFound
    matter = transfer_matter(ctx, company, country, organisation=edge.settings().organisation)
    return printed(assessment_tree(matter, Language(spoken)), kind, f"aitd-{company.key}-{country}-{spoken}")


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
