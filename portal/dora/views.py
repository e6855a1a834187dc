"""Pages of the register of information of DORA; none of them exists while no entity's register is kept."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.chain.queries import get_company
from portal.contracts.models import Contract
from portal.core.errors import Refused
from portal.dora import queries, register_page, services, wording
from portal.dora.forms import (
    DefinitionsForm,
    DoraContractForm,
    DoraEntityForm,
    DoraFactsForm,
    DoraServiceForm,
    FunctionForm,
    ProviderForm,
)
from portal.dora.models import DoraContract, DoraEntity, DoraService
from portal.dora.package import write_package
from portal.dora.reference import structure
from portal.dora.register_page import register_report
from portal.dora.services import UnsoundFact
from portal.vendors.models import Service
from portal.vendors.queries import get_vendor
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language, said

bp = Blueprint("dora", __name__, url_prefix="/dora")
P = Permission
FACTS = {
    DoraEntity: tuple(name for name in wording.FACT_NAMES if hasattr(DoraEntity, name)),
    DoraContract: tuple(name for name in wording.FACT_NAMES if hasattr(DoraContract, name)),
    DoraService: tuple(name for name in wording.FACT_NAMES if hasattr(DoraService, name)),
}


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names of rules and states, for macros: those see no context."""
    state.app.jinja_env.globals["dora_words"] = wording
    state.app.jinja_env.globals["dora_page"] = register_page


def _facts(model: Any, row: Any, names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """What the facts of a row hold, to fill a form; of none, nothing."""
    return {name: getattr(row, name) for name in names or FACTS[model]} if row is not None else {}


@bp.route("")
@requires(P.DORA_VIEW)
def index() -> ResponseReturnValue:
    """Every table, with its rows and its defects; the entities and their functions."""
    ctx = current()
    report = register_report(ctx)
    kept = [
        register_page.EntityInRegister(one, queries.functions_of(ctx, one.id)) for one in queries.entities_kept(ctx)
    ]
    return render_template(
        "dora/index.html", report=report, kept=kept, structure=structure(), words=current_language(),
        counted=register_page.rules_counted(report.defects),
    )  # fmt: skip


@bp.route("/tableaux/<code>")
@requires(P.DORA_VIEW)
def table(code: str) -> ResponseReturnValue:
    """One table: what is wrong with it, or its rows."""
    report = register_report(current()).tables.get(code)
    if report is None:
        abort(404)
    shows_rows = request.args.get("vue") == "lignes"
    found: Any = report.rows if shows_rows else report.defects
    return render_template(
        "dora/table.html", report=report, table=report.table, words=current_language(), shows_rows=shows_rows,
        found=register_page.page_of_rows(found, page_asked()), mend_url=register_page.mend_url,
    )  # fmt: skip


@bp.route("/paquet")
@requires(P.DORA_VIEW)
def package() -> ResponseReturnValue:
    """The register as a package of CSV files."""
    ctx = current()
    try:
        name, content = write_package(structure(), register_report(ctx).built.rows, ctx.now)
    except Refused as error:
        flash(said(error.sentence), "warning")
        return redirect(url_for(".index"))
    return attached(Response(content, mimetype="application/zip"), f"{name}.zip")


def _answer(form: DoraFactsForm, state: Any) -> bool:
    """Whether what was typed was kept; what is refused is said beside its field."""
    try:
        state()
    except UnsoundFact as error:
        form.refuse(error, error.field if error.field in form else None)
        return False
    flash(_("C'est noté au registre DORA."))
    return True


@bp.route("/entites/<int:entity_id>", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def entity(entity_id: int) -> ResponseReturnValue:
    """What the register asks of an entity."""
    ctx = current()
    found = queries.get_kept_entity(ctx, entity_id)
    hold(found)
    form = DoraEntityForm(row=found, **_facts(DoraEntity, ctx.session.get(DoraEntity, entity_id)))
    if form.submitted() and _answer(form, lambda: services.state_entity(ctx, found, form.values())):
        return redirect(url_for(".index"))
    lead = _("Son nom, son LEI et son pays se corrigent sur sa fiche.")
    links = [(_("Fiche de l'entité"), url_for("vendors.edit_entity", entity_id=entity_id))]
    return render_template("dora/edit.html", form=form, heading=found.name, lead=lead, links=links), form.status


@bp.route("/entites/<int:entity_id>/definitions", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def definitions(entity_id: int) -> ResponseReturnValue:
    """What an entity means by its coded answers."""
    ctx = current()
    found = queries.get_kept_entity(ctx, entity_id)
    hold(found)
    facts = ctx.session.get(DoraEntity, entity_id)
    form = DefinitionsForm.of(found, facts.definitions if facts else {})
    if form.submitted():
        services.define_answers(ctx, found, form.texts())
        flash(_("C'est noté au registre DORA."))
        return redirect(url_for(".index"))
    lead = _("L'autorité demande ce que chaque réponse veut dire chez vous. Seules celles que vous employez comptent.")
    heading = _("Ce que nos réponses veulent dire")
    return render_template("dora/edit.html", form=form, heading=heading, lead=lead, links=[]), form.status


@bp.route("/entites/<int:entity_id>/fonctions/nouvelle", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def new_function(entity_id: int) -> ResponseReturnValue:
    """Enter a function of an entity."""
    ctx = current()
    found = queries.get_kept_entity(ctx, entity_id)
    form = FunctionForm()
    if form.submitted():
        services.add_function(ctx, found, form.values())
        flash(_("C'est noté au registre DORA."))
        return redirect(url_for(".index"))
    lead = _("Ce que %(name)s fait, et que des prestations soutiennent.", name=found.name)
    heading = _("Ajouter une fonction")
    return render_template("dora/edit.html", form=form, heading=heading, lead=lead, links=[]), form.status


@bp.route("/fonctions/<int:function_id>", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def function(function_id: int) -> ResponseReturnValue:
    """Correct a function."""
    ctx = current()
    found = queries.get_function(ctx, function_id)
    hold(found)
    form = FunctionForm(obj=found)
    if form.submitted():
        services.state_function(ctx, found, form.values())
        flash(_("C'est noté au registre DORA."))
        return redirect(url_for(".index"))
    return render_template(
        "dora/edit.html", form=form, heading=f"{found.identifier} · {found.name}", lead="", links=[],
        removal=url_for(".remove_function", function_id=function_id),
    ), form.status  # fmt: skip


@bp.route("/fonctions/<int:function_id>/retirer", methods=["POST"])
@requires(P.DORA_EDIT)
def remove_function(function_id: int) -> ResponseReturnValue:
    """Take a function out."""
    ctx = current()
    found = queries.get_function(ctx, function_id)
    try:
        services.remove_function(ctx, found)
    except Refused as error:
        flash(said(error.sentence), "warning")
        return redirect(url_for(".function", function_id=function_id))
    flash(_("Fonction retirée du registre DORA."))
    return redirect(url_for(".index"))


_PROVIDER = tuple(name for name in wording.FACT_NAMES if name in ProviderForm.__dict__)


@bp.route("/prestataires/<int:vendor_id>", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def provider(vendor_id: int) -> ResponseReturnValue:
    """How a vendor is identified."""
    ctx = current()
    queries.entities_kept(ctx, to=P.DORA_EDIT)
    vendor = get_vendor(ctx, vendor_id, to=P.VENDOR_VIEW)
    hold(vendor)
    form = ProviderForm(row=vendor, **_facts(None, queries.provider_facts(ctx, vendor_id=vendor_id), _PROVIDER))
    if form.submitted() and _answer(form, lambda: services.state_provider(ctx, form.values(), vendor=vendor)):
        return redirect(url_for(".table", code="B_05.01"))
    lead = _("Sa dénomination, son pays et son LEI se corrigent sur sa fiche.")
    links = [(_("Fiche du sous-traitant"), url_for("vendors.edit", vendor_id=vendor_id))]
    return render_template("dora/edit.html", form=form, heading=vendor.name, lead=lead, links=links), form.status


@bp.route("/societes/<int:company_id>", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def company(company_id: int) -> ResponseReturnValue:
    """How a company of the chain is identified."""
    ctx = current()
    queries.entities_kept(ctx, to=P.DORA_EDIT)
    found = get_company(ctx, company_id, to=P.CHAIN_VIEW)
    hold(found)
    held = queries.provider_facts(ctx, company_id=found.knot or found.id)
    form = ProviderForm(row=found, **_facts(None, held, _PROVIDER))
    if form.submitted() and _answer(form, lambda: services.state_provider(ctx, form.values(), company=found)):
        return redirect(url_for(".table", code="B_05.01"))
    lead = _("Son pays se corrige sur sa page de la chaîne.")
    links = [(_("Société de la chaîne"), url_for("chain.show", company_id=company_id))]
    return render_template("dora/edit.html", form=form, heading=found.name, lead=lead, links=links), form.status


@bp.route("/contrats/<int:contract_id>", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def contract(contract_id: int) -> ResponseReturnValue:
    """What the register asks of a contract in force."""
    ctx = current()
    found: Contract = queries.get_dora_contract(ctx, contract_id)
    hold(found)
    form = DoraContractForm(row=found, **_facts(DoraContract, ctx.session.get(DoraContract, contract_id)))
    form.offering(queries.contracts_in_force(ctx), contract_id)
    if form.submitted() and _answer(form, lambda: services.state_contract(ctx, found, form.values())):
        return redirect(url_for(".table", code="B_02.01"))
    lead = _("Ses dates se corrigent sur sa page. Contrat avec %(vendor)s.", vendor=found.vendor.name)
    links = [(_("Page du contrat"), url_for("contracts.show", contract_id=contract_id))]
    return render_template("dora/edit.html", form=form, heading=found.title, lead=lead, links=links), form.status


@bp.route("/prestations/<int:service_id>", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def service(service_id: int) -> ResponseReturnValue:
    """What the register asks of a service."""
    ctx = current()
    found: Service = queries.get_dora_service(ctx, service_id)
    hold(found)
    form = DoraServiceForm(
        row=found, functions=queries.supported_by(ctx, found),
        **_facts(DoraService, ctx.session.get(DoraService, service_id)),
    ).offering(queries.functions_of(ctx, found.legal_entity_id))  # fmt: skip
    if form.submitted() and _answer(form, lambda: services.state_service(ctx, found, form.values(), form.function_ids)):
        return redirect(url_for(".table", code="B_02.02"))
    links = [
        (_("Fiche de la prestation"),
         url_for("vendors.edit_service", vendor_id=found.vendor_id, service_id=service_id)),
        (_("Chaîne de la prestation"), url_for(".chain", service_id=service_id)),
    ]  # fmt: skip
    lead = (
        _("%(vendor)s, pour %(entity)s.", vendor=found.vendor.name, entity=found.legal_entity.name)
        if found.legal_entity
        else _("%(vendor)s ; dites sur sa fiche pour quelle entité du groupe.", vendor=found.vendor.name)
    )
    return render_template("dora/edit.html", form=form, heading=found.name, lead=lead, links=links), form.status


@bp.route("/prestations/<int:service_id>/chaine", methods=["GET", "POST"])
@requires(P.DORA_EDIT)
def chain(service_id: int) -> ResponseReturnValue:
    """Who underpins a service, rank by rank, and what was judged of each."""
    ctx = current()
    found = queries.get_dora_service(ctx, service_id)
    if request.method == "POST":
        number, told = request.form.get("societe", ""), request.form.get("concourt")
        if not number.isdecimal() or told not in {"oui", "non"}:
            abort(400)
        company = get_company(ctx, row_number(number), to=P.CHAIN_VIEW)
        services.judge_subcontractor(ctx, found, company, underpins=told == "oui")
        flash(_("« %(name)s » : c'est noté.", name=company.name))
        return redirect(url_for(".chain", service_id=service_id, page=request.args.get("page")))
    steps = register_page.page_of_rows(register_page.chain_steps(ctx, found), page_asked())
    return render_template("dora/chain.html", service=found, found=steps)
