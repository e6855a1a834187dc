"""Pages that write contracts: open one, type the facts it lacks, draft a version."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from portal.authz.policy import Permission
from portal.contracts import draft_page, missing_page, queries, services
from portal.contracts.draft_page import GROUPS, DraftPage
from portal.contracts.fact_sources.stored_facts import told_in
from portal.contracts.facts_forms import facts_form, field_name, reason_name
from portal.contracts.forms import DraftForm, NewContractForm, SubjectForm
from portal.contracts.models import Contract
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.model import ContractTemplate
from portal.contracts.rules.roles import ROLES
from portal.contracts.services import (
    ContractSubject,
    FailedChecks,
    MissingReason,
    RoleExcluded,
    UnfinishedDraft,
    UntranslatedTexts,
)
from portal.contracts.views.blueprint import bp
from portal.contracts.wording import DOCUMENT_KINDS
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Language
from portal.core.stale import StaleWrite
from portal.vendors import services as vendors
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.queries import entities
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.routing import row_number
from portal.web.text import _, current_language, said


@dataclass(frozen=True)
class DocumentChoice:
    """A document that may be begun."""

    key: str
    title: str
    when: str


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def new() -> ResponseReturnValue:
    """Choose a vendor, say what the contract is about, and draft its first version."""
    ctx = current()
    vendor_id = request.args.get("sous-traitant", type=row_number)
    if vendor_id is None:
        search = request.args.get("q", "").strip()
        found = queries.vendors_named(ctx, search)
        return render_template(
            "contracts/choose_vendor.html", found=found, search=search, most=queries.MOST_VENDORS, signed=False
        )
    vendor = queries.get_contracting_vendor(ctx, vendor_id)
    wanted = request.form.get("template") or request.args.get("modele")
    template = next((one for one in services.templates() if one.key == wanted), None)
    if template is None and request.method == "GET":
        return render_template("contracts/choose_document.html", vendor=vendor, kinds=document_choices())
    followed = queries.agreements_with(ctx, vendor)
    form = _new_form(vendor, template, followed)
    if form.submitted():
        try:
            language = Language(form.language.data)
            about = next((one for one in followed if form.about is not None and one.id == form.about.data), None)
            contract = services.open_contract(ctx, _subject(vendor, form), form.title.data, language, about=about)
            if roles := form.roles():
                services.type_facts(ctx, contract, {ROLES: roles})
        except Refused as error:
            form.refuse(error)
        else:
            return _drafted(contract, language)
    return render_template("contracts/new.html", form=form, vendor=vendor, template=template), form.status


def _new_form(vendor: Vendor, template: ContractTemplate | None, followed: Sequence[Contract]) -> NewContractForm:
    language = current_language()
    running = [one for one in vendor.services if one.ended_on is None or one.ended_on > current().today]
    offered = entities(current())
    signing = {one.legal_entity_id for one in running} - {None} or {entity.id for entity in offered}
    form = NewContractForm(data={
        # Printed on a certificate of signature: in the language that the document is likeliest to have.
        "title": (f"{template.title.said_in(vendor.language)} – {vendor.name}" if template else vendor.name)[:300],
        "template": template.key if template else None,
        "about": followed[0].id if len(followed) == 1 else None,
        "service": running[0].id if len(running) == 1 else None,
        "entity": next(iter(signing)) if len(signing) == 1 else None,
        "language": vendor.language.value,
    })  # fmt: skip
    _offer(form, vendor, offered)
    form.template.choices = [SelectChoice(one.key, one.title.said_in(language)) for one in services.templates()]
    form.about.choices = [SelectChoice("", _("À choisir")), *(SelectChoice(one.id, one.title) for one in followed)]
    if template is not None:
        form.narrow(template.kind)
    return form


def document_choices() -> list[tuple[str, list[DocumentChoice]]]:
    """What may be begun with a vendor, by kind of document, each with when to take it, in the reader's language."""
    language = current_language()
    return [
        (said(title), [
            DocumentChoice(one.key, one.title.said_in(language), one.when.said_in(language))
            for one in services.templates() if one.kind is kind
        ])
        for kind, title in DOCUMENT_KINDS.items()
    ]  # fmt: skip


def _offer(form: SubjectForm, vendor: Vendor, entities: Iterable[LegalEntity]) -> None:
    form.service.choices = _choices(_("Aucune en particulier"), vendor.services)
    form.entity.choices = _choices(_("À choisir plus tard"), entities)


def _choices(none: str, rows: Iterable[Service | LegalEntity]) -> list[SelectChoice]:
    return [SelectChoice("", none), *(SelectChoice(row.id, row.name) for row in rows)]


def _subject(vendor: Vendor, form: NewContractForm) -> ContractSubject:
    return ContractSubject(vendor, *_chosen(vendor, form), form.template.data)


def _chosen(vendor: Vendor, form: SubjectForm) -> tuple[Service | None, LegalEntity | None]:
    service = next((one for one in vendor.services if one.id == form.service.data), None)
    return service, next((one for one in entities(current()) if one.id == form.entity.data), None)


@bp.route("/<int:contract_id>/modifier", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def edit(contract_id: int) -> ResponseReturnValue:
    """Change what a contract is about."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    vendor = queries.get_contracting_vendor(ctx, contract.vendor_id)
    hold(contract)
    form = SubjectForm(
        row=contract, data={"title": contract.title, "service": contract.service_id, "entity": contract.legal_entity_id}
    )
    _offer(form, vendor, entities(ctx))
    if not form.submitted():
        return render_template("contracts/edit.html", form=form, contract=contract), form.status
    services.describe_contract(ctx, contract, form.title.data, *_chosen(vendor, form))
    flash(_("Contrat modifié ; la prochaine version en tiendra compte."))
    return redirect(url_for(".show", contract_id=contract.id))


@bp.route("/<int:contract_id>/faits")
@requires(Permission.CONTRACT_VIEW)
def facts(contract_id: int) -> ResponseReturnValue:
    """What the next version lacks, with the form to give it; each fact known, with its source."""
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_VIEW)
    return _facts_page(contract)


@bp.route("/<int:contract_id>/faits", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def fill(contract_id: int) -> ResponseReturnValue:
    """Keep what was typed; then, if asked, draft a version with it."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    spoken = language_of(contract)
    found = draft_page.draft_page(ctx, contract, spoken, current_language())
    form = _facts_form(contract, found, posted=True)
    if not form.submitted():
        return _facts_page(contract, form)
    given = form.given(found.otherwise)
    try:
        services.type_facts(ctx, contract, given, form.before(), language=spoken, reasons=form.reasons())
    except StaleWrite as error:
        form.refuse(error, field_name(error.about))
        form.see(_told(contract, spoken))
        return _facts_page(contract, form)
    except MissingReason as error:
        form.refuse(error, reason_name(error.about) if error.about in form.explained else None)
        return _facts_page(contract, form)
    except Refused as error:
        form.refuse(error)
        return _facts_page(contract, form)
    vendors.drop_draft(ctx, _draft_key(contract, spoken))
    if "draft" not in request.form:
        flash(_("Informations enregistrées ; elles entreront dans la prochaine version."))
        return redirect(url_for(".facts", contract_id=contract.id, langue=spoken.value))
    return _drafted(contract, spoken)


@bp.route("/<int:contract_id>/faits/brouillon", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def keep_facts_draft(contract_id: int) -> ResponseReturnValue:
    """Keep the facts as they are being typed, for the page's script; or throw them away."""
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_DRAFT)
    spoken = language_of(contract)
    if "jeter" in request.form:
        vendors.drop_draft(current(), _draft_key(contract, spoken))
        return redirect(url_for(".facts", contract_id=contract.id, langue=spoken.value))
    held = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    vendors.keep_draft(current(), contract, _draft_key(contract, spoken), held, to=Permission.CONTRACT_DRAFT)
    return {"message": _("Brouillon gardé : il vous attend si vous quittez cette page.")}


def _draft_key(contract: Contract, spoken: Language) -> str:
    return f"contract:{contract.id}:facts:{spoken.value}"


def language_of(contract: Contract) -> Language:
    """The language that the facts of a contract are typed in: the one asked for, else its own."""
    asked = request.args.get("langue")
    return Language(asked) if asked in set(Language) else contract.language


def _told(contract: Contract, spoken: Language) -> dict[str, Any]:
    """What was typed already, in a language."""
    told = {
        key: told_in(key, value, spoken, contract.language)
        for key, value in contract.typed.items()
        if draft_page.is_typable(key)
    }
    return {key: value for key, value in told.items() if value is not None}


def _facts_page(contract: Contract, form: Any = None) -> ResponseReturnValue:
    ctx = current()
    spoken = language_of(contract)
    found = draft_page.draft_page(ctx, contract, spoken, current_language())
    may_fill = ctx.can(Permission.CONTRACT_DRAFT, contract)
    form = form or (_facts_form(contract, found) if may_fill else None)
    page = render_template(
        "contracts/facts.html", contract=contract, page=found, form=form, groups=GROUPS, name_of=field_name,
        lines=missing_page.missing_lines(found),
        reason_of=reason_name, may_fill=may_fill,
        asked=draft_page.facts_to_ask(found, _told(contract, spoken), _wanted(form)) if form else {},
        draft=vendors.find_draft(ctx, _draft_key(contract, spoken)) if may_fill else None,
        despite=DraftForm(formdata=None, data={"language": spoken.value}),
    )  # fmt: skip
    return page, form.status if form else 200


def _facts_form(contract: Contract, found: DraftPage, *, posted: bool = False) -> Any:
    """The fields of the page; a posted form keeps the fields that it was shown with."""
    told = _told(contract, found.language)
    draft = None if posted else vendors.find_draft(current(), _draft_key(contract, found.language))
    shown = request.form if posted else draft.values if draft else {}
    wanted = [key for key in FACTS if field_name(key) in shown] + request.args.getlist("corriger")
    grouped = draft_page.facts_to_ask(found, told, wanted)
    keys = [key for group in grouped.values() for key in group]
    left = None if draft is None else draft.values
    return facts_form(keys, told, current_language(), found.optional, known=found.otherwise, left=left)


def _wanted(form: Any) -> list[str]:
    return list(form.keys)


@bp.route("/<int:contract_id>/versions", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def draft(contract_id: int) -> ResponseReturnValue:
    """Draft a new version in French or in English."""
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_DRAFT)
    form = DraftForm()
    if not form.submitted():
        flash(_("Choisissez la langue de la version."), "warning")
        return redirect(url_for(".versions", contract_id=contract.id))
    return _drafted(contract, *services.languages(form.language.data), despite=form.despite.data or "")


def _drafted(
    contract: Contract, language: Language, beside: Language | None = None, *, despite: str = ""
) -> ResponseReturnValue:
    """Draft a version, or show the checks that keep it from being drafted; the contract and its facts stay."""
    try:
        version = services.draft_version(current(), contract, language, despite=despite, beside=beside)
    except (FailedChecks, RoleExcluded, UntranslatedTexts) as error:
        flash(said(error.sentence), "warning")
        return redirect(url_for(".facts", contract_id=contract.id, langue=language.value, _anchor="controles"))
    except UnfinishedDraft as error:
        flash(said(error.sentence), "warning")
        return redirect(url_for(".write", contract_id=contract.id, langue=language.value))
    flash(_("Version %(number)s rédigée ; ses fichiers sont en préparation.", number=version.number))
    return redirect(url_for(".show", contract_id=contract.id))
