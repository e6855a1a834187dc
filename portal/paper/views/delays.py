"""The delays of a contract of the register, quoted: what was read, who confirmed it, and a correction."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import queries as contracts
from portal.core.errors import Refused
from portal.paper import services
from portal.paper.contract_delays import ContractDelay, delays_of
from portal.paper.forms import ConfirmDelayForm
from portal.paper.rules.contract_delays import DelayKind
from portal.paper.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/contrat/<int:contract_id>/delais")
@requires(Permission.CONTRACT_VIEW)
def delays(contract_id: int) -> ResponseReturnValue:
    """What the contract writes of each delay."""
    ctx = current()
    contract = contracts.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    return render_template("paper/delays.html", contract=contract, delays=delays_of(ctx, contract))


@bp.route("/contrat/<int:contract_id>/delais/<any(opposition, violation, audit):named>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def confirm_delay(contract_id: int, named: str) -> ResponseReturnValue:
    """Confirm one of them as it was read, or write it down."""
    ctx, kind = current(), DelayKind(named)
    contract = contracts.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    read = next(one for one in delays_of(ctx, contract) if one.kind is kind)
    form = ConfirmDelayForm(data=_shown(read))
    if form.submitted():
        try:
            services.confirm_delay(ctx, contract, kind, form.word())
        except Refused as error:
            form.refuse(error, "quote")
        else:
            flash(_("Délai confirmé."))
            return redirect(url_for(".delays", contract_id=contract_id))
    return render_template("paper/delay.html", contract=contract, delay=read, form=form), form.status


def _shown(read: ContractDelay) -> dict[str, Any]:
    figure = read.figure
    shown: dict[str, Any] = {"quote": read.quote, "silent": read.is_silent}
    return {**shown, "number": figure.number, "unit": figure.unit} if figure is not None else shown
