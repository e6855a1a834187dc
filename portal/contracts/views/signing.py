"""The signature of a contract, from legal's side: opened, followed, changed, taken back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import queries, services, signing_queries
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.contracts.rules.signing_order import SigningState
from portal.contracts.signing_forms import SignatoriesForm, SignatoryForm, WithdrawSigningForm
from portal.contracts.signing_proposals import proposed_signatories
from portal.contracts.views.blueprint import bp
from portal.contracts.wording import SIGNATORY_BADGES, SIGNING_BADGES
from portal.core.errors import Refused
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _, said


@bp.route("/<int:contract_id>/signatures")
@requires(Permission.CONTRACT_VIEW)
def signing(contract_id: int) -> ResponseReturnValue:
    """Where the signature of a contract is: who has signed, who is asked, what proves it; and those before it."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    return _followed(contract, WithdrawSigningForm(formdata=None))


def _followed(contract: Contract, withdrawing: WithdrawSigningForm) -> ResponseReturnValue:
    ctx = edge.current()
    signings = signing_queries.signings_of(ctx, contract)
    live = next((one for one in signings if one.state.is_live), None)
    mine = next((one for one in (live.signatories if live else ()) if one.email == ctx.actor.email), None)
    body = render_template(
        "contracts/signing.html", contract=contract, signings=signings, live=live, withdrawing=withdrawing, mine=mine,
        acts=signing_queries.acts_of(ctx, signings), letters=signing_queries.last_letters(ctx, signings),
        may_act=ctx.can(Permission.CONTRACT_DRAFT, contract), badges=SIGNING_BADGES, people=SIGNATORY_BADGES,
        stuck=live is not None and live.state is SigningState.COMPLETE
        and signing_queries.failed_sealing(ctx, live) is not None,
        is_agreed=contract.state is ContractState.AGREED,
    )  # fmt: skip
    return body, withdrawing.status


@bp.route("/<int:contract_id>/versions/<int:number>/signatures", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def open_signing(contract_id: int, number: int) -> ResponseReturnValue:
    """Say who signs a version, in which order, and write to the first."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    version = queries.get_version(ctx, contract, number, but_for=queries.TREE_AND_COVERAGE)
    if request.method == "GET":
        form = SignatoriesForm.proposing(proposed_signatories(ctx, contract, version))
    else:
        form = SignatoriesForm()
        act, _colon, row = request.form.get("then", "").partition(":")
        if act == "ajouter":
            form.add_row()
        elif act == "retirer":
            form.drop_row(int(row) if row.isdecimal() else -1)
        elif form.submitted():
            try:
                services.open_signing(ctx, contract, number, form.entries())
            except Refused as error:
                form.refuse(error)
            else:
                flash(_("La signature est ouverte : le premier signataire reçoit son message."))
                return redirect(url_for(".signing", contract_id=contract_id))
    body = render_template("contracts/open_signing.html", contract=contract, version=version, form=form)
    return body, form.status


@bp.route("/<int:contract_id>/signatures/retrait", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def withdraw_signing(contract_id: int) -> ResponseReturnValue:
    """Take the signature back, with a reason that its signatories read."""
    ctx, form = edge.current(), WithdrawSigningForm()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    if form.submitted():
        try:
            services.withdraw_signing(ctx, contract, form.why.data or "")
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("La signature est retirée : les liens n'ouvrent plus rien à signer."))
            return redirect(url_for(".signing", contract_id=contract_id))
    return _followed(contract, form)


@bp.route("/<int:contract_id>/signataires/<int:signatory_id>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def change_signatory(contract_id: int, signatory_id: int) -> ResponseReturnValue:
    """Name somebody else, or correct an address, before they sign."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    held = signing_queries.get_signatory(ctx, contract, signatory_id)
    form = SignatoryForm(obj=held)
    if form.submitted():
        try:
            changed = services.change_signatory(ctx, contract, signatory_id, form.entry(held.side))
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est noté : %(name)s signera.", name=changed.name))
            return redirect(url_for(".signing", contract_id=contract_id))
    return render_template("contracts/signatory_change.html", contract=contract, held=held, form=form), form.status


@bp.route("/<int:contract_id>/signataires/<int:signatory_id>/relance", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def remind_signatory(contract_id: int, signatory_id: int) -> ResponseReturnValue:
    """Remind whoever is to sign."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    signing_queries.get_signatory(ctx, contract, signatory_id)
    try:
        found = services.remind_now(ctx, contract, signatory_id)
        flash(_("Un rappel part à l'adresse %(email)s.", email=found.email))
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    return redirect(url_for(".signing", contract_id=contract_id))


@bp.route("/<int:contract_id>/signatures/cachet", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def seal_again(contract_id: int) -> ResponseReturnValue:
    """Try the seal again after it was given up."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    if services.seal_again(ctx, contract):
        flash(_("Le cachet est apposé de nouveau en arrière-plan."))
    return redirect(url_for(".signing", contract_id=contract_id))
