"""A paragraph as it is being typed: kept for its person, and shown as it would print, before anything is saved."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import queries, services
from portal.contracts.models import Contract
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.trial_page import trial_page
from portal.contracts.views.blueprint import bp
from portal.contracts.views.drafting import language_of
from portal.contracts.views.writing import condition_form, paragraph_form, paragraph_of, writing_draft_key
from portal.contracts.wording import WORDINGS
from portal.contracts.writing_forms import ParagraphForm
from portal.core.errors import Refused
from portal.core.language import Language
from portal.vendors import services as vendors
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _, current_language, said

_TRIED = f"{ParagraphWording.SPECIAL.value}_"
"""The anchor of a condition that is not there yet."""


@bp.route("/<int:contract_id>/redaction/<anchor>/essai", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def try_paragraph(contract_id: int, anchor: str) -> ResponseReturnValue:
    """Keep a paragraph as it stands, for its page's script, and show what it would make of the draft.

    Or throw it away, when its person says so.
    """
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_DRAFT)
    page = paragraph_of(contract, anchor)
    if _throws_away(contract, anchor, page.language):
        return redirect(url_for(".paragraph", contract_id=contract.id, anchor=anchor, langue=page.language.value))
    return _tried(contract, anchor, page.language, paragraph_form(contract, page))


@bp.route("/<int:contract_id>/redaction/clauses/<clause>/condition/essai", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def try_condition(contract_id: int, clause: str) -> ResponseReturnValue:
    """The same, of a special condition that is not there yet."""
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_DRAFT)
    found, language = services.books_of(current(), contract).clause(clause), language_of(contract)
    if _throws_away(contract, clause, language):
        return redirect(url_for(".add_condition", contract_id=contract.id, clause=clause, langue=language.value))
    return _tried(contract, _TRIED, language, condition_form(contract, found, language), kept=clause)


def _throws_away(contract: Contract, place: str, language: Language) -> bool:
    wanted = "jeter" in request.form
    if wanted:
        vendors.drop_draft(current(), writing_draft_key(contract, place, language))
    return wanted


def _tried(
    contract: Contract, anchor: str, language: Language, form: ParagraphForm, kept: str = ""
) -> ResponseReturnValue:
    ctx = current()
    held = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    key = writing_draft_key(contract, kept or anchor, language)
    vendors.keep_draft(ctx, contract, key, held, to=Permission.CONTRACT_DRAFT)
    form.settle_wording()
    page, refused = None, form.refused_wording
    try:
        page = None if refused else trial_page(ctx, contract, anchor, form.change(language), current_language())
    except Refused as error:
        refused = said(error.sentence)
    shown = render_template("contracts/_trial.html", page=page, refused=refused, wordings=WORDINGS)
    return {"message": _("Brouillon gardé : il vous attend si vous quittez cette page."), "html": shown}
