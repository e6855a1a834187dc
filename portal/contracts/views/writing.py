"""Pages that write a draft: the whole of it, one paragraph, a special condition, remarks, agreements."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from portal.authz.policy import Permission
from portal.contracts import edit_queries, queries, services, writing_page
from portal.contracts.models import Contract
from portal.contracts.rules.model import Clause
from portal.contracts.rules.paragraphs import ParagraphEdit, ParagraphWording
from portal.contracts.services import AGREEMENTS, LOCKED, ParagraphChange
from portal.contracts.views.blueprint import bp
from portal.contracts.views.drafting import language_of
from portal.contracts.wording import APPROVAL_AWAITED, WORDINGS
from portal.contracts.writing_forms import ParagraphForm, RemarkForm, VersionLabelForm
from portal.contracts.writing_page import LostCover, ParagraphPage
from portal.core.documents.markup import tag
from portal.core.errors import NotFound, Refused
from portal.core.language import Language
from portal.core.stale import StaleWrite
from portal.vendors import services as vendors
from portal.vendors.models import FormDraft
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _, current_language, ngettext, said

W = ParagraphWording


@bp.route("/<int:contract_id>/redaction")
@requires(Permission.CONTRACT_VIEW)
def write(contract_id: int) -> ResponseReturnValue:
    """The draft paragraph by paragraph, with what it covers and the positions it holds, as of now."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    language = language_of(contract)
    page = writing_page.writing_page(ctx, contract, language, current_language(), _tools(contract, language))
    return render_template(
        "contracts/writing.html", contract=contract, page=page, wordings=WORDINGS,
        following=contract.versions[-1].number + 1 if contract.versions else 1,
    )  # fmt: skip


def _tools(contract: Contract, language: Language) -> writing_page.Tools:
    """What stands under each paragraph: what it is, and the way to change it."""
    may_draft = current().can(Permission.CONTRACT_DRAFT, contract)
    page = url_for("contracts.paragraph", contract_id=contract.id, anchor="-")[:-1]
    change, read, locked = str(_("Modifier")), str(_("Voir")), str(_("Non négociable"))
    outdated, awaited = str(_("La bibliothèque a changé")), str(_("Attend un accord"))
    names = {key: said(badge.label) for key, badge in WORDINGS.items()}

    def tools(anchor: str, edit: ParagraphEdit | None, is_locked: bool, is_old: bool, remarks: int) -> Markup:
        words: list[str] = []
        if edit is not None:
            words += [names[edit.wording]] if edit.wording is not W.LIBRARY else [str(_("Déplacé"))]
            words += [awaited] if edit.wording.departs and not edit.is_agreed else []
        words += [outdated] if is_old else []
        words += [ngettext("%(num)s remarque", "%(num)s remarques", remarks)] if remarks else []
        link = tag(
            "a", change if may_draft and not is_locked else read, tag("span", f" {anchor}", class_="visually-hidden"),
            href=f"{page}{anchor}?langue={language.value}", class_="quiet",
        )  # fmt: skip
        state = tag("span", " · ".join(words), class_="passage__state") if words else ""
        return tag(
            "p",
            f"{locked} " if is_locked else "",
            state,
            " " if words else "",
            link,
            class_="passage__tools",
            lang=current_language().value,
        )

    return tools


@bp.route("/<int:contract_id>/redaction/<anchor>")
@requires(Permission.CONTRACT_VIEW)
def paragraph(contract_id: int, anchor: str) -> ResponseReturnValue:
    """One paragraph: what it says, what else it may say, what was said about it."""
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_VIEW)
    page = paragraph_of(contract, anchor)
    draft = vendors.find_draft(current(), writing_draft_key(contract, anchor, page.language))
    return _show(
        contract, page, _begun(draft, partial(paragraph_form, contract, page)), RemarkForm(formdata=None), draft
    )


def writing_draft_key(contract: Contract, place: str, language: Language) -> str:
    """Which paragraph, or new condition of an article, a draft is of."""
    return f"contract:{contract.id}:{place}:{language.value}"


def _begun(draft: FormDraft | None, make: Callable[..., ParagraphForm]) -> ParagraphForm:
    """The form as its person left it unsaved, with what they had before their eyes then; else as it is stored."""
    if draft is None:
        return make()
    form = make(formdata=MultiDict(draft.values))
    if form.seen is not None and draft.values.get("seen"):
        form.seen.data = draft.values["seen"][0]
    return form


@bp.route("/<int:contract_id>/redaction/<anchor>", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def write_paragraph(contract_id: int, anchor: str) -> ResponseReturnValue:
    """Change one paragraph, give it back to the library, or take a special condition out."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    hold(contract)
    page = paragraph_of(contract, anchor)
    form = paragraph_form(contract, page)
    if page.locked and page.edit is None:
        form.refuse(Refused(LOCKED))
    elif "back" in request.form and form.outdated():
        flash(_("Ce paragraphe a changé entre-temps : relisez-le avant d'y renoncer."), "warning")
        return _back(contract, anchor, page.language)
    elif form.submitted():
        before = services.assemble_contract_draft(ctx, contract, page.language).assembly
        try:
            _write(contract, page, form)
        except Refused as error:
            form.refuse(error)
        else:
            after = services.assemble_contract_draft(ctx, contract, page.language).assembly
            books = services.books_of(ctx, contract)
            _tell(writing_page.newly_lost(before, after, books, current_language()))
            vendors.drop_draft(ctx, writing_draft_key(contract, anchor, page.language))
            if not page.number and "back" in request.form:
                return redirect(url_for(".write", contract_id=contract.id, langue=page.language.value))
            return _back(contract, anchor, page.language)
    return _show(contract, page, form, RemarkForm(formdata=None))


def _write(contract: Contract, page: ParagraphPage, form: ParagraphForm) -> None:
    ctx = current()
    if "back" in request.form:
        if page.number:
            services.write_paragraph(ctx, contract, page.anchor, ParagraphChange(W.LIBRARY, page.language))
        elif page.row is not None:
            services.remove_edit(ctx, contract, page.row.id)
        return
    services.write_paragraph(ctx, contract, page.anchor, form.change(page.language))


def _tell(lost: Sequence[LostCover]) -> None:
    """What a change stops covering, by name, at once."""
    flash(_("Paragraphe enregistré."))
    if lost:
        names = ", ".join(_("%(title)s (art. %(basis)s)", title=one.title, basis=one.basis) for one in lost)
        flash(_("Plus couvert : %(names)s.", names=names), "warning")


def _back(contract: Contract, anchor: str, language: Language) -> ResponseReturnValue:
    return redirect(url_for(".paragraph", contract_id=contract.id, anchor=anchor, langue=language.value))


def paragraph_of(contract: Contract, anchor: str) -> ParagraphPage:
    """One paragraph of a contract within reach, in the language asked for; raises NotFound."""
    return writing_page.paragraph_page(current(), contract, anchor, language_of(contract), current_language())


def paragraph_form(contract: Contract, page: ParagraphPage, **given: Any) -> ParagraphForm:
    """The form of a paragraph; `formdata=None` is how a page first shows it, when another of its forms was sent."""
    edit, row = page.edit, page.row
    typed = edit.text.get(page.language.value, "") if edit else ""
    is_typed = edit is not None and edit.wording in {W.FREE, W.SPECIAL}
    after = edit.after if edit else ""
    form = ParagraphForm(**given, row=row or contract, data={
        "wording": edit.wording.value if edit else W.LIBRARY.value,
        "text": typed if is_typed else page.source,
        "place": f"{page.clause.key}|{after}",
        "reason": row.reason if row else "",
    })  # fmt: skip
    form.offer(_wordings(page), _places(page.places))
    return form


def _wordings(page: ParagraphPage) -> list[tuple[str, str]]:
    if not page.number:
        return []
    offered = [W.LIBRARY, *([W.FALLBACK] if page.point else []), W.FREE, W.STRUCK]
    return [(one.value, said(WORDINGS[one].label)) for one in offered]


def _places(places: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The first is its own place, the second the head of its article."""
    own, *others = places
    return [
        (own[0], _("À sa place dans l'article %(article)s", article=own[1])),
        *((value, _("En tête de l'article") if value.endswith("|head") else _("Après %(line)s", line=words)
           if not value.endswith("|") else _("À la fin de l'article %(article)s", article=words))
          for value, words in others),
    ]  # fmt: skip


def _show(
    contract: Contract, page: ParagraphPage, form: ParagraphForm, remark: RemarkForm, draft: FormDraft | None = None
) -> ResponseReturnValue:
    may_draft = current().can(Permission.CONTRACT_DRAFT, contract)
    text = render_template(
        "contracts/paragraph.html", contract=contract, page=page, form=form, remark=remark, may_draft=may_draft,
        wordings=WORDINGS, awaited=APPROVAL_AWAITED, draft=draft,
        may_agree=page.awaits and current().can(AGREEMENTS[page.approver], contract),
    )  # fmt: skip
    return text, max(form.status, remark.status)


@bp.route("/<int:contract_id>/redaction/clauses/<clause>/condition", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def add_condition(contract_id: int, clause: str) -> ResponseReturnValue:
    """Write a special condition in an article."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    language = language_of(contract)
    found = services.books_of(ctx, contract).clause(clause)
    kept = writing_draft_key(contract, clause, language)
    draft = vendors.find_draft(ctx, kept) if request.method == "GET" else None
    form = _begun(draft, partial(condition_form, contract, found, language))
    if form.submitted():
        try:
            row = services.add_condition(ctx, contract, form.change(language))
        except Refused as error:
            form.refuse(error)
        else:
            vendors.drop_draft(ctx, kept)
            flash(_("Condition particulière ajoutée."))
            return _back(contract, row.anchor, language)
    page = render_template(
        "contracts/condition.html", contract=contract, clause=found, form=form, in_english=language is Language.EN,
        draft=draft,
    )  # fmt: skip
    return page, form.status


def condition_form(contract: Contract, clause: Clause, language: Language, **given: Any) -> ParagraphForm:
    """The form of a new special condition of an article."""
    made = services.assemble_contract_draft(current(), contract, language).assembly
    form = ParagraphForm(**given, row=None, data={"place": f"{clause.key}|"})
    form.offer([], _places(tuple(writing_page.places_of(made, clause, "", is_special=True))))
    return form


@bp.route("/<int:contract_id>/redaction/modifications/<int:edit_id>/retirer", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def remove_edit(contract_id: int, edit_id: int) -> ResponseReturnValue:
    """Take out what was written on a paragraph that is no more."""
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_DRAFT)
    services.remove_edit(current(), contract, edit_id)
    flash(_("Modification retirée ; son texte reste au journal."))
    return redirect(url_for(".write", contract_id=contract.id))


@bp.route("/<int:contract_id>/redaction/<anchor>/accord", methods=["POST"])
@requires(Permission.CONTRACT_VIEW)
def agree(contract_id: int, anchor: str) -> ResponseReturnValue:
    """Agree to a position, as whoever the clause names; the service asks for that person's permission."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    try:
        services.agree_to_paragraph(ctx, contract, anchor, request.form.get("agreed_to", ""))
    except StaleWrite as error:
        flash(said(error.sentence), "warning")
    else:
        flash(_("Votre accord est enregistré, et au journal."))
    return _back(contract, anchor, language_of(contract))


@bp.route("/<int:contract_id>/redaction/<anchor>/remarques", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def comment(contract_id: int, anchor: str) -> ResponseReturnValue:
    """Say something about a paragraph, among ourselves."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    page, remark = paragraph_of(contract, anchor), RemarkForm()
    if not remark.submitted():
        return _show(contract, page, paragraph_form(contract, page, formdata=None), remark)
    services.comment_paragraph(ctx, contract, anchor, remark.remark.data)
    flash(_("Remarque ajoutée."))
    return _back(contract, anchor, page.language)


@bp.route("/<int:contract_id>/redaction/<anchor>/remarques/<int:comment_id>", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def settle(contract_id: int, anchor: str, comment_id: int) -> ResponseReturnValue:
    """Say that a remark is dealt with, or open it again."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    remark = edit_queries.get_comment(ctx, contract, comment_id)
    services.settle_comment(ctx, contract, remark, resolved=request.form.get("resolved") == "1")
    return _back(contract, anchor, language_of(contract))


@bp.route("/<int:contract_id>/versions/<int:number>/nom", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def label(contract_id: int, number: int) -> ResponseReturnValue:
    """Name a version."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    version = next((one for one in contract.versions if one.number == number), None)
    if version is None:
        raise NotFound()
    form = VersionLabelForm(obj=version)
    if form.submitted():
        services.label_version(ctx, contract, version, form.label.data)
        flash(_("Version %(number)s nommée.", number=number))
        return redirect(url_for(".versions", contract_id=contract.id))
    return render_template("contracts/label.html", contract=contract, version=version, form=form), form.status


@bp.route("/<int:contract_id>/versions/<int:number>/reprendre", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def restore(contract_id: int, number: int) -> ResponseReturnValue:
    """Make the changes of a version those of the draft."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    services.restore_version(ctx, contract, queries.get_version(ctx, contract, number))
    flash(_("Le projet reprend les modifications de la version %(number)s.", number=number))
    return redirect(url_for(".write", contract_id=contract.id))
