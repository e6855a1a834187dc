"""The vendor's contracts: read, ask, sign, download. Only its own, only what it was sent or what binds it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.authz.context import authorize
from portal.authz.policy import Permission
from portal.contracts import message_queries, signing_queries
from portal.contracts.facts_answering import answer_asked_facts
from portal.contracts.rules.signing_order import SigningMeans
from portal.contracts.services import ask_about_contract
from portal.contracts.signatory_page import act_as_signatory, text_of
from portal.contracts.signing_forms import ContractMessageForm
from portal.core.errors import NotFound, Refused
from portal.vendor_space import contract_queries, facts_queries
from portal.vendor_space.contract_queries import OwnContract
from portal.vendor_space.views.blueprint import ID, bp
from portal.vendor_space.wording import contract_status
from portal.web import edge
from portal.web.downloads import download
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/contrats")
@requires(Permission.SPACE_VIEW)
def contracts() -> ResponseReturnValue:
    """Every contract of the vendor that it may see."""
    found = contract_queries.own_contracts(edge.current())
    rows = [(contract, contract_status(contract)) for contract in found]
    asked = facts_queries.awaited_facts(edge.current()) if edge.current().can(Permission.CONTRACT_DISCUSS) else ()
    return render_template("vendor_space/contracts.html", rows=rows, asked=asked)


@bp.route(f"/contrats/informations/<{ID}:request_id>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DISCUSS)
def contract_facts(request_id: int) -> ResponseReturnValue:
    """What a contract lacks and this vendor knows: typed here, printed once accepted."""
    ctx = edge.current()
    asked = facts_queries.awaited_request(ctx, request_id)
    shown = answer_asked_facts(ctx, asked, "vendor_space/contract_facts.html", name=ctx.actor.name)
    if shown is not None:
        return shown
    flash(_("Vos réponses sont envoyées : %(organisation)s les relit.", organisation=edge.settings().organisation))
    return redirect(url_for(".contracts"))


@bp.route(f"/contrats/<{ID}:contract_id>", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
def contract(contract_id: int) -> ResponseReturnValue:
    """One contract: its text, what was said about it, a question."""
    ctx = edge.current()
    found = contract_queries.own_contract(ctx, contract_id)
    form = ContractMessageForm() if request.method == "POST" else ContractMessageForm(formdata=None)
    if request.method == "POST":
        authorize(ctx, Permission.CONTRACT_DISCUSS, contract_queries.contract_row(ctx, found))
    if form.submitted():
        try:
            ask_about_contract(ctx, contract_queries.contract_row(ctx, found), form.text.data or "")
        except Refused as refusal:
            form.refuse(refusal, "text")
        else:
            flash(_("Votre message est envoyé."))
            return redirect(url_for(".contract", contract_id=contract_id))
    page = render_template(
        "vendor_space/contract.html", found=found, form=form, status=contract_status(found),
        text=_text(found), messages=message_queries.thread(ctx, contract_id),
    )  # fmt: skip
    return page, form.status


def _text(found: OwnContract) -> Markup | None:
    if found.version_id is None:
        return None
    return text_of(edge.current(), found.version_id, found.version_sha256)


@bp.route(f"/contrats/<{ID}:contract_id>/fichier")
@requires(Permission.SPACE_VIEW)
def contract_file(contract_id: int) -> ResponseReturnValue:
    """The signed copy, or the PDF of what was sent while it is not signed."""
    ctx = edge.current()
    return download(contract_queries.file_of(ctx, contract_queries.own_contract(ctx, contract_id)))


@bp.route(f"/contrats/<{ID}:contract_id>/signer", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
def sign_contract(contract_id: int) -> ResponseReturnValue:
    """Read and sign, when one's own address is that of a signatory of the vendor."""
    ctx = edge.current()
    found = contract_queries.own_contract(ctx, contract_id)
    signatory = signing_queries.signatory_at(ctx, found.id, ctx.actor.email)
    if signatory is None:
        raise NotFound()
    return act_as_signatory(ctx, signatory, SigningMeans.SPACE, "vendor_space/sign_contract.html", contract=found)
