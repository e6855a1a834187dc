"""Importing a list: kept as soon as it is read, reviewed at leisure, carried out whole or not at all."""

from collections.abc import Sequence

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.spreadsheets import write_csv
from portal.jobs.models import JobState
from portal.vendors import queries, services
from portal.vendors.forms import ConfirmForm, UploadForm
from portal.vendors.import_page import ImportPage
from portal.vendors.models import ImportState, VendorImport
from portal.vendors.rules.columns import ImportField
from portal.vendors.rules.import_plan import DuplicateDecision
from portal.vendors.views.blueprint import bp
from portal.web import edge
from portal.web.downloads import attached
from portal.web.guard import requires, takes_files
from portal.web.text import _, current_language, ngettext, said

LAST_STEP = 2
"""Of a long import: waiting, at work, done."""
COLUMN, GROUP, CELL, ASIDE = "colonne-", "doubles-", "cellule-", "ecarter-"
"""What the names of the review's controls begin with."""


@bp.route("/import", methods=["GET", "POST"])
@takes_files
@requires(Permission.VENDOR_IMPORT)
def imports() -> ResponseReturnValue:
    """Hand in a list, or take up the review of one."""
    ctx, form = edge.current(), UploadForm()
    if form.submitted():
        edge.release()
        try:
            row = services.start_import(ctx, *form.listed(services.MOST_BYTES))
        except Refused as error:
            form.refuse(error, "file")
        else:
            return redirect(url_for(".review", import_id=row.id))
    return render_template("vendors/imports.html", form=form, waiting=queries.open_imports(ctx)), form.status


@bp.route("/import/modele.csv")
@requires(Permission.VENDOR_IMPORT)
def import_model() -> ResponseReturnValue:
    """An empty list, with every column that an import understands."""
    content = write_csv([said(field.label) for field in ImportField], [], current_language())
    return _download(content, "modele-sous-traitants.csv")


@bp.route("/import/<int:import_id>")
@requires(Permission.VENDOR_IMPORT)
def review(import_id: int) -> ResponseReturnValue:
    """What a list holds and what importing it would do; or what it did."""
    ctx = edge.current()
    row = queries.get_import(ctx, import_id)
    if row.state is ImportState.WORKING:
        return render_template("vendors/import_working.html", row=row, step=_step(ctx, row), last=LAST_STEP)
    if row.state is not ImportState.REVIEWING:
        return render_template("vendors/import_over.html", row=row, done=row.state is ImportState.DONE)
    return _page(row, _review(ctx, row), UploadForm())


@bp.route("/import/<int:import_id>/problemes.csv")
@requires(Permission.VENDOR_IMPORT)
def import_problems(import_id: int) -> ResponseReturnValue:
    """Everything to correct in a list, to be sent to whoever keeps it."""
    ctx = edge.current()
    found = _review(ctx, queries.get_import(ctx, import_id)).plan.problems
    header = [_("Ligne"), _("Colonne"), _("Ce qui ne va pas")]
    rows = [(problem.line, problem.column, said(problem.message)) for problem in found]
    return _download(write_csv(header, rows, current_language()), "problemes.csv")


@bp.route("/import/<int:import_id>/fichier", methods=["POST"])
@takes_files
@requires(Permission.VENDOR_IMPORT)
def replace_file(import_id: int) -> ResponseReturnValue:
    """Hand in the list again, corrected."""
    ctx, form = edge.current(), UploadForm()
    row = queries.get_import(ctx, import_id)
    edge.release()
    try:
        if not form.submitted():
            raise Refused(N_("Choisissez d'abord un fichier."))
        services.replace_file(ctx, row, *form.listed(services.MOST_BYTES))
    except Refused as error:
        form.refuse(error, "file")
        return _page(row, _review(ctx, row), form)
    flash(_("La liste corrigée remplace la précédente."))
    return _back(row)


@bp.route("/import/<int:import_id>/colonnes", methods=["POST"])
@requires(Permission.VENDOR_IMPORT)
def map_columns(import_id: int) -> ResponseReturnValue:
    """Say what each column is."""
    ctx = edge.current()
    row = queries.get_import(ctx, import_id)
    seen = _review(ctx, row)
    typed = _typed_columns(len(seen.table.header))
    try:
        services.map_columns(ctx, row, seen.table.header, typed)
    except Refused as error:
        return _page(row, seen, UploadForm(formdata=None), typed=typed, fault=said(error.sentence))
    flash(_("Les colonnes sont lues comme vous l'avez dit."))
    return _back(row)


@bp.route("/import/<int:import_id>/cellules", methods=["POST"])
@requires(Permission.VENDOR_IMPORT)
def correct_cells(import_id: int) -> ResponseReturnValue:
    """Write in place of faulty cells, or leave their lines aside; the list is read again with it."""
    ctx = edge.current()
    row = queries.get_import(ctx, import_id)
    seen = _review(ctx, row)
    services.correct_cells(ctx, row, seen, _typed_cells(), _lines_aside())
    left = len(_review(ctx, row).plan.problems)
    if left:
        told = ngettext("Il reste %(num)s point à corriger.", "Il reste %(num)s points à corriger.", left)
        flash(told, "warning")
    else:
        flash(_("Tout se lit : il reste à importer."))
    return _back(row)


@bp.route("/import/<int:import_id>/doubles", methods=["POST"])
@requires(Permission.VENDOR_IMPORT)
def decide(import_id: int) -> ResponseReturnValue:
    """Decide of doubles: one by one, or all the certain ones at once."""
    ctx = edge.current()
    row = queries.get_import(ctx, import_id)
    wanted = _decisions()
    if at_once := _decision(request.form.get("all", "")):
        undecided = _review(ctx, row).plan.undecided
        wanted |= {group.key: at_once for group in undecided if wanted.get(group.key) is None}
    services.decide_duplicates(ctx, row, wanted)
    flash(_("Les décisions sont notées."))
    return _back(row)


@bp.route("/import/<int:import_id>/importer", methods=["POST"])
@requires(Permission.VENDOR_IMPORT)
def carry_out(import_id: int) -> ResponseReturnValue:
    """Import the list: all of it, in one transaction."""
    ctx, form = edge.current(), ConfirmForm()
    row = queries.get_import(ctx, import_id)
    if not form.submitted():
        return _back(row)
    seen = _review(ctx, row)
    if len(seen.plan.vendors) > services.AT_ONCE:
        services.promise_import(ctx, row, seen, status=form.status_given.data)
        return _back(row)
    outcome = services.finish_import(ctx, row, seen, status=form.status_given.data)
    flash(
        ngettext(
            "%(num)s sous-traitant est entré dans le registre.",
            "%(num)s sous-traitants sont entrés dans le registre.",
            outcome.created,
        )
    )
    return _back(row)


@bp.route("/import/<int:import_id>/etat")
@requires(Permission.VENDOR_IMPORT)
def import_progress(import_id: int) -> ResponseReturnValue:
    """How far the job of a long list is, for the page that waits."""
    ctx = edge.current()
    row = queries.get_import(ctx, import_id)
    over = row.state is not ImportState.WORKING
    number, message = (LAST_STEP, _("Terminé")) if over else _step(ctx, row)
    following = url_for(".review", import_id=row.id) if over else None
    return jsonify(done=number, total=LAST_STEP, message=message, next=following)


def _step(ctx: Context, row: VendorImport) -> tuple[int, str]:
    """Which step of a long import this is, and what it is called."""
    state = queries.import_job(ctx, row)
    if state is JobState.DEAD:
        return 0, _("L'import n'a pas abouti : reprenez la revue, puis recommencez.")
    if state is JobState.RUNNING:
        return 1, _("Lecture, comparaison avec le registre, puis écriture")
    return 0, _("En attente de l'exécutant")


@bp.route("/import/<int:import_id>/arreter", methods=["POST"])
@requires(Permission.VENDOR_IMPORT)
def stop_import(import_id: int) -> ResponseReturnValue:
    """Take a long list back from its job."""
    ctx = edge.current()
    row = queries.get_import(ctx, import_id)
    services.stop_import(ctx, row)
    flash(_("L'import est arrêté ; le registre n'a pas changé, et vos décisions sont gardées."))
    return _back(row)


@bp.route("/import/<int:import_id>/abandonner", methods=["POST"])
@requires(Permission.VENDOR_IMPORT)
def abandon(import_id: int) -> ResponseReturnValue:
    """Give up an import."""
    ctx = edge.current()
    services.abandon_import(ctx, queries.get_import(ctx, import_id))
    flash(_("L'import est abandonné ; le registre n'a pas changé."))
    return redirect(url_for(".imports"))


def _review(ctx: Context, row: VendorImport) -> services.ImportReview:
    """Read and compare the list with no transaction open: a long one takes seconds, and nobody waits for them."""
    material = services.import_material(ctx, row)
    edge.release()
    return material.review()


def _page(
    row: VendorImport, seen: services.ImportReview, form: UploadForm, *, typed: Sequence[ImportField | None] = (),
    fault: str = "",
) -> ResponseReturnValue:  # fmt: skip
    page = render_template(
        "vendors/import.html", row=row, seen=ImportPage(seen, row.decisions, typed, row.corrections), form=form,
        fault=fault, confirm=ConfirmForm(formdata=None), fields=ImportField, decisions=DuplicateDecision,
        COLUMN=COLUMN, GROUP=GROUP, CELL=CELL, ASIDE=ASIDE,
    )  # fmt: skip
    return page, 422 if fault else form.status


def _back(row: VendorImport) -> ResponseReturnValue:
    return redirect(url_for(".review", import_id=row.id))


def _typed_columns(width: int) -> list[ImportField | None]:
    """What each column was said to be."""
    given = [request.form.get(f"{COLUMN}{column}", "") for column in range(width)]
    return [ImportField(name) if name in set(ImportField) else None for name in given]


def _typed_cells() -> dict[tuple[int, int], str]:
    """By line and column, from controls named « cellule-12-3 »."""
    found = {}
    for name, text in request.form.items():
        line, _sep, column = name.removeprefix(CELL).partition("-")
        if name.startswith(CELL) and _is_number(line) and _is_number(column):
            found[int(line), int(column)] = text
    return found


def _lines_aside() -> list[int]:
    given = [name.removeprefix(ASIDE) for name in request.form if name.startswith(ASIDE)]
    return [int(line) for line in given if _is_number(line)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _decisions() -> dict[str, DuplicateDecision | None]:
    given = {name.removeprefix(GROUP): value for name, value in request.form.items() if name.startswith(GROUP)}
    return {key: _decision(value) for key, value in given.items()}


def _decision(value: str) -> DuplicateDecision | None:
    return DuplicateDecision(value) if value in set(DuplicateDecision) else None


def _download(content: bytes, name: str) -> Response:
    return attached(Response(content, mimetype="text/csv"), name)
