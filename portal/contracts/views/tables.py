"""Tables of facts typed for one contract: rows added, pasted, taken from elsewhere, kept."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal.authz.policy import Permission
from portal.contracts import draft_page, queries, services
from portal.contracts.fact_sources.stored_facts import is_bound
from portal.contracts.facts_forms import TableForm, table_form
from portal.contracts.models import Contract
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.pasted_tables import read_pasted
from portal.contracts.services import MOST_ROWS
from portal.contracts.table_page import TablePage, form_rows, shown_rows, table_page
from portal.contracts.views.blueprint import bp
from portal.contracts.views.drafting import language_of
from portal.core.errors import NotFound, Refused
from portal.core.language import Language
from portal.vendors import services as vendors
from portal.vendors.models import FormDraft
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _, current_language, ngettext, said

KEEP, NONE, GIVE_BACK = "enregistrer", "aucun", "rendre"
ADD, REMOVE, PASTE, TAKE = "ligne", "retirer", "coller", "reprendre"
"""What the buttons of the page ask; all but the first three change the page alone."""


@bp.route("/<int:contract_id>/tableaux/<key>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_DRAFT)
def table(contract_id: int, key: str) -> ResponseReturnValue:
    """Type one table of a contract, in the language it is drafted in."""
    contract = _contract(contract_id, key)
    hold(contract)
    spoken = language_of(contract)
    page = table_page(current(), contract, key, spoken, current_language())
    form, draft = _form(contract, page)
    act, _colon, what = request.form.get("then", KEEP).partition(":")
    if request.method == "GET" or act in {ADD, REMOVE, PASTE, TAKE}:
        if request.method == "POST":
            _change(form, page, act, what)
        return _shown(contract, form, page, draft)
    if act in {NONE, GIVE_BACK}:
        form.rows.data = []
    if not form.submitted():
        return _shown(contract, form, page, draft)
    rows = None if act == GIVE_BACK else [row for row in form.rows.data if row]
    try:
        if rows == [] and act != NONE and page.none:
            raise Refused(_("Ajoutez une ligne, ou dites qu'il n'y en a pas."))
        services.type_table(current(), contract, key, rows, language=spoken, reason=form.why.data)
    except services.MissingReason as error:
        form.refuse(error, "why")
        return _shown(contract, form, page, draft)
    except Refused as error:
        form.refuse(error)
        return _shown(contract, form, page, draft)
    vendors.drop_draft(current(), _draft_key(contract, key, spoken))
    flash(_("Tableau enregistré ; il entrera dans la prochaine version."))
    return redirect(url_for(".facts", contract_id=contract.id, langue=spoken.value, _anchor="tableaux"))


@bp.route("/<int:contract_id>/tableaux/<key>/brouillon", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def keep_table_draft(contract_id: int, key: str) -> ResponseReturnValue:
    """Keep the table as it stands, for its page's script; or throw it away."""
    contract = _contract(contract_id, key)
    spoken = language_of(contract)
    kept = _draft_key(contract, key, spoken)
    if "jeter" in request.form:
        vendors.drop_draft(current(), kept)
        return redirect(url_for(".table", contract_id=contract.id, key=key, langue=spoken.value))
    held = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    vendors.keep_draft(current(), contract, kept, held, to=Permission.CONTRACT_DRAFT)
    return {"message": _("Brouillon gardé : il vous attend si vous quittez cette page.")}


def _contract(contract_id: int, key: str) -> Contract:
    contract = queries.get_contract(current(), contract_id, to=Permission.CONTRACT_DRAFT)
    if key not in draft_page.TABLES:
        raise NotFound()
    return contract


def _draft_key(contract: Contract, key: str, spoken: Language) -> str:
    return f"contract:{contract.id}:{key}:{spoken.value}"


def _form(contract: Contract, page: TablePage) -> tuple[Any, FormDraft | None]:
    """The form of the table; shown first, it holds what its person had typed and not saved."""
    stored = {page.key: form_rows(page.key, contract.typed.get(page.key), contract.language), "why": page.reason}
    reader = current_language()
    draft = None
    if request.method == "GET":
        draft = vendors.find_draft(current(), _draft_key(contract, page.key, page.language))
    if draft is None:
        return table_form(contract, page.key, page.language, reader, data=stored), None
    form = table_form(contract, page.key, page.language, reader, data=stored, formdata=MultiDict(draft.values))
    if "seen" in draft.values:
        # What was on the page when it was typed, not what is there now: a colleague's change since then is not lost.
        form.seen.data = draft.values["seen"][0]
    return form, draft


def _change(form: TableForm, page: TablePage, act: str, what: str) -> None:
    """Change the rows on the page; nothing is kept until they are saved."""
    rows = form.rows.data
    if act == ADD and len(rows) < MOST_ROWS:
        rows.append({})
    elif act == REMOVE and what.isdecimal() and int(what) < len(rows):
        rows.pop(int(what))
    elif act == TAKE:
        taken = next((one.rows for one in page.proposals if one.code == what), ())
        wanted = [row for row in form_rows(page.key, taken, page.language) if row not in rows]
        _add(form, wanted)
        said_so = ngettext("%(num)s ligne reprise", "%(num)s lignes reprises", len(wanted))
        flash(_("%(taken)s : relisez, puis enregistrez.", taken=said_so))
    elif act == PASTE:
        _paste(form, page)


def _add(form: TableForm, rows: list[dict[str, Any]]) -> None:
    held = [row for row in form.rows.data if row]
    form.rows.data = [*held, *rows][:MOST_ROWS]


def _paste(form: TableForm, page: TablePage) -> None:
    held = sum(1 for row in form.rows.data if row)
    read = read_pasted(form.paste.data or "", FACTS[page.key].columns, MOST_ROWS - held)
    _add(form, [_as_pasted(row, page) for row in read.rows])
    form.paste.data = read.left
    form.paste.raw_data = None
    if not read.rows:
        form.paste.errors = [_("Rien n'a été lu : collez les cellules copiées dans un tableur.")]
    elif read.left:
        numbers = ", ".join(map(str, read.left_rows))
        form.paste.errors = [_("Sans colonne, et laissé ci-dessous, aux lignes : %(numbers)s.", numbers=numbers)]
    else:
        read_so = ngettext("%(num)s ligne lue", "%(num)s lignes lues", len(read.rows))
        flash(_("%(read)s : relisez, puis enregistrez.", read=read_so))


def _as_pasted(row: dict[str, str], page: TablePage) -> dict[str, Any]:
    """What is pasted is taken as said in the language of the page; a remark stands where it seems not to be."""
    return {column: {page.language.value: text} if is_bound(page.key, column) else text for column, text in row.items()}


def _shown(contract: Contract, form: Any, page: TablePage, draft: FormDraft | None) -> ResponseReturnValue:
    rows = shown_rows(page.key, form.rows.data or [], page.language, current_language())
    blank = shown_rows(page.key, [{}], page.language, current_language())[0]
    remarks = sum(1 for row in rows for cell in row if cell.remark)
    body = render_template(
        "contracts/table.html", contract=contract, form=form, page=page, draft=draft, rows=rows, blank=blank,
        most=MOST_ROWS, remarks=remarks, said=said,
    )  # fmt: skip
    return body, form.status
