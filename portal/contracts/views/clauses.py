"""The library on screen: its clauses with our three positions, and each requirement from contract to proof."""

from collections.abc import Sequence

from flask import render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import clause_pages, library, library_editions
from portal.contracts.clause_uses import clause_uses, contracts_holding
from portal.contracts.library_editions import library_of
from portal.contracts.library_page import GivingWay, ShelfFilter, shelves, templates_with
from portal.contracts.proposal_page import ClauseEdition, editions_of
from portal.contracts.rules.model import Clause, ClauseLibrary
from portal.contracts.views.blueprint import bp
from portal.contracts.wording import APPROVER_NAMES, APPROVERS, POSITIONS, WORDING_NAMES
from portal.core.errors import NotFound
from portal.questionnaires import catalogue
from portal.web import edge
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import current_language


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """Whether a questionnaire goes with requirements, for its own page, which knows nothing of contracts."""
    state.app.jinja_env.globals["has_requirements"] = _has_requirements


def _has_requirements(key: str) -> bool:
    return key in library.cached(edge.settings().clauses_dir).table


def _books() -> ClauseLibrary:
    return library_of(current())


@bp.route("/clauses")
@requires(Permission.CONTRACT_VIEW)
def clauses() -> ResponseReturnValue:
    """The library by theme: what each clause covers, how far we give way, where it serves."""
    books, asked = _books(), request.args
    giving = asked.get("repli", "")
    wanted = ShelfFilter(
        asked.get("q", "").strip(), asked.get("theme", ""), asked.get("modele", ""),
        GivingWay(giving) if giving in set(GivingWay) else None,
    )  # fmt: skip
    return render_template(
        "contracts/clauses.html", wanted=wanted, books=books, short=APPROVER_NAMES,
        waiting=library_editions.open_proposals(current()),
        retired=[key for key, sha256 in library_editions.stamps(current()) if not sha256],
        shelves=shelves(books, wanted, clause_uses(current(), _today(books)), current_language()),
    )  # fmt: skip


def _today(books: ClauseLibrary) -> dict[str, str]:
    """The digest of each clause as it is written today."""
    return {clause.key: clause.sha256 for clause in books.clauses}


@bp.route("/clauses/<key>")
@requires(Permission.CONTRACT_VIEW)
def clause(key: str) -> ResponseReturnValue:
    """One clause in both languages, position by position, with what each proves and where it serves."""
    ctx, language = current(), current_language()
    books, retired = _books(), False
    if key not in books.clause:
        books, retired = library_editions.before_retirement(ctx, key), True
    one = books.clause[key]
    editions = editions_of(ctx, one)
    return render_template(
        "contracts/clause.html", one=one, paragraphs=clause_pages.clause_paragraphs(one, books, language),
        positions=POSITIONS, conditions=list(clause_pages.conditions_in_words(one.applies_when, language)),
        table_of=_table_of(books), approvers=APPROVERS, columns=clause_pages.proof_columns(one),
        proofs=clause_pages.proven_obligations(one, books, language), templates=templates_with(books, key),
        use=clause_uses(ctx, {key: one.sha256})[key], holding=contracts_holding(ctx, key, page=page_asked()),
        wordings=WORDING_NAMES, waiting=library_editions.open_proposal(ctx, key), retired=retired, editions=editions,
        shipped=_shipped_since(one, editions),
    )  # fmt: skip


def _shipped_since(clause: Clause, editions: Sequence[ClauseEdition]) -> str:
    """The version of a clause's file that changed after something was approved over it; empty when it has not."""
    last = editions[-1]
    return last.version if last.at is None and len(editions) > 2 and editions[-2].at is None else ""


def _table_of(books: ClauseLibrary) -> dict[str, str]:
    """The questionnaire with which each requirement goes."""
    return {requirement.key: table.questionnaire for table in books.tables for requirement in table.requirements}


@bp.route("/exigences/<key>")
@requires(Permission.CONTRACT_VIEW)
def requirements(key: str) -> ResponseReturnValue:
    """Requirement by requirement: the paragraph that says it, the questions that ask it, the proof that shows it."""
    books = _books()
    if key not in books.table:
        raise NotFound()
    found, _defects = catalogue.read(edge.settings().questionnaires_dir)
    rows = clause_pages.traced_requirements(books.table[key], found.get(key), books, current_language())
    return render_template("contracts/requirements.html", table=books.table[key], rows=rows)
