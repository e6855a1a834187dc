"""Pages of the file for the authority: choose what and when, see what will be in it, have it made, take it away."""

from datetime import date

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authority import queries, services
from portal.authority.content import (
    FoundContent,
    count_gaps,
    find_content,
    frozen_content,
    offline_checker,
    signed_journal,
)
from portal.authority.forms import ChoiceForm, PartsForm
from portal.authority.rules import SubjectKind
from portal.authority.scopes import Subject, get_subject, subject_named
from portal.authz.policy import Permission
from portal.core.calendar import BeyondCalendar
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.forms import typed_day
from portal.web.guard import requires
from portal.web.manifest import file_parts
from portal.web.routing import page_asked
from portal.web.text import _, current_language, said

bp = Blueprint("authority", __name__, url_prefix="/dossiers")
P = Permission.AUTHORITY_FILE


@bp.route("", methods=["GET", "POST"])
@requires(P)
def index() -> ResponseReturnValue:
    """The files made, and what the next one is to be about."""
    ctx = current()
    form = ChoiceForm(data={"on": ctx.today})
    if form.submitted():
        try:
            subject = subject_named(ctx, form.subject.data, form.name.data)
        except Refused as error:
            form.refuse(error, "name")
        else:
            return redirect(_address(subject, form.on.data))
    return render_template("authority/index.html", form=form, found=queries.file_page(ctx, page_asked())), form.status


def _address(subject: Subject, on: date) -> str:
    return url_for(".preview", kind=subject.kind.value, number=subject.id, au=on.isoformat())


@bp.route("/nouveau/<kind>/<int:number>", methods=["GET", "POST"])
@requires(P)
def preview(kind: str, number: int) -> ResponseReturnValue:
    """What a file would hold and lack as of a day; then it is made."""
    ctx = current()
    if kind not in set(SubjectKind):
        raise NotFound()
    subject = get_subject(ctx, SubjectKind(kind), number)
    on = _as_of(ctx.today)
    known = file_parts()
    offered = [part for part in known if ctx.can(part.permission)]
    form = PartsForm(data={"parts": [part.key for part in offered if not part.is_chosen]}).offering(offered)
    found: FoundContent | None = None
    try:
        found = find_content(ctx, subject, on, current_language(), known, form.parts.data or ())
        if form.submitted():
            return redirect(url_for(".show", number=_ask(found)))
    except Refused as error:
        form.refuse(error)
    status = 422 if form.errors else form.status
    return render_template(
        "authority/preview.html", subject=subject, on=on, form=form, found=found, kind=kind, today=ctx.today
    ), status


def _as_of(today: date) -> date:
    """The day in the address; today when it is none."""
    try:
        return typed_day(request.args.get("au", "").strip()) or today
    except BeyondCalendar as error:
        flash(said(error.sentence), "warning")
        return today


def _ask(found: FoundContent) -> int:
    ctx = current()
    content = frozen_content(found, more_gaps=signed_journal(ctx) if found.entries else (), checker=offline_checker())
    return services.ask_file(ctx, content, found.subject.id, count_gaps(content)).id


@bp.route("/<int:number>")
@requires(P)
def show(number: int) -> ResponseReturnValue:
    """One file: being made, ready, or erased."""
    ctx = current()
    row = queries.get_file(ctx, number)
    return render_template("authority/show.html", row=row, given_up=queries.is_given_up(ctx, row))


@bp.route("/<int:number>/etat")
@requires(P)
def state(number: int) -> ResponseReturnValue:
    """Whether it is ready, for the page that waits."""
    ctx = current()
    row = queries.get_file(ctx, number)
    done = row.stored_file_id is not None
    over = done or row.erased_at is not None or queries.is_given_up(ctx, row)
    return jsonify(
        done=int(done), total=1, message=_("Prêt") if over else _("En préparation"),
        next=url_for(".show", number=number) if over else None,
    )  # fmt: skip


@bp.route("/<int:number>/archive", methods=["POST"])
@requires(P)
def archive(number: int) -> ResponseReturnValue:
    """The archive, and the note in the journal of who took it."""
    ctx = current()
    row = queries.get_file(ctx, number)
    if row.stored_file is None:
        raise NotFound(N_("Ce dossier n'est pas encore constitué, ou il a été effacé."))
    services.note_downloaded(ctx, row)
    return download(row.stored_file)
