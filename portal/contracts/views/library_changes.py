"""Pages that change the clause library: propose, compare, decide; and take the library of today into a draft."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import library_editions, proposal_page, queries, services
from portal.contracts.library_forms import DecisionForm, ProposedParagraphForm, RetirementForm
from portal.contracts.library_models import ClauseProposal
from portal.contracts.rules.clause_writing import FIELDS, paragraph_fields
from portal.contracts.rules.model import Clause
from portal.contracts.views.blueprint import bp
from portal.contracts.wording import APPROVAL_AWAITED, CLAUSE_FIELDS, PROPOSALS
from portal.core.errors import NotFound, Refused
from portal.core.language import Language
from portal.core.stale import StaleWrite
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _, said


def _clause(key: str) -> Clause:
    clause = library_editions.library_of(current()).clause.get(key)
    if clause is None:
        raise NotFound()
    return clause


@bp.route("/clauses/<key>/paragraphes/<int:number>/proposer", methods=["GET", "POST"])
@requires(Permission.CLAUSE_PROPOSE)
def propose_paragraph(key: str, number: int) -> ResponseReturnValue:
    """Write what a paragraph of the library would say; nothing in force changes."""
    ctx, clause = current(), _clause(key)
    if not 0 < number <= len(clause.prose[Language.FR]):
        raise NotFound()
    row = library_editions.open_proposal(ctx, key)
    if row is not None:
        hold(row)
    now = paragraph_fields(clause, number)
    written = {name: texts[1] for name, texts in (row.changes.get(str(number), {}) if row else {}).items()}
    form = ProposedParagraphForm(row=row, data={**now, **written, "reason": row.reason if row else ""})
    if form.submitted():
        fields = {name: form[name].data or "" for name in FIELDS}
        try:
            made = services.propose_paragraph(ctx, key, number, fields, form.reason.data or "")
        except Refused as error:
            form.refuse(error)
        else:
            if made is None:
                flash(_("Rien n'a changé : aucune proposition n'est ouverte."), "warning")
                return redirect(url_for(".clause", key=key))
            flash(_("Proposition enregistrée : rien ne change avant qu'une seconde personne l'approuve."))
            return redirect(url_for(".proposal", proposal_id=made.id))
    page = render_template("contracts/propose.html", one=clause, number=number, form=form, waiting=row)
    return page, form.status


@bp.route("/clauses/<key>/retrait", methods=["GET", "POST"])
@requires(Permission.CLAUSE_PROPOSE)
def propose_retirement(key: str) -> ResponseReturnValue:
    """Propose that a clause be no more offered."""
    clause, form = _clause(key), RetirementForm()
    if form.submitted():
        try:
            made = services.propose_retirement(current(), key, form.reason.data or "")
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Retrait proposé : rien ne change avant qu'une seconde personne l'approuve."))
            return redirect(url_for(".proposal", proposal_id=made.id))
    return render_template("contracts/retire.html", one=clause, form=form), form.status


@bp.route("/clauses/propositions/<int:proposal_id>")
@requires(Permission.CONTRACT_VIEW)
def proposal(proposal_id: int) -> ResponseReturnValue:
    """What is proposed, word for word, with its checks."""
    return _show(library_editions.get_proposal(current(), proposal_id), DecisionForm(formdata=None))


def _show(row: ClauseProposal, form: DecisionForm) -> ResponseReturnValue:
    page = proposal_page.proposal_page(current(), row)
    clause = library_editions.library_of(current()).clause.get(row.clause_key)
    text = render_template(
        "contracts/proposal.html", row=row, page=page, form=form, clause=clause, fields_named=CLAUSE_FIELDS,
        states=PROPOSALS, awaited=APPROVAL_AWAITED, is_mine=current().actor.id in {one["id"] for one in row.writers},
    )  # fmt: skip
    return text, form.status


@bp.route("/clauses/propositions/<int:proposal_id>/decision", methods=["POST"])
@requires(Permission.CLAUSE_APPROVE)
def decide_proposal(proposal_id: int) -> ResponseReturnValue:
    """Approve or refuse what somebody else proposes."""
    ctx, form = current(), DecisionForm()
    row = library_editions.get_proposal(ctx, proposal_id)
    if not form.submitted():
        return _show(row, form)
    try:
        if request.form.get("decision") == "approve":
            services.approve_proposal(ctx, proposal_id, request.form.get("seen_proposal", ""), form.word.data or "")
            flash(_("Approuvé : les nouveaux projets prennent ce texte."))
        else:
            services.refuse_proposal(ctx, proposal_id, form.word.data or "")
            flash(_("Proposition refusée."))
    except StaleWrite as error:
        flash(said(error.sentence), "warning")
    except Refused as error:
        form.refuse(error)
        return _show(row, form)
    return redirect(url_for(".proposal", proposal_id=proposal_id))


@bp.route("/clauses/propositions/<int:proposal_id>/retirer", methods=["POST"])
@requires(Permission.CLAUSE_PROPOSE)
def withdraw_proposal(proposal_id: int) -> ResponseReturnValue:
    """Take one's own proposal back."""
    try:
        row = services.withdraw_proposal(current(), proposal_id)
    except Refused as error:
        flash(said(error.sentence), "warning")
        return redirect(url_for(".proposal", proposal_id=proposal_id))
    flash(_("Proposition retirée."))
    return redirect(url_for(".clause", key=row.clause_key))


@bp.route("/clauses/<key>/versions")
@requires(Permission.CONTRACT_VIEW)
def clause_versions(key: str) -> ResponseReturnValue:
    """Two versions of a clause, word for word."""
    ctx = current()
    clause = library_editions.library_of(ctx).clause.get(key) or library_editions.library_of(ctx, 0).clause.get(key)
    if clause is None:
        raise NotFound()
    editions = proposal_page.editions_of(ctx, clause)
    by_digest = {one.sha256: one for one in editions}
    newer = by_digest.get(request.args.get("a", ""), editions[0])
    older = by_digest.get(request.args.get("de", ""), editions[min(1, len(editions) - 1)])
    return render_template(
        "contracts/clause_versions.html", one=clause, editions=editions, older=older, newer=newer,
        changes=proposal_page.compared(clause.path, older, newer), fields_named=CLAUSE_FIELDS,
    )  # fmt: skip


@bp.route("/<int:contract_id>/bibliotheque", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def take_library(contract_id: int) -> ResponseReturnValue:
    """Draft a contract from the library of today."""
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_DRAFT)
    services.take_library_of_today(current(), contract)
    flash(_("Le projet suit la bibliothèque d'aujourd'hui."))
    return redirect(url_for(".write", contract_id=contract.id))
