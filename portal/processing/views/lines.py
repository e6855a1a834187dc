"""A line of the register, and what is done to it."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.identity.models import User
from portal.journal.entry_text import shown_entry
from portal.processing import queries, reference, services
from portal.processing.forms import FORMS, ConfirmForm, ControllerForm, ProcessorForm, RecordForm, ReviewerForm
from portal.processing.models import ProcessingActivity
from portal.processing.queries import RegisterView, ServiceProposal
from portal.processing.rules.proposals import applied
from portal.processing.rules.sheets import ActivityRole, ControllerSheet
from portal.processing.services import STALE
from portal.processing.views.blueprint import bp, day_asked
from portal.vendors.queries import entities
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language, said


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.REGISTER_EDIT)
def new() -> ResponseReturnValue:
    """Enter a line: for which entity and as what, then what it says."""
    ctx, named = current(), request.args.get("role", "")
    entity_id = request.args.get("entite", type=row_number)
    if entity_id is None or named not in set(ActivityRole):
        return render_template("processing/choose.html", known=entities(ctx), roles=ActivityRole)
    owner, role = queries.get_register_entity(ctx, entity_id), ActivityRole(named)
    proposed = _proposed_line(role)
    form = FORMS[role](**FORMS[role].values_of(proposed.sheet)) if proposed else FORMS[role]()
    if form.submitted():
        try:
            made = services.create_activity(
                ctx, owner, role, form.sheet(), [proposed.service.id] if proposed else ()
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Fiche entrée au registre."))
            return redirect(url_for(".show", activity_id=made.id))
    return render_template("processing/edit.html", form=form, entity=owner, role=role, activity=None), form.status


def _proposed_line(role: ActivityRole) -> ServiceProposal | None:
    """The line that is proposed for the service of the address, to be changed before it is entered."""
    number = request.args.get("prestation", type=row_number)
    service = queries.service_under_way(current(), number) if number and role is ActivityRole.CONTROLLER else None
    return queries.proposal_of(current(), service) if service is not None else None


@bp.route("/<int:activity_id>")
@requires(Permission.REGISTER_VIEW)
def show(activity_id: int) -> ResponseReturnValue:
    """A line, as it stands or as of a day."""
    return _page(queries.get_activity(current(), activity_id, to=Permission.REGISTER_VIEW))


def _page(activity: ProcessingActivity, **failed: Any) -> ResponseReturnValue:
    ctx = current()
    on = day_asked()
    people = queries.reviewers(ctx)
    line = queries.line_of(ctx, activity, on)
    page = render_template(
        "processing/show.html", activity=activity, line=line, on=on,
        kind=_listed_words(line.verdict.listed) if line.verdict else "",
        source=reference.list_source(), versions=queries.versions_of(ctx, activity),
        confirmations=queries.confirmations_of(ctx, activity),
        history=[shown_entry(entry) for entry in queries.history_of(ctx, activity)],
        is_due=queries.is_due(activity, ctx.today), is_late=queries.is_late(activity, ctx.today),
        proposals=queries.proposals_to(ctx, line) if on is None and ctx.can(Permission.REGISTER_EDIT) else (),
        **{"reviewer": _reviewer(activity, people), **failed},
    )  # fmt: skip
    return page, 422 if failed else 200


def _reviewer(activity: ProcessingActivity, people: Sequence[User]) -> ReviewerForm:
    return ReviewerForm(
        formdata=None, owner_id=activity.owner_id, months=activity.review_months, month=activity.review_month
    ).offering(people)  # fmt: skip


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
    """The form over what a line says, or over what it would say with everything that is proposed to it."""
    line = queries.line_of(current(), activity)
    sheet = line.sheet
    if request.args.get("propositions"):
        sheet = applied(sheet, queries.proposals_to(current(), line))
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
    try:
        services.assign_activity(ctx, activity, person, form.rhythm)
    except Refused as error:
        form.refuse(error)
        return _page(activity, reviewer=form)
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
