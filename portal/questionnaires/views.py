"""Pages that show the questionnaires: the files, their defects, what was published, and each as its vendor reads it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.core.language import Language, Sentence, printed
from portal.core.spreadsheets import write_xlsx
from portal.core.translation import translate
from portal.questionnaires import catalogue, queries
from portal.questionnaires.authoring.differences_page import differences_page
from portal.questionnaires.definition import Bilingual, Questionnaire
from portal.questionnaires.importing.workbook import XLSX, sheet_of
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.questionnaire_page import questionnaire_page
from portal.questionnaires.rules.articles import article_tag, articles_in_words
from portal.questionnaires.rules.snapshot import digest_of
from portal.questionnaires.rules.writing import toml_of
from portal.web import edge
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.manifest import questionnaire_uses
from portal.web.text import current_language

SHOWN_USES = 50
bp = Blueprint("questionnaires", __name__, url_prefix="/questionnaires")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """Texts of the data in the reader's language, for every template."""
    state.app.jinja_env.filters.update(worded=worded, articles=articles, article_tag=short_article)


def worded(text: Bilingual, language: str | None = None) -> str:
    """A text of the data in a language, the reader's unless said otherwise."""
    return text.read(Language(language) if language else current_language())


def articles(references: Iterable[str], language: str | None = None) -> str:
    """The articles of a question, each under the name of its text, in the reader's language unless said otherwise."""
    read_in = Language(language) if language else current_language()
    return " · ".join(_typeset(text, read_in) for text in articles_in_words(references))


def short_article(reference: str, language: str | None = None) -> str:
    """One article, in as few words as name its text."""
    return _typeset(article_tag(reference), Language(language) if language else current_language())


def _typeset(text: Sentence, language: Language) -> str:
    """Typography that depends on the values: « art. » keeps to its number."""
    said = translate(text, language)
    return printed(said, language)


def stages_of_questions() -> Mapping[str, str]:
    """The stage of the relation with consumers of the questions that have one, by key."""
    found, _defects = catalogue.read(edge.settings().questionnaires_dir, current().session)
    return {
        question.key: question.stage
        for questionnaire in found.values()
        for question in questionnaire.questions
        if question.stage is not None
    }


@bp.route("")
@requires(Permission.QUESTIONNAIRE_VIEW)
def index() -> ResponseReturnValue:
    """The files found, every defect, and what was published."""
    session = current().session
    found, defects = catalogue.read(edge.settings().questionnaires_dir, session)
    versions, own = queries.versions(session), queries.own_lines(session)
    written = {line.own.key for line in own}
    return render_template(
        "questionnaires/index.html", versions=versions, own=own,
        defects=[defect for defect in defects if defect[0].name not in written],
        clashes={path.name: defect.message for path, defect in defects if path.name in written},
        files=[_file_line(one, versions) for one in found.values() if one.key not in written],
    )  # fmt: skip


def _file_line(questionnaire: Questionnaire, versions: Any) -> Mapping[str, Any]:
    sha256 = questionnaire.sha256 or digest_of(questionnaire)
    clash = any(
        v.key == questionnaire.key and v.version == questionnaire.version and v.sha256 != sha256 for v in versions
    )
    return {
        "questionnaire": questionnaire,
        "sha256": sha256,
        "is_published": any(version.sha256 == sha256 for version in versions),
        "is_reused": clash,
    }


@bp.route("/<key>")
@requires(Permission.QUESTIONNAIRE_VIEW)
def show(key: str) -> ResponseReturnValue:
    """A file as its vendor will read it, with the reviewer's notes in the margin."""
    return _page(_found(key), None)


@bp.route("/<key>/classeur.xlsx")
@requires(Permission.QUESTIONNAIRE_VIEW)
def workbook(key: str) -> ResponseReturnValue:
    """A file as our workbook, to be changed in a spreadsheet and imported under another key."""
    content = write_xlsx("Questions", *sheet_of(_found(key)))
    return attached(Response(content, mimetype=XLSX), f"{key}.xlsx")


@bp.route("/<key>/fichier.toml")
@requires(Permission.QUESTIONNAIRE_VIEW)
def toml_file(key: str) -> ResponseReturnValue:
    """A questionnaire that may be asked, as its file is written; what other questionnaires define is only named."""
    return attached(Response(toml_of(_found(key)), mimetype="application/toml"), f"{key}.toml")


@bp.route("/<key>/usages")
@requires(Permission.QUESTIONNAIRE_VIEW)
def uses(key: str) -> ResponseReturnValue:
    """The audits and the campaigns that ask it."""
    questionnaire = _found(key)
    return render_template(
        "questionnaires/uses.html", key=key, name=worded(questionnaire.title), own=None,
        uses=questionnaire_uses(current(), key, SHOWN_USES),
    )  # fmt: skip


@bp.route("/<key>/differences")
@requires(Permission.QUESTIONNAIRE_VIEW)
def differences(key: str) -> ResponseReturnValue:
    """Two texts of a questionnaire, question by question: versions that were published, and the one of today."""
    ctx = current()
    page = differences_page(ctx, key, request.args.get("avant", ""), request.args.get("apres", ""))
    return render_template("questionnaires/differences.html", key=key, page=page)


def _found(key: str) -> Questionnaire:
    found, _defects = catalogue.read(edge.settings().questionnaires_dir, current().session)
    if key not in found:
        raise NotFound(queries.GONE)
    return found[key]


@bp.route("/versions/<int:version_id>")
@requires(Permission.QUESTIONNAIRE_VIEW)
def version(version_id: int) -> ResponseReturnValue:
    """A published version, as it was frozen."""
    session = current().session
    row = session.get(QuestionnaireVersion, version_id)
    if row is None:
        raise NotFound(queries.GONE)
    return _page(queries.questionnaire_of(session, row), row)


def _page(questionnaire: Questionnaire, published: QuestionnaireVersion | None) -> ResponseReturnValue:
    named = request.args.get("langue", "")
    language = Language(named) if named in set(Language) else current_language()
    return render_template(
        "questionnaires/show.html", page=questionnaire_page(questionnaire, language),
        questionnaire=questionnaire, published=published,
        read_in=language.value, other=Language.FR if language is Language.EN else Language.EN,
        sha256=questionnaire.sha256 or digest_of(questionnaire),
    )  # fmt: skip
