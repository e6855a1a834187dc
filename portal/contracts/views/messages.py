"""What the vendor asks about its contract, and what we answer: both sides read this thread."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import message_queries, queries, services
from portal.contracts.models import Contract
from portal.contracts.signing_forms import ContractMessageForm
from portal.contracts.views.blueprint import bp
from portal.core.errors import Refused
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/<int:contract_id>/echanges")
@requires(Permission.CONTRACT_VIEW)
def messages(contract_id: int) -> ResponseReturnValue:
    """The thread of a contract."""
    contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_VIEW)
    return _thread(contract, ContractMessageForm(formdata=None))


@bp.route("/<int:contract_id>/echanges", methods=["POST"])
@requires(Permission.CONTRACT_ANSWER)
def answer_vendor(contract_id: int) -> ResponseReturnValue:
    """Write to the vendor on it."""
    ctx, form = edge.current(), ContractMessageForm()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_ANSWER)
    if form.submitted():
        try:
            services.answer_about_contract(ctx, contract, form.text.data or "")
        except Refused as error:
            form.refuse(error, "text")
        else:
            flash(_("Votre message part au sous-traitant."))
            return redirect(url_for(".messages", contract_id=contract_id))
    return _thread(contract, form)


def _thread(contract: Contract, form: ContractMessageForm) -> ResponseReturnValue:
    ctx = edge.current()
    body = render_template(
        "contracts/messages.html", contract=contract, form=form, messages=message_queries.thread(ctx, contract.id),
        may_answer=ctx.can(Permission.CONTRACT_ANSWER, contract), is_sent=contract.sent_number is not None,
    )  # fmt: skip
    return body, form.status
