"""The end of a contract: one page that says what is still to be proved, a form for each step, what is still open."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import exit_queries, queries, services
from portal.contracts.exit_forms import (
    CertificateForm,
    CertificateWordsForm,
    DataCheckForm,
    ExemptionForm,
    ExitChoiceForm,
    HolderForm,
    KeptForm,
    NoSubprocessorForm,
)
from portal.contracts.exit_models import ContractExit, ExitProof
from portal.contracts.rules.exits import ExitChoice, lacks
from portal.contracts.services import DataCheck
from portal.contracts.views.blueprint import bp
from portal.core.errors import NotFound, Refused
from portal.core.stored import StoredFile
from portal.vendors.services import keep_signed_copy, seal_signed_copy
from portal.web import edge
from portal.web.downloads import download
from portal.web.guard import requires, takes_files
from portal.web.routing import page_asked, row_number
from portal.web.text import _

D = Permission.CONTRACT_DECIDE
STEPS: Mapping[str, type[Any]] = {
    "choix": ExitChoiceForm, "societe": HolderForm, "aucun": NoSubprocessorForm, "certificat": CertificateForm,
    "lecture": CertificateWordsForm, "controle": DataCheckForm, "exception": ExemptionForm, "ailleurs": KeptForm,
}  # fmt: skip


@bp.route("/fins")
@requires(Permission.CONTRACT_VIEW)
def exits() -> ResponseReturnValue:
    """The ends of contracts still to be proved, the soonest due first."""
    ctx, vendor_id = edge.current(), request.args.get("sous-traitant", type=row_number)
    found = exit_queries.open_exits(ctx, vendor_id=vendor_id, page=page_asked())
    return render_template("contracts/exits.html", found=found, today=ctx.today)


@bp.route("/<int:contract_id>/fin")
@requires(Permission.CONTRACT_VIEW)
def exit(contract_id: int) -> ResponseReturnValue:
    """What is proved of the end of a contract, and what is not."""
    return _show(_held(contract_id, Permission.CONTRACT_VIEW))


def _held(contract_id: int, to: Permission) -> ContractExit:
    ctx = edge.current()
    found = exit_queries.get_exit(ctx, queries.get_contract(ctx, contract_id, to=to))
    if found is None:
        raise NotFound()
    return found


def _show(row: ContractExit, step: str = "", proof_id: int | None = None, form: Any = None) -> tuple[str, int]:
    ctx = edge.current()
    others = exit_queries.other_contracts_in_force(ctx, row) if row.is_open else []

    def form_of(name: str, proof: int | None = None) -> Any:
        """The form of a step, as it was sent back or empty; several of one kind stand on the page."""
        if form is not None and (name, proof) == (step, proof_id):
            return form
        made = STEPS[name](formdata=None, prefix=_prefix(name, proof))
        return made.offering(others) if isinstance(made, KeptForm) else made

    page = render_template(
        "contracts/exit.html", row=row, contract=row.contract, missing=list(lacks(row.state)) if row.is_open else [],
        form_of=form_of, step=step, proof_id=proof_id, others=others,
        may_act=row.is_open and ctx.can(D, row.contract),
        may_close=row.is_open and ctx.can(Permission.CONTRACT_DRAFT, row.contract),
    )  # fmt: skip
    return page, form.status if form is not None else 200


def _prefix(step: str, proof_id: int | None) -> str:
    return f"{step}-{proof_id}-" if proof_id is not None else f"{step}-"


@bp.route("/<int:contract_id>/fin/<step>", methods=["POST"])
@bp.route("/<int:contract_id>/fin/<step>/<int:proof_id>", methods=["POST"])
@requires(D)
@takes_files
def prove_exit(contract_id: int, step: str, proof_id: int | None = None) -> ResponseReturnValue:
    """Do one step of the end of a contract."""
    if step not in STEPS:
        raise NotFound()
    row, form = _held(contract_id, D), STEPS[step](prefix=_prefix(step, proof_id))
    if proof_id is not None:
        _proof(row, proof_id)
    if isinstance(form, KeptForm):
        form.offering(exit_queries.other_contracts_in_force(edge.current(), row))
    if form.submitted():
        try:
            _do(contract_id, step, proof_id, form)
        except Refused as error:
            edge.db_session().rollback()
            row = _held(contract_id, D)
            form.refuse(error)
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".exit", contract_id=contract_id))
    return _show(row, step, proof_id, form)


def _do(contract_id: int, step: str, proof_id: int | None, form: Any) -> None:
    blob = None
    if "file" in form:
        # The database is let go of while the file is sealed: nobody waits for a slow upload.
        edge.release()
        blob = seal_signed_copy(form.file.data.stream, form.file.data.filename)
    row = _held(contract_id, D)
    file = keep_signed_copy(edge.current(), blob) if blob is not None else None
    _ACTS[step](row, proof_id, form, file)


def _proof(row: ContractExit, proof_id: int | None) -> ExitProof:
    found = next((one for one in row.proofs if one.id == proof_id), None)
    if found is None:
        raise NotFound()
    return found


def _choose(row: ContractExit, _proof_id: int | None, form: Any, _file: StoredFile | None) -> None:
    services.choose_end_of_data(edge.current(), row, ExitChoice(form.choice.data), form.due_on.data or row.due_on)


def _receive(row: ContractExit, proof_id: int | None, form: Any, file: StoredFile | None) -> None:
    if file is not None:
        services.receive_certificate(edge.current(), _proof(row, proof_id), form.certified_on.data, file)


def _check(row: ContractExit, _proof_id: int | None, form: Any, file: StoredFile | None) -> None:
    if file is not None:
        check = DataCheck(form.what.data, form.how.data, form.by.data, form.on.data, file)
        services.record_check(edge.current(), row, check)


def _keep_elsewhere(row: ContractExit, _proof_id: int | None, form: Any, _file: StoredFile | None) -> None:
    ctx = edge.current()
    other = queries.get_contract(ctx, form.contract_id.data, to=D)
    services.close_as_kept(ctx, row, other, form.why.data)


_ACTS: Mapping[str, Callable[[ContractExit, int | None, Any, StoredFile | None], object]] = {
    "choix": _choose,
    "societe": lambda row, _p, form, _f: services.add_holder(edge.current(), row, form.name.data),
    "aucun": lambda row, _p, form, _f: services.say_no_subprocessor(edge.current(), row, form.why.data),
    "certificat": _receive,
    "lecture": lambda row, p, form, _f: services.vouch_for_certificate(edge.current(), _proof(row, p), form.words.data),
    "controle": _check,
    "exception": lambda row, _p, form, _f: services.add_exemption(
        edge.current(), row, form.what.data, form.basis.data, form.until.data
    ),
    "ailleurs": _keep_elsewhere,
}


@bp.route("/<int:contract_id>/fin/clore", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def close_exit(contract_id: int) -> ResponseReturnValue:
    """Say that everything is proved; refused with the first thing that is not."""
    services.close_exit(edge.current(), _held(contract_id, Permission.CONTRACT_DRAFT))
    flash(_("La fin de ce contrat est prouvée et close."))
    return redirect(url_for(".exit", contract_id=contract_id))


@bp.route("/<int:contract_id>/fin/controle/piece")
@requires(Permission.CONTRACT_VIEW)
def check_file(contract_id: int) -> ResponseReturnValue:
    """What shows that the data are gone."""
    stored = _held(contract_id, Permission.CONTRACT_VIEW).check_file
    if stored is None:
        raise NotFound()
    return download(stored)


@bp.route("/<int:contract_id>/fin/certificat/<int:proof_id>/piece")
@requires(Permission.CONTRACT_VIEW)
def certificate(contract_id: int, proof_id: int) -> ResponseReturnValue:
    """A certificate as it was handed in."""
    stored = _proof(_held(contract_id, Permission.CONTRACT_VIEW), proof_id).stored_file
    if stored is None:
        raise NotFound()
    return download(stored)
