"""What becomes of a contract whose period ends: one page where a reminder leads, and a form for each choice."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import queries, services
from portal.contracts.deadline_forms import AmendmentForm, MotiveForm, NoticeForm, RenewalForm
from portal.contracts.deadline_page import DeadlinePage, deadline_page
from portal.contracts.life_models import DeadlineDecision
from portal.contracts.models import Contract
from portal.contracts.rules.deadline_choices import DeadlineChoice
from portal.contracts.rules.life import ContractOrigin
from portal.contracts.rules.model import ContractTemplate
from portal.contracts.services import DecidedFirst, NoticeGiven, RenewalSigned
from portal.contracts.views.blueprint import bp
from portal.core.errors import NotFound, Refused
from portal.core.stored import StoredFile
from portal.vendors.services import keep_signed_copy, seal_signed_copy
from portal.web import edge
from portal.web.downloads import download
from portal.web.guard import requires, takes_files
from portal.web.text import _, current_language, said

C = DeadlineChoice


@bp.route("/<int:contract_id>/echeance")
@requires(Permission.CONTRACT_VIEW)
def deadline(contract_id: int) -> ResponseReturnValue:
    """What may be decided of the period that runs, and what was decided before."""
    contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_VIEW)
    return _show(contract)


def _forms(contract: Contract, page: DeadlinePage) -> Mapping[DeadlineChoice, Any]:
    kinds = {C.LET_RUN: MotiveForm, C.RENEW: RenewalForm, C.RENEGOTIATE: MotiveForm}
    kinds[C.END] = NoticeForm if page.by_notice else MotiveForm
    forms = {choice: kinds[choice](prefix=f"{choice.value}-") for choice in page.choices}
    for choice, form in forms.items():
        if not form.is_submitted():
            form.last.data = page.decisions[0].id if page.decisions else ""
            if choice is C.RENEW:
                form.title.data = _("Avenant de renouvellement : %(title)s", title=contract.title)[:300]
    return forms


def _show(contract: Contract, refused: DeadlineChoice | None = None, form: Any = None) -> tuple[str, int]:
    ctx = edge.current()
    page = deadline_page(ctx, contract)
    may_decide = ctx.can(Permission.CONTRACT_DECIDE, contract)
    forms = {choice: form if choice is refused else one for choice, one in _forms(contract, page).items()}
    shown = render_template(
        "contracts/deadline.html", contract=contract, page=page, forms=forms if may_decide else {}, refused=refused,
        amending=_amending(contract), may_draft=ctx.can(Permission.CONTRACT_DRAFT, contract),
    )  # fmt: skip
    return shown, form.status if form is not None else 200


def _agreements() -> Sequence[ContractTemplate]:
    """The templates that an amendment may start from: letters and arrangements amend nothing."""
    return [one for one in services.templates() if one.kind.counts]


def _amending(contract: Contract) -> AmendmentForm | None:
    """What an amendment starts from; nothing is asked of a contract drafted here."""
    if contract.origin is ContractOrigin.DRAFTED:
        return None
    return AmendmentForm(formdata=None).offering(_agreements(), current_language())


@bp.route("/<int:contract_id>/echeance/<choice>", methods=["POST"])
@requires(Permission.CONTRACT_DECIDE)
@takes_files
def decide_deadline(contract_id: int, choice: str) -> ResponseReturnValue:
    """Record what is decided of the period that runs."""
    contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_DECIDE)
    forms = _forms(contract, deadline_page(edge.current(), contract))
    wanted = DeadlineChoice(choice) if choice in set(DeadlineChoice) else None
    if wanted is None or wanted not in forms:
        raise NotFound()
    form = forms[wanted]
    if form.submitted():
        try:
            # The database is let go of while the paper is sealed: nobody waits for a slow upload.
            decision = _decide(contract_id, wanted, form)
        except Refused as error:
            edge.db_session().rollback()
            contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_DECIDE)
            form.refuse(error)
            if isinstance(error, DecidedFirst):
                newest = queries.deadline_decisions(edge.current(), contract)
                form.last.data = newest[0].id if newest else ""
        else:
            return _after(contract_id, decision)
    return _show(contract, wanted, form)


def _decide(contract_id: int, choice: DeadlineChoice, form: Any) -> DeadlineDecision:
    blob = None
    if "file" in form:
        edge.release()
        blob = seal_signed_copy(form.file.data.stream, form.file.data.filename)
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DECIDE)
    services.check_newest(ctx, contract, form.last.data or "")
    motive, file = form.motive.data, keep_signed_copy(ctx, blob) if blob is not None else None
    if choice is C.LET_RUN:
        return services.decide_to_let_run(ctx, contract, motive)
    if choice is C.RENEGOTIATE:
        return services.decide_to_renegotiate(ctx, contract, motive)
    if choice is C.RENEW and file is not None:
        renewal = RenewalSigned(form.title.data, form.signed_on.data, file, form.months.data)
        return services.decide_to_renew(ctx, contract, motive, renewal)
    return services.decide_end(ctx, contract, motive, _notice(form, file))


def _notice(form: Any, file: StoredFile | None) -> NoticeGiven | None:
    return NoticeGiven(form.letter_on.data, file, form.last_day.data) if file is not None else None


def _after(contract_id: int, decision: DeadlineDecision) -> ResponseReturnValue:
    ctx = edge.current()
    flash(_("C'est décidé : %(choice)s.", choice=said(decision.choice.label)))
    drafted = decision.contract.origin is ContractOrigin.DRAFTED
    if decision.choice is C.RENEGOTIATE and drafted and ctx.can(Permission.CONTRACT_DRAFT, decision.contract):
        draft = services.open_amendment(ctx, decision.contract, decision)
        return redirect(url_for(".write", contract_id=draft.id))
    return redirect(url_for(".deadline", contract_id=contract_id))


@bp.route("/<int:contract_id>/echeance/avenant", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def amend(contract_id: int) -> ResponseReturnValue:
    """Open the draft amendment that the standing decision asks for."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    decision = deadline_page(ctx, contract).standing
    if decision is None or decision.choice is not C.RENEGOTIATE:
        raise NotFound()
    form = AmendmentForm().offering(_agreements(), current_language())
    draft = services.open_amendment(ctx, contract, decision, form.template.data or "")
    return redirect(url_for(".write", contract_id=draft.id))


@bp.route("/<int:contract_id>/echeance/<int:decision_id>/preuve")
@requires(Permission.CONTRACT_VIEW)
def notice_proof(contract_id: int, decision_id: int) -> ResponseReturnValue:
    """The proof that notice was given."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    found = next((one for one in queries.deadline_decisions(ctx, contract) if one.id == decision_id), None)
    if found is None or found.stored_file is None:
        raise NotFound()
    return download(found.stored_file)
