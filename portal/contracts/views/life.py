"""Where a contract is in its life: its page, the acts done there, its dates, its signed copy; one signed elsewhere."""

from collections.abc import Sequence
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import consolidated_page, exit_queries, life_page, queries, services, signing_queries
from portal.contracts.forms import ActForm, ContractDatesForm, ElsewhereForm
from portal.contracts.models import Contract
from portal.contracts.rules.contract_terms import deadlines_of
from portal.contracts.rules.life import ACTS, ContractAct, ContractOrigin, ContractState
from portal.contracts.views.blueprint import bp
from portal.contracts.wording import DONE, STATUSES
from portal.core.errors import NotFound, Refused
from portal.vendors.models import Service
from portal.vendors.queries import owners
from portal.vendors.services import keep_signed_copy, seal_signed_copy
from portal.web import edge
from portal.web.downloads import download
from portal.web.edit_form import hold
from portal.web.guard import requires, takes_files
from portal.web.routing import row_number
from portal.web.text import _, current_language


@bp.route("/<int:contract_id>/vie")
@requires(Permission.CONTRACT_VIEW)
def life(contract_id: int) -> ResponseReturnValue:
    """Its state, its dates explained, and what can be done with it."""
    return _life_page(queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_VIEW))


def _life_page(contract: Contract, refused: ContractAct | None = None, form: ActForm | None = None) -> tuple[str, int]:
    ctx = edge.current()
    may_act = ctx.can(Permission.CONTRACT_DRAFT, contract)
    page = render_template(
        "contracts/life.html", contract=contract, may_act=may_act, page=life_page.life_page(contract, ctx.today),
        forms={act: (form if act is refused and form else ActForm(formdata=None, prefix=f"{act.value}-")).about(act)
               for act in life_page.acts_here(contract, ctx.today)},
        rules=ACTS, refused=refused, decided=queries.deadline_decisions(ctx, contract),
        has_exit=exit_queries.exit_of(ctx, contract),
        is_being_signed=contract.state is ContractState.AGREED and signing_queries.is_being_signed(ctx, contract.id),
    )  # fmt: skip
    return page, form.status if form else 200


@bp.route("/<int:contract_id>/vie/<act>", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def act(contract_id: int, act: str) -> ResponseReturnValue:
    """Do one of the acts that the page offers."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    wanted = ContractAct(act) if act in set(ContractAct) else None
    if wanted is None or wanted not in life_page.DONE_HERE:
        raise NotFound()
    form = ActForm(prefix=f"{act}-")
    if form.submitted():
        try:
            _do(contract, wanted, form.why.data or "", form.day.data)
        except Refused as error:
            edge.db_session().rollback()
            contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_DRAFT)
            form.refuse(error)
        else:
            flash(_(DONE[wanted]))
            gone = wanted in (ContractAct.DISCARD, ContractAct.WITHDRAW, ContractAct.REMOVE)
            return redirect(url_for(".index") if gone else url_for(".life", contract_id=contract_id))
    return _life_page(contract, wanted, form)


def _do(contract: Contract, act: ContractAct, why: str, day: date | None) -> None:
    ctx = edge.current()
    if act is ContractAct.REMOVE:
        services.remove_after_retention(ctx, contract)
    elif act is ContractAct.WITHDRAW:
        services.withdraw_registered(ctx, contract, why)
    else:
        services.do_act(ctx, contract, act, why=why, day=day)


@bp.route("/<int:contract_id>/dates", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def dates(contract_id: int) -> ResponseReturnValue:
    """Say when it takes effect, how long it lasts, and who answers for it."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    hold(contract)
    form = ContractDatesForm(row=contract, data={
        "effective_on": contract.effective_on, "term_months": contract.term_months,
        "renewal_months": contract.renewal_months, "notice": contract.notice, "owner_id": contract.owner_id,
        "parent_id": contract.parent_id, "service_id": contract.service_id,
    })  # fmt: skip
    form.offer(owners(ctx), queries.amendable(ctx, contract), _services_to_say(contract))
    if form.submitted():
        try:
            services.change_dates(ctx, contract, form.dates())
            services.assign_contract(ctx, contract, form.owner_id.data, form.parent_id.data)
            if form.service_id is not None:
                services.say_service(ctx, contract, form.service_id.data)
        except Refused as error:
            edge.db_session().rollback()
            contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_DRAFT)
            form.refuse(error)
        else:
            flash(_("Dates enregistrées."))
            return redirect(url_for(".life", contract_id=contract_id))
    return render_template("contracts/dates.html", form=form, contract=contract), form.status


def _services_to_say(contract: Contract) -> Sequence[Service] | None:
    """The services that a contract may have been signed for; none when its text says it, or there is nothing to say."""
    if contract.origin is ContractOrigin.DRAFTED:
        return None
    found = queries.live_services(edge.current(), contract.vendor_id, contract.service_id)
    return found if len(found) > 1 or contract.service_id is not None else None


@bp.route("/<int:contract_id>/consolide")
@requires(Permission.CONTRACT_VIEW)
def consolidated(contract_id: int) -> ResponseReturnValue:
    """What holds today of a contract and its amendments, and what each of them changes."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    if contract.parent_id is not None:
        return redirect(url_for(".consolidated", contract_id=contract.parent_id))
    return render_template(
        "contracts/consolidated.html",
        contract=contract,
        statuses=STATUSES,
        dates=deadlines_of(contract, ctx.today),
        page=consolidated_page.consolidated_page(ctx, contract, current_language()),
    )


@bp.route("/<int:contract_id>/copie")
@requires(Permission.CONTRACT_VIEW)
def held_copy(contract_id: int) -> ResponseReturnValue:
    """The signed copy that counts."""
    contract = queries.get_contract(edge.current(), contract_id, to=Permission.CONTRACT_VIEW)
    if contract.signature is None:
        raise NotFound()
    return download(contract.signature.stored_file)


@bp.route("/signe-ailleurs", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
@takes_files
def elsewhere() -> ResponseReturnValue:
    """Enter a contract that was signed elsewhere: with whom, when, and its copy."""
    ctx, vendor_id = edge.current(), request.args.get("sous-traitant", type=row_number)
    if vendor_id is None:
        search = request.args.get("q", "").strip()
        found = queries.vendors_named(ctx, search)
        return render_template(
            "contracts/choose_vendor.html", found=found, search=search, most=queries.MOST_VENDORS, signed=True
        )
    vendor, form = queries.get_contracting_vendor(ctx, vendor_id), ElsewhereForm()
    form.offer(queries.live_services(ctx, vendor_id))
    if form.submitted():
        try:
            # The database is let go of while the copy is sealed: nobody waits for a slow upload.
            edge.release()
            blob = seal_signed_copy(form.file.data.stream, form.file.data.filename)
            ctx = edge.current()
            vendor = queries.get_contracting_vendor(ctx, vendor_id)
            contract = services.register_elsewhere(
                ctx, vendor, form.title.data, form.signed_on.data, keep_signed_copy(ctx, blob), form.dates(),
                service_id=form.service_id,
            )  # fmt: skip
        except Refused as error:
            edge.db_session().rollback()
            vendor = queries.get_contracting_vendor(edge.current(), vendor_id)
            form.refuse(error)
        else:
            flash(_("Ce contrat est au registre ; sa copie est en cours de lecture."))
            return redirect(url_for(".life", contract_id=contract.id))
    return render_template("contracts/elsewhere.html", form=form, vendor=vendor), form.status
