"""Pages that import a questionnaire of another tool: the file, what was lost, the preview, the draft to take away.

Nothing is stored unless somebody keeps the draft: it is then completed and published in the portal.
"""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Language
from portal.core.spreadsheets import write_xlsx
from portal.core.translation import translate
from portal.questionnaires import services
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.importing.forms import ImportForm
from portal.questionnaires.importing.importing import GivenFile, ImportedDraft, ImportReport
from portal.questionnaires.importing.losses import KIND_LABELS, ImportLoss
from portal.questionnaires.importing.reading import draft_in, import_apart
from portal.questionnaires.importing.source import MOST_BYTES
from portal.questionnaires.importing.workbook import COLUMNS, XLSX
from portal.questionnaires.questionnaire_page import QuestionnairePage, questionnaire_page, readable_draft
from portal.web import edge
from portal.web.downloads import attached
from portal.web.guard import requires, takes_files
from portal.web.text import _, current_language

bp = Blueprint("questionnaire_imports", __name__, url_prefix="/questionnaires/importer")
SHOWN_PLACES = 6
"""Places of a loss that are named at once; the others are folded."""


@dataclass(frozen=True)
class DraftPreview:
    """A draft as its vendor would read it, in the language that most of it is written in."""

    draft: ImportedDraft
    questionnaire: Questionnaire
    page: QuestionnairePage
    language: Language


@bp.route("", methods=["GET", "POST"])
@takes_files
@requires(Permission.QUESTIONNAIRE_IMPORT)
def start() -> ResponseReturnValue:
    """Hand in a file, and read what it gives."""
    form = ImportForm()
    if form.submitted():
        edge.release()
        try:
            report = import_apart(_given(form.file.data), [_given(one) for one in form.companions.data or [] if one])
        except Refused as error:
            form.refuse(error, "file")
        else:
            return _result(report, form.file.data.filename or "")
    return render_template("questionnaires/import.html", form=form), form.status


def _given(file: FileStorage) -> GivenFile:
    return GivenFile(file.filename or "", file.read(MOST_BYTES + 1))


def _result(report: ImportReport, filename: str) -> ResponseReturnValue:
    language = current_language()
    return render_template(
        "questionnaires/imported.html", report=report, filename=filename,
        previews=[_preview(draft) for draft in report.drafts],
        lost=[_line(loss, language) for loss in report.lost],
        missing=[_line(loss, language) for loss in report.missing],
        lost_count=_count(report.lost), missing_count=_count(report.missing),
    )  # fmt: skip


def _preview(draft: ImportedDraft) -> DraftPreview:
    questionnaire, language = readable_draft(draft_in(draft.toml))
    return DraftPreview(draft, questionnaire, questionnaire_page(questionnaire, language), language)


def _line(loss: ImportLoss, language: Language) -> dict[str, object]:
    return {
        "kind": translate(KIND_LABELS[loss.kind], language),
        "message": loss.message,
        "shown": loss.places[:SHOWN_PLACES],
        "folded": loss.places[SHOWN_PLACES:],
        "count": len(loss.places),
    }


def _count(losses: tuple[ImportLoss, ...]) -> int:
    return sum(len(loss.places) for loss in losses)


@bp.route("/brouillon.toml", methods=["POST"])
@requires(Permission.QUESTIONNAIRE_IMPORT)
def take_draft() -> ResponseReturnValue:
    """The draft as its file: what the preview page holds is checked again, then handed back."""
    toml = request.form.get("toml", "").replace("\r\n", "\n")
    key = draft_in(toml).key
    return attached(Response(toml, mimetype="application/toml"), f"{key}.toml")


@bp.route("/garder", methods=["POST"])
@requires(Permission.QUESTIONNAIRE_WRITE)
def keep_draft() -> ResponseReturnValue:
    """The draft, kept to be completed in the portal."""
    toml = request.form.get("toml", "").replace("\r\n", "\n")
    own = services.keep_import(edge.current(), toml, request.form.get("filename", ""))
    flash(_("Brouillon gardé : complétez ce qui manque, puis publiez."))
    return redirect(url_for("own_questionnaires.show", own_id=own.id))


@bp.route("/modele.xlsx")
@requires(Permission.QUESTIONNAIRE_IMPORT)
def empty_workbook() -> ResponseReturnValue:
    """Our own workbook with every column and no question."""
    content = write_xlsx("Questions", COLUMNS, [])
    return attached(Response(content, mimetype=XLSX), "modele-questionnaire.xlsx")
