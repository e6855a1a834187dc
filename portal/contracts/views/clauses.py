"""The library on screen: its clauses with our three positions, and each requirement from contract to proof."""

from flask import render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import clause_pages, library
from portal.contracts.rules.model import ClauseLibrary
from portal.contracts.views.blueprint import bp
from portal.contracts.wording import APPROVERS, POSITIONS
from portal.core.errors import NotFound
from portal.questionnaires import catalogue
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import current_language


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """Whether a questionnaire goes with requirements, for its own page, which knows nothing of contracts."""
    state.app.jinja_env.globals["has_requirements"] = lambda key: key in _books().table


def _books() -> ClauseLibrary:
    return library.cached(edge.settings().clauses_dir)


@bp.route("/clauses")
@requires(Permission.CONTRACT_VIEW)
def clauses() -> ResponseReturnValue:
    """Every clause of the library, when it comes in, and where we may give way."""
    language = current_language()
    rows = [
        (clause, list(clause_pages.conditions_in_words(clause.applies_when, language))) for clause in _books().clauses
    ]
    return render_template("contracts/clauses.html", rows=rows, tables=_books().tables, positions=POSITIONS)


@bp.route("/clauses/<key>")
@requires(Permission.CONTRACT_VIEW)
def clause(key: str) -> ResponseReturnValue:
    """One clause as we first ask it, with the fallback and the red line of each paragraph that has them."""
    books, language = _books(), current_language()
    if key not in books.clause:
        raise NotFound()
    one = books.clause[key]
    return render_template(
        "contracts/clause.html", one=one, paragraphs=clause_pages.clause_paragraphs(one, books, language),
        positions=POSITIONS, conditions=list(clause_pages.conditions_in_words(one.applies_when, language)),
        table_of=_table_of(books), approvers=APPROVERS,
    )  # fmt: skip


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
