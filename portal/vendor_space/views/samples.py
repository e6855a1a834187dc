"""Samples, from the vendor's side: what is asked, the draw, the file, corrections on the page, and that it is sent."""

from collections.abc import Mapping
from io import BytesIO

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.core.language import Sentence
from portal.core.spreadsheets import write_csv
from portal.samples import file_check, file_reading, queries, services
from portal.samples.file_check import FileProblem
from portal.samples.forms import FileForm
from portal.samples.models import CaseSample, SampleState
from portal.samples.rules.columns import FIELDS
from portal.vendor_space.views.blueprint import ID, bp
from portal.vendor_space.wording import due_date
from portal.vendors.file_share import keep_given
from portal.vendors.rules.naming import plain
from portal.web import edge
from portal.web.downloads import attached
from portal.web.guard import requires, takes_files
from portal.web.text import _, current_language, ngettext, said

SMALL = 400_000
"""Bytes of a file that is read at once, while the person waits: a larger one is read by a job."""
COLUMN, CELL, LIST = "colonne-", "cellule-", "liste"
"""What the names of the page's controls begin with."""


def _sample(sample_id: int, *, to: Permission = Permission.SAMPLE_SEND) -> CaseSample:
    return queries.get_sample(edge.current(), sample_id, to=to)


@bp.route(f"/echantillons/<{ID}:sample_id>")
@requires(Permission.SPACE_VIEW)
def sample(sample_id: int) -> ResponseReturnValue:
    """What is asked, and what to do about it now."""
    return _page(_sample(sample_id, to=Permission.SPACE_VIEW))


def _page(found: CaseSample, file: FileForm | None = None, listed: FileForm | None = None) -> ResponseReturnValue:
    takes_file = found.state in {SampleState.ASKED, SampleState.TO_CORRECT}
    takes_list = found.state is SampleState.ASKED and not found.drawn
    for form, is_shown in ((file, takes_file), (listed, takes_list)):
        if form is not None and not is_shown:
            # A page that no longer shows the form says all the same why it was refused.
            flash(form.file.errors[0], "warning")
    forms = [file or FileForm(formdata=None), listed or FileForm(formdata=None, prefix=LIST)]
    page = render_template(
        "vendor_space/sample.html", sample=found, states=SampleState, due=due_date(found.due_on), file=forms[0],
        listed=forms[1], problems=_problems(found), fields=FIELDS[found.kind], say=said,
    )  # fmt: skip
    return page, max(form.status for form in forms)


def _problems(found: CaseSample) -> list[FileProblem]:
    """What is to be corrected, line by line, and what was corrected on those lines: it may be what is wrong now."""
    problems = file_check.thaw_problems(found.problems)
    names = {field.value: field.label for field in FIELDS[found.kind]}
    seen = {(str(one.line), one.field) for one in problems}
    mine = [
        FileProblem(Sentence(""), int(line), said(names[field]), field, text)
        for line in dict.fromkeys(str(one.line) for one in problems)
        for field, text in found.corrections.get(line, {}).items()
        if (line, field) not in seen
    ]
    return sorted([*problems, *mine], key=lambda one: one.line or 0)


@bp.route(f"/echantillons/<{ID}:sample_id>/etat")
@requires(Permission.SPACE_VIEW)
def sample_progress(sample_id: int) -> ResponseReturnValue:
    """Whether a file is read, for the page that waits."""
    found = _sample(sample_id, to=Permission.SPACE_VIEW)
    over = found.state is not SampleState.READING
    following = url_for(".sample", sample_id=sample_id) if over else None
    return jsonify(done=int(over), total=1, message=_("Lu") if over else _("Lecture en cours"), next=following)


@bp.route(f"/echantillons/<{ID}:sample_id>/modele.csv")
@requires(Permission.SPACE_VIEW)
def sample_model(sample_id: int) -> ResponseReturnValue:
    """A table to fill in: every column that is read, and the references drawn when there are any."""
    found = _sample(sample_id, to=Permission.SPACE_VIEW)
    fields = list(FIELDS[found.kind])
    rows = [[reference] for reference in found.drawn]
    content = write_csv([said(field.label) for field in fields], rows, current_language())
    return attached(Response(content, mimetype="text/csv"), f"echantillon-{found.id}.csv")


@bp.route(f"/echantillons/<{ID}:sample_id>/liste", methods=["POST"])
@requires(Permission.SAMPLE_SEND)
@takes_files
def sample_list(sample_id: int) -> ResponseReturnValue:
    """The full list of references, to draw the cases from."""
    found, form = _sample(sample_id), FileForm(prefix=LIST)
    if form.submitted():
        try:
            references = file_reading.references(*_handed(form), found.kind)
            drawn = services.draw(edge.current(), found, references)
        except (NotFound, Forbidden):
            raise
        except PortalError as refusal:
            edge.db_session().rollback()
            form.refuse(Refused(said(refusal.sentence)), "file")
        else:
            flash(ngettext(
                "%(num)s dossier est tiré au sort : remplissez le tableau qui le porte.",
                "%(num)s dossiers sont tirés au sort : remplissez le tableau qui les porte.", len(drawn),
            ))  # fmt: skip
            return redirect(url_for(".sample", sample_id=sample_id))
    return _page(_sample(sample_id), listed=form)


@bp.route(f"/echantillons/<{ID}:sample_id>/fichier", methods=["POST"])
@requires(Permission.SAMPLE_SEND)
@takes_files
def sample_file(sample_id: int) -> ResponseReturnValue:
    """The cases: what holds personal data in excess is refused before anything of it is kept."""
    found, form = _sample(sample_id), FileForm()
    if form.submitted():
        edge.release()
        try:
            _take_in(found, form)
        except (NotFound, Forbidden):
            raise
        except PortalError as refusal:
            edge.db_session().rollback()
            form.refuse(Refused(said(refusal.sentence)), "file")
        else:
            return _read_if_small(sample_id)
    return _page(_sample(sample_id), file=form)


def _handed(form: FileForm) -> tuple[bytes, str]:
    return form.file.data.read(file_check.MOST_BYTES + 1), form.file.data.filename or ""


def _take_in(found: CaseSample, form: FileForm) -> None:
    """Seal the file and have it read."""
    ctx = edge.current()
    data, name = _handed(form)
    file_reading.refuse_personal_data(data, name)
    blob = process.store().put(
        BytesIO(data), filename=name, allowed={"csv", "xlsx"}, max_bytes=file_check.MOST_BYTES,
        scanner=process.scanner(),
    )  # fmt: skip
    services.receive(ctx, found, keep_given(ctx, blob))


def _read_if_small(sample_id: int) -> ResponseReturnValue:
    """Read a small file now, so that the person sees at once what is to be corrected."""
    ctx, found = edge.current(), _sample(sample_id)
    if found.file is not None and found.file.size <= SMALL:
        services.check_now(ctx, found)
        fresh = _sample(sample_id)
        if fresh.state.is_sent:
            flash(_("Merci : votre échantillon est complet et envoyé."))
    return redirect(url_for(".sample", sample_id=sample_id))


@bp.route(f"/echantillons/<{ID}:sample_id>/corrections", methods=["POST"])
@requires(Permission.SAMPLE_SEND)
def sample_corrections(sample_id: int) -> ResponseReturnValue:
    """What was written in place of bad cells, and which column is what; the file is read again with it."""
    ctx, found = edge.current(), _sample(sample_id)
    try:
        if columns := _columns(request.form):
            services.name_columns(ctx, found, columns)
        services.correct(ctx, found, _cells(request.form), seen=request.form.get("lecture", type=int))
    except Refused as refusal:
        edge.db_session().rollback()
        flash(said(refusal.sentence), "warning")
        return redirect(url_for(".sample", sample_id=sample_id))
    return _read_if_small(sample_id)


def _columns(form: Mapping[str, str]) -> dict[str, str]:
    """Plain header to field, from « which column gives this? »."""
    return {
        plain(header): name.removeprefix(COLUMN)
        for name, header in form.items()
        if name.startswith(COLUMN) and plain(header)
    }


def _cells(form: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """By line and field, from controls named « cellule-12-stated »."""
    found: dict[str, dict[str, str]] = {}
    for name, text in form.items():
        if name.startswith(CELL):
            line, _sep, field = name.removeprefix(CELL).partition("-")
            found.setdefault(line, {})[field] = text
    return found


@bp.route(f"/echantillons/<{ID}:sample_id>/problemes.csv")
@requires(Permission.SPACE_VIEW)
def sample_problems(sample_id: int) -> ResponseReturnValue:
    """Everything to correct, to be sent to whoever keeps the file."""
    found = _sample(sample_id, to=Permission.SPACE_VIEW)
    header = [_("Ligne"), _("Colonne"), _("Ce qui ne va pas")]
    rows = [(one.line, one.column, said(one.message)) for one in file_check.thaw_problems(found.problems)]
    content = write_csv(header, rows, current_language())
    return attached(Response(content, mimetype="text/csv"), "a-corriger.csv")
