"""Pages of the register of processing: the list, the register of an entity, a line and what is done to it."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.calendar import BeyondCalendar
from portal.core.errors import NotFound, Refused
from portal.journal.entry_text import shown_entry
from portal.processing import queries, reference, services, wording
from portal.processing.files import (
    ENDINGS,
    MEDIA_TYPES,
    MOST_BYTES,
    WRITERS,
    RegisterExport,
    read_register,
    write_register,
)
from portal.processing.forms import (
    FORMS,
    ConfirmForm,
    ControllerForm,
    ProcessorForm,
    RecordForm,
    RegisterFileForm,
    ReviewerForm,
    UsualForm,
)
from portal.processing.importing import import_register
from portal.processing.models import ProcessingActivity
from portal.processing.queries import ActivityFilter, RegisterCounts, RegisterView
from portal.processing.rules.sheets import ActivityRole, ControllerSheet
from portal.processing.services import STALE
from portal.processing.tables import RefusedLine
from portal.vendors.queries import entities, get_entity
from portal.web import edge
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.forms import typed_day
from portal.web.guard import requires, takes_files
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language, said

MOST_SHOWN = 50
"""Faults of a file that are listed."""
bp = Blueprint("processing", __name__, url_prefix="/registre")


_NO_FAULT: tuple[RefusedLine, ...] = ()


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names of fields and views, for macros: those see no context."""
    state.app.jinja_env.globals["processing_words"] = wording


def _as_of() -> date | None:
    """The day in the address, when it is one and is past: today is what stands now."""
    try:
        day = typed_day(request.args.get("au", "").strip())
    except BeyondCalendar as error:
        flash(said(error.sentence), "warning")
        return None
    return day if day is not None and day < current().today else None


def _wanted(entity_id: int | None = None) -> ActivityFilter:
    view, role = request.args.get("vue", ""), request.args.get("role", "")
    return ActivityFilter(
        view=RegisterView(view) if view in set(RegisterView) else RegisterView.ALL,
        entity_id=entity_id or request.args.get("entite", type=row_number),
        role=ActivityRole(role) if role in set(ActivityRole) else None,
        words=request.args.get("q", "").strip(), on=_as_of(),
    )  # fmt: skip


@bp.route("")
@requires(Permission.REGISTER_VIEW)
def index() -> ResponseReturnValue:
    """The register of every entity, or what of it waits for somebody."""
    return _list("processing/index.html", _wanted(), entity=None)


@bp.route("/entites/<int:entity_id>")
@requires(Permission.REGISTER_VIEW)
def entity(entity_id: int) -> ResponseReturnValue:
    """The register of one entity, headed by who it is (RGPD art. 30(1)(a))."""
    found = queries.get_entity(current(), entity_id)
    return _list("processing/index.html", _wanted(entity_id), entity=found)


def _list(template: str, wanted: ActivityFilter, **more: Any) -> ResponseReturnValue:
    ctx, page = current(), page_asked()
    counts = queries.register_counts(ctx)
    told = [one for number, one in counts.items() if wanted.entity_id in {None, number}]
    return render_template(
        template, wanted=wanted, found=queries.activity_page(ctx, wanted, page), page=page,
        entities=entities(ctx), counts=_sum(told), by_entity=counts,
        is_due=lambda activity: queries.is_due(activity, ctx.today), views=RegisterView, roles=ActivityRole, **more,
    )  # fmt: skip


def _sum(counts: list[RegisterCounts]) -> RegisterCounts:
    return RegisterCounts(
        sum(one.lines for one in counts), sum(one.confirmed for one in counts),
        sum(one.incomplete for one in counts), sum(one.impact for one in counts),
    )  # fmt: skip


@bp.route("/export/<kind>")
@requires(Permission.REGISTER_VIEW)
def export(kind: str) -> ResponseReturnValue:
    """The register as a file, of one entity or of all, as it stands or as of a day."""
    ctx, on = current(), _as_of()
    if kind not in WRITERS:
        raise NotFound()
    lines = queries.every_line(ctx, ActivityFilter(entity_id=request.args.get("entite", type=row_number), on=on))
    content = write_register(kind, RegisterExport(lines, current_language(), ctx.now, on or ctx.today))
    name = f"registre-{(on or ctx.today).isoformat()}.{ENDINGS[kind]}"
    return attached(Response(content, mimetype=MEDIA_TYPES[kind]), name)


@bp.route("/import", methods=["GET", "POST"])
@takes_files
@requires(Permission.REGISTER_EDIT)
def import_file() -> ResponseReturnValue:
    """Enter a register from a file, whole or not at all."""
    form, refused = RegisterFileForm(), _NO_FAULT
    if form.submitted():
        edge.release()
        try:
            filed = read_register(*form.handed(MOST_BYTES))
            report = import_register(edge.current(), filed)
        except Refused as error:
            form.refuse(error, "file")
        else:
            if not report.refused:
                told = _("%(created)s fiches entrées, %(changed)s modifiées, %(same)s inchangées.",
                         created=report.created, changed=report.changed, same=report.unchanged)  # fmt: skip
                flash(told)
                return redirect(url_for(".index"))
            refused = report.refused
    status = 422 if refused else form.status
    return render_template(
        "processing/import.html", form=form, refused=refused[:MOST_SHOWN], more=len(refused) - MOST_SHOWN
    ), status  # fmt: skip


@bp.route("/modeles", methods=["GET", "POST"])
@requires(Permission.REGISTER_EDIT)
def usual() -> ResponseReturnValue:
    """Enter several usual activities at once."""
    ctx = current()
    known = entities(ctx)
    form = UsualForm(legal_entity_id=request.args.get("entite", type=row_number)).offering(known)
    if known and form.submitted():
        try:
            made = services.create_usual_activities(
                ctx, get_entity(ctx, form.legal_entity_id.data), form.activities.data, current_language(),
                technical=form.technical.data, organisational=form.organisational.data,
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("%(count)s fiches entrées au registre : relisez-les, puis confirmez-les.", count=len(made)))
            return redirect(
                url_for(".index", vue=RegisterView.TO_CONFIRM.value, entite=form.legal_entity_id.data)
            )  # fmt: skip
    return render_template("processing/usual.html", form=form, known=known), form.status


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.REGISTER_EDIT)
def new() -> ResponseReturnValue:
    """Enter a line: for which entity and as what, then what it says."""
    ctx, named = current(), request.args.get("role", "")
    entity_id = request.args.get("entite", type=row_number)
    if entity_id is None or named not in set(ActivityRole):
        return render_template("processing/choose.html", known=entities(ctx), roles=ActivityRole)
    owner, role = get_entity(ctx, entity_id), ActivityRole(named)
    form = FORMS[role]()
    if form.submitted():
        try:
            made = services.create_activity(ctx, owner, role, form.sheet())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Fiche entrée au registre."))
            return redirect(url_for(".show", activity_id=made.id))
    return render_template("processing/edit.html", form=form, entity=owner, role=role, activity=None), form.status


@bp.route("/<int:activity_id>")
@requires(Permission.REGISTER_VIEW)
def show(activity_id: int) -> ResponseReturnValue:
    """A line, as it stands or as of a day."""
    return _page(queries.get_activity(current(), activity_id, to=Permission.REGISTER_VIEW))


def _page(activity: ProcessingActivity, **failed: Any) -> ResponseReturnValue:
    ctx = current()
    on = _as_of()
    people = queries.reviewers(ctx)
    line = queries.line_of(ctx, activity, on)
    page = render_template(
        "processing/show.html", activity=activity, line=line, on=on,
        kind=_listed_words(line.verdict.listed) if line.verdict else "",
        source=reference.list_source(), versions=queries.versions_of(ctx, activity),
        confirmations=queries.confirmations_of(ctx, activity),
        history=[shown_entry(entry) for entry in queries.history_of(ctx, activity)],
        is_due=queries.is_due(activity, ctx.today), next_review=queries.next_review(activity),
        **{"reviewer": ReviewerForm(formdata=None, owner_id=activity.owner_id).offering(people), **failed},
    )  # fmt: skip
    return page, 422 if failed else 200


def _listed_words(key: str) -> str:
    kind = reference.listed_kinds().get(key)
    return kind.read(current_language()) if kind else ""


@bp.route("/<int:activity_id>/modifier", methods=["GET", "POST"])
@requires(Permission.REGISTER_EDIT)
def edit(activity_id: int) -> ResponseReturnValue:
    """Change what a line says."""
    ctx = current()
    activity = queries.get_activity(ctx, activity_id, to=Permission.REGISTER_EDIT)
    hold(activity)
    form = _edit_form(activity)
    if form.submitted():
        try:
            services.amend_activity(ctx, activity, form.sheet())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Fiche enregistrée."))
            return redirect(url_for(".show", activity_id=activity.id))
    return render_template(
        "processing/edit.html", form=form, entity=activity.legal_entity, role=activity.role, activity=activity
    ), form.status  # fmt: skip


def _edit_form(activity: ProcessingActivity) -> RecordForm:
    sheet = queries.line_of(current(), activity).sheet
    if isinstance(sheet, ControllerSheet):
        return ControllerForm.of(activity, sheet)
    return ProcessorForm.of(activity, sheet)


@bp.route("/<int:activity_id>/prestations", methods=["GET", "POST"])
@requires(Permission.REGISTER_EDIT)
def link(activity_id: int) -> ResponseReturnValue:
    """Link services of processors to a line, or take them off."""
    ctx = current()
    activity = queries.get_activity(ctx, activity_id, to=Permission.REGISTER_EDIT)
    line = queries.line_of(ctx, activity)
    held = {service.id for service in line.services}
    if request.method == "POST":
        asked = {row_number(text) for text in request.form.getlist("prestation") if text.isdecimal()}
        wanted = held - asked if request.form.get("decision") == "retirer" else held | asked
        try:
            services.set_services(ctx, activity, wanted)
        except Refused as error:
            flash(said(error.sentence), "warning")
        else:
            flash(_("Prestations liées mises à jour."))
        return redirect(url_for(".link", activity_id=activity.id, q=request.args.get("q") or None))
    words = request.args.get("q", "").strip()
    found = queries.services_to_link(ctx, words, page_asked())
    return render_template(
        "processing/link.html", activity=activity, line=line, held=held, found=found, words=words
    )  # fmt: skip


@bp.route("/<int:activity_id>/confirmer", methods=["POST"])
@requires(Permission.REGISTER_CONFIRM)
def confirm(activity_id: int) -> ResponseReturnValue:
    """« Inchangé » : say that a line is so, as it was shown."""
    ctx = current()
    activity = queries.get_activity(ctx, activity_id, to=Permission.REGISTER_CONFIRM)
    form = ConfirmForm()
    number = row_number(form.number.data) if form.submitted() and form.number.data.isdecimal() else None
    try:
        if number is None:
            raise Refused(STALE)
        services.confirm_activity(ctx, activity, number, form.note.data)
    except Refused as error:
        flash(said(error.sentence), "warning")
    else:
        flash(_("« %(name)s » est confirmé.", name=activity.name))
    if request.form.get("suite"):
        return redirect(url_for(".index", vue=RegisterView.TO_CONFIRM.value))
    return redirect(url_for(".show", activity_id=activity.id))


@bp.route("/<int:activity_id>/charge", methods=["POST"])
@requires(Permission.REGISTER_EDIT)
def assign(activity_id: int) -> ResponseReturnValue:
    """Name who confirms a line."""
    ctx = current()
    activity = queries.get_activity(ctx, activity_id, to=Permission.REGISTER_EDIT)
    people = queries.reviewers(ctx)
    form = ReviewerForm().offering(people)
    if not form.submitted():
        return _page(activity, reviewer=form)
    person = next((one for one in people if one.id == form.owner_id.data), None)
    services.assign_activity(ctx, activity, person)
    flash(_("C'est noté."))
    return redirect(url_for(".show", activity_id=activity.id))


@bp.route("/<int:activity_id>/terminer", methods=["POST"])
@requires(Permission.REGISTER_EDIT)
def end(activity_id: int) -> ResponseReturnValue:
    """Take a line out of the register from today."""
    activity = queries.get_activity(current(), activity_id, to=Permission.REGISTER_EDIT)
    try:
        services.end_activity(current(), activity)
    except Refused as error:
        flash(said(error.sentence), "warning")
    else:
        flash(_("« %(name)s » est terminé : la fiche reste dans l'histoire du registre.", name=activity.name))
    return redirect(url_for(".show", activity_id=activity.id))
