"""The register as lists and files: every entity's, one's, in and out."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.processing import queries, services
from portal.processing.files import (
    ENDINGS,
    MEDIA_TYPES,
    MOST_BYTES,
    WRITERS,
    RegisterExport,
    read_register,
    write_register,
)
from portal.processing.forms import RegisterFileForm, UsualForm
from portal.processing.importing import import_register
from portal.processing.queries import ActivityFilter, ConfirmedBy, RegisterCounts, RegisterView
from portal.processing.rules.sheets import ActivityRole
from portal.processing.tables import RefusedLine
from portal.processing.views.blueprint import bp, day_asked
from portal.vendors.queries import entities
from portal.web import edge
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires, takes_files
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language, ngettext

MOST_SHOWN = 50
"""Faults of a file that are listed."""
_NO_FAULT: tuple[RefusedLine, ...] = ()


def _wanted(entity_id: int | None = None) -> ActivityFilter:
    view, role = (request.args.get(name, "") for name in ("vue", "role"))
    by, on = request.args.get("pour", ""), day_asked()
    wanted = RegisterView(view) if view in set(RegisterView) else RegisterView.ALL
    # Whose it was to confirm a line on a past day is not kept.
    whose = ConfirmedBy(by) if by in set(ConfirmedBy) and on is None else None
    return ActivityFilter(
        view=wanted if on is None or wanted.is_of_any_day else RegisterView.ALL,
        entity_id=entity_id or request.args.get("entite", type=row_number),
        role=ActivityRole(role) if role in set(ActivityRole) else None,
        words=request.args.get("q", "").strip(), by=whose, on=on,
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
    found = queries.get_register_entity(current(), entity_id)
    return _list("processing/index.html", _wanted(entity_id), entity=found)


def _list(template: str, wanted: ActivityFilter, **more: Any) -> ResponseReturnValue:
    ctx, page = current(), page_asked()
    counts = queries.register_counts(ctx)
    told = sum((one for number, one in counts.items() if wanted.entity_id in {None, number}), RegisterCounts())
    found = queries.activity_page(ctx, wanted, page, total=told.lines if wanted.is_whole else None)
    return render_template(
        template, wanted=wanted, found=found, page=page, entities=entities(ctx), counts=told, by_entity=counts,
        is_due=lambda activity: queries.is_due(activity, ctx.today),
        is_late=lambda activity: queries.is_late(activity, ctx.today), views=RegisterView, roles=ActivityRole, **more,
    )  # fmt: skip


@bp.route("/export/<kind>")
@requires(Permission.REGISTER_VIEW)
def export(kind: str) -> ResponseReturnValue:
    """The register as a file, of one entity or of all, as it stands or as of a day."""
    ctx, on = current(), day_asked()
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
                told = _("Fiches entrées : %(created)s ; modifiées : %(changed)s ; inchangées : %(same)s.",
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
                ctx, queries.get_register_entity(ctx, form.legal_entity_id.data), form.activities.data,
                current_language(),
                technical=form.technical.data, organisational=form.organisational.data,
            )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            flash(ngettext(
                "%(num)s fiche entrée au registre : relisez-la, puis confirmez-la.",
                "%(num)s fiches entrées au registre : relisez-les, puis confirmez-les.", len(made),
            ))  # fmt: skip
            return redirect(
                url_for(".index", vue=RegisterView.TO_CONFIRM.value, entite=form.legal_entity_id.data)
            )  # fmt: skip
    return render_template("processing/usual.html", form=form, known=known), form.status
