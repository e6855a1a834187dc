"""What a contract lacks, on one sheet; asked of the vendor by a link, proposed, accepted or set aside."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import NOBODY, Permission
from portal.contracts import draft_page, facts_queries, missing_page, queries, services
from portal.contracts.facts_answering import answer_asked_facts
from portal.contracts.facts_forms import AskContractFactsForm
from portal.contracts.models import Contract
from portal.contracts.views.blueprint import bp
from portal.contracts.views.drafting import language_of
from portal.core.errors import Refused
from portal.identity.forms import TokenForm
from portal.web import edge
from portal.web.guard import public, requires
from portal.web.text import _, change_language, current_language, ngettext, said


@bp.route("/<int:contract_id>/manque")
@requires(Permission.CONTRACT_VIEW)
def missing(contract_id: int) -> ResponseReturnValue:
    """Every fact lacking, contradictory or without sense; where it is typed; which of them the vendor can give."""
    contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_VIEW)
    return _sheet(contract, AskContractFactsForm(language=language_of(contract)))


@bp.route("/<int:contract_id>/manque", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def ask_vendor(contract_id: int) -> ResponseReturnValue:
    """Send some of it to the vendor by a link."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    form = AskContractFactsForm()
    if form.submitted():
        try:
            sent = services.ask_contract_facts(
                ctx, edge.settings().secrets, contract, form.email.data, request.form.getlist("fait"),
                form.language.data,
            )  # fmt: skip
        except Refused as error:
            form.refuse(error, "email")
        else:
            flash(_("Les questions partent à l'adresse %(email)s.", email=sent.email))
            return redirect(url_for(".missing", contract_id=contract.id, langue=sent.language.value))
    return _sheet(contract, form)


def _sheet(contract: Contract, form: AskContractFactsForm) -> ResponseReturnValue:
    ctx = edge.current()
    spoken = language_of(contract)
    found = draft_page.draft_page(ctx, contract, spoken, current_language())
    asked = set(request.form.getlist("fait")) if request.method == "POST" else None
    body = render_template(
        "contracts/missing.html", contract=contract, form=form, page=found,
        lines=missing_page.missing_lines(found), asked=asked, known=facts_queries.addresses_of(ctx, contract),
        may_fill=ctx.can(Permission.CONTRACT_DRAFT, contract),
        proposals=missing_page.proposals(ctx, contract, current_language()),
        waiting=facts_queries.facts_requests_waiting(ctx, contract),
    )  # fmt: skip
    return body, form.status


@bp.route("/<int:contract_id>/propositions/<int:request_id>", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def settle_proposal(contract_id: int, request_id: int) -> ResponseReturnValue:
    """Take what the vendor proposed that is ticked; set the rest aside."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    proposal = facts_queries.get_contract_facts_request(ctx, contract, request_id)
    accepted = request.form.getlist("fait") if request.form.get("then") == "accepter" else []
    count = services.settle_contract_facts(ctx, contract, proposal, accepted)
    taken = ngettext("%(num)s information reprise", "%(num)s informations reprises", count)
    flash(_("%(taken)s ; le reste est écarté.", taken=taken) if count else _("La proposition est écartée."))
    return redirect(url_for(".missing", contract_id=contract.id, langue=proposal.language.value))


@bp.route("/informations", methods=["GET", "POST"])
@public
def answer_facts() -> ResponseReturnValue:
    """What a contract lacks, by a link and without an account: the facts asked, and nothing else of the contract."""
    form = TokenForm()
    if not form.submitted():
        return render_template("identity/link.html", form=form, purpose="questions"), form.status
    ctx, token = edge.anonymous(NOBODY), form.given()
    try:
        asked = services.find_contract_facts_request(ctx, token)
    except Refused as refusal:
        return render_template("vendors/answer_over.html", sentence=said(refusal.sentence), done=False), 410
    if "language" not in session:
        change_language(asked.language)
    shown = answer_asked_facts(ctx, asked, "contracts/answer_facts.html", token=token)
    return shown if shown is not None else render_template("vendors/answer_over.html", sentence="", done=True)
