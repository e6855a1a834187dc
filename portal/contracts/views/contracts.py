"""Pages that show contracts: the list, coverage, preview, versions and what changed between two of them."""

from collections.abc import Hashable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import draft_page, preview_page, queries, services, signing_queries, version_comparison
from portal.contracts.forms import LanguageForm
from portal.contracts.library_editions import known_obligations, library_of
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.queries import ContractFilter
from portal.contracts.rules.contract_terms import deadlines_of
from portal.contracts.rules.coverage import coverage_said_in
from portal.contracts.rules.document_kind import NOT_COVERING
from portal.contracts.rules.life import LISTED, ContractOrigin, ContractState
from portal.contracts.views.blueprint import bp
from portal.contracts.wording import CLASSES, STATUSES, WORDINGS
from portal.core.documents.freezing import thaw
from portal.web.edge import current
from portal.web.frozen import FrozenHtml
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import current_language

SHEETS, MATRICES = FrozenHtml(most=20), FrozenHtml(most=20)
"""The text of a version, some 90 kB, and what it covers, some 30."""


UNREAD = "copie-non-lue"
"""What the filter on states calls those in force whose copy nobody has read."""


@bp.route("")
@requires(Permission.CONTRACT_VIEW)
def index() -> ResponseReturnValue:
    """The register: every contract within reach, whatever its text comes from, with its state and its dates."""
    ctx, state = current(), request.args.get("etat", "")
    wanted = ContractFilter(
        search=request.args.get("q", "").strip(), state=ContractState(state) if state in set(LISTED) else None,
        unread=state == UNREAD,
    )  # fmt: skip
    found = queries.contracts(ctx, wanted, page=page_asked())
    return render_template(
        "contracts/index.html", found=found, wanted=wanted, states=LISTED, unread=UNREAD,
        stuck=queries.failed_printings(ctx, [row.latest for row in found.rows if row.latest is not None]),
        deadlines={row.id: deadlines_of(row, ctx.today) for row in found.rows},
    )  # fmt: skip


@bp.route("/<int:contract_id>")
@requires(Permission.CONTRACT_VIEW)
def show(contract_id: int) -> ResponseReturnValue:
    """What a version covers of RGPD art. 28, line by line, and its files."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    if contract.origin is not ContractOrigin.DRAFTED:
        return redirect(url_for(".life", contract_id=contract_id))
    if not contract.versions:
        return render_template("contracts/undrafted.html", contract=contract, form=_language_form(contract))
    wanted = request.args.get("version", type=row_number)
    version = queries.get_version(ctx, contract, wanted, but_for=queries.TREE_AND_COVERAGE)
    newest = version.number == contract.versions[-1].number
    return render_template(
        "contracts/show.html", contract=contract, version=version,
        matrices=MATRICES.of(_frozen(contract, version), lambda: _matrices(contract, version.number)),
        stuck=queries.failed_printings(ctx, [version]), is_newest=newest,
        spoken=services.spoken(version.language, version.beside), not_covering=NOT_COVERING.get(contract.kind),
        is_outdated=newest and draft_page.is_outdated(ctx, contract, version),
        is_being_signed=contract.state is ContractState.AGREED and signing_queries.is_being_signed(ctx, contract.id),
    )  # fmt: skip


def _frozen(contract: Contract, version: ContractVersion) -> tuple[Hashable, ...]:
    """What the pieces of a version's pages depend on: the version, which never changes, and the reader's language."""
    return contract.id, version.id, version.sha256, version.created_at, version.covered, current_language()


def _matrices(contract: Contract, number: int) -> str:
    version = queries.get_version(current(), contract, number)
    rows = coverage_said_in(version.coverage, known_obligations(), current_language())
    return render_template(
        "contracts/_matrices.html", contract=contract, version=version, classes=CLASSES, statuses=STATUSES,
        groups=[(kind, [row for row in rows if row["class"] == kind]) for kind in CLASSES],
        wordings=WORDINGS,
    )  # fmt: skip


@bp.route("/<int:contract_id>/apercu")
@bp.route("/<int:contract_id>/apercu/<int:number>")
@requires(Permission.CONTRACT_VIEW)
def preview(contract_id: int, number: int | None = None) -> ResponseReturnValue:
    """A version as a sheet of paper with a margin for notes."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    version = queries.get_version(ctx, contract, number, but_for=queries.TREE_AND_COVERAGE)
    negotiated = frozenset(clause.key for clause in library_of(ctx).clauses if clause.negotiation)
    may_draft = ctx.can(Permission.CONTRACT_DRAFT, contract)
    sheet = SHEETS.of(
        (*_frozen(contract, version), may_draft, negotiated),
        lambda: _sheet(contract, version.number, negotiated),
    )
    return render_template("contracts/preview.html", contract=contract, version=version, sheet=sheet)


def _sheet(contract: Contract, number: int, negotiated: frozenset[str]) -> str:
    version = queries.get_version(current(), contract, number)
    rows = coverage_said_in(version.coverage, known_obligations(), current_language())
    sheet = preview_page.contract_preview(thaw(version.tree), version.clauses, rows, _blank_url(contract))
    return render_template(
        "contracts/_sheet.html", contract=contract, version=version, sheet=sheet, negotiated=negotiated
    )


def _blank_url(contract: Contract) -> preview_page.BlankUrl:
    """A blank leads to where it is filled in, for whoever may fill it in."""
    if not current().can(Permission.CONTRACT_DRAFT, contract):
        return lambda key: None
    page = url_for("contracts.facts", contract_id=contract.id)
    return lambda key: f"{page}#fait-{draft_page.fact_of_blank(key).replace('.', '-')}"


@bp.route("/<int:contract_id>/versions")
@requires(Permission.CONTRACT_VIEW)
def versions(contract_id: int) -> ResponseReturnValue:
    """Every version, and in words what changed between two of them."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    pair = _compared(contract)
    return render_template(
        "contracts/versions.html", contract=contract, form=_language_form(contract), statuses=STATUSES, pair=pair,
        changes=version_comparison.compare_versions(*pair, current_language(), known_obligations()) if pair else None,
        stuck=queries.failed_printings(ctx, contract.versions), side=request.args.get("vue") == "cote-a-cote",
    )  # fmt: skip


def _compared(contract: Contract) -> tuple[ContractVersion, ContractVersion] | None:
    """The two versions asked for, the older first; without a wish, the newest and the one before."""
    numbers = [version.number for version in contract.versions]
    if len(numbers) < 2:
        return None
    wanted = sorted(
        {request.args.get("de", numbers[-2], type=row_number), request.args.get("a", numbers[-1], type=row_number)}
    )
    if len(wanted) < 2 or not set(wanted) <= set(numbers):
        wanted = numbers[-2:]
    older, newer = (queries.get_version(current(), contract, number) for number in wanted)
    return older, newer


def _language_form(contract: Contract) -> Any:
    newest = contract.versions[-1] if contract.versions else None
    latest = services.spoken(newest.language, newest.beside) if newest else contract.vendor.language.value
    return LanguageForm(formdata=None, data={"language": latest})
