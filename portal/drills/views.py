"""Pages of drills: prepare one, begin it, see where it stands, end it, read its report. They are true pages."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from portal.authority.rules import SubjectKind
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core import logs
from portal.core.clock import LEGAL_ZONE, now
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.drills import copies, progress, queries, rules, services, wording, workshop
from portal.drills.beginning import beginning_of, find_subject
from portal.drills.drill_page import drill_page
from portal.drills.forms import AuthorityDrillForm, BreachDrillForm, DrillForm, InviteForm
from portal.drills.mode import inside_url
from portal.drills.models import Drill
from portal.drills.report import report_tree
from portal.drills.rules import STEPS, DrillKind, DrillState, next_friday_evening, next_working_morning
from portal.drills.services import DrillPlan
from portal.web import edge
from portal.web.edge import current
from portal.web.guard import may_ask_for, requires, unseen_by_vendors
from portal.web.manifest import file_parts
from portal.web.printed import printed
from portal.web.routing import page_asked
from portal.web.text import _, current_language, said

bp = unseen_by_vendors(Blueprint("drills", __name__, url_prefix="/exercices"))
P = Permission
log = logs.get_logger()
ERASING_SECONDS = 5
"""How long the end of a drill waits for the work that goes on in it."""
AIM_MINUTES = {DrillKind.BREACH: 240, DrillKind.AUTHORITY: 120}
"""What is proposed as an aim; ours, to be changed."""


@bp.record
def _words(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["drill_words"] = wording
    state.app.jinja_env.globals["DrillKind"] = DrillKind


@bp.get("")
@requires(P.DRILL_VIEW)
def index() -> ResponseReturnValue:
    """The drills held, the latest first."""
    ctx = current()
    found = queries.drill_page(ctx, page_asked())
    return render_template(
        "drills/index.html", found=found, reached=queries.steps_reached(ctx, found.rows), steps=STEPS
    )


@bp.route("/nouveau/<any(fuite, controle):named>", methods=["GET", "POST"])
@requires(P.DRILL_HOLD)
def begin(named: str) -> ResponseReturnValue:
    """Say what is rehearsed; the database is copied and the minutes run."""
    ctx, kind = current(), DrillKind(named)
    form = _form(ctx, kind)
    if form.submitted():
        try:
            drill = services.ask_drill(ctx, _plan(ctx, kind, form))
            begin_on_copy(ctx, drill)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("L'exercice est commencé. Les minutes courent."))
            return redirect(url_for(".show", number=drill.id))
    return render_template("drills/begin.html", form=form, kind=kind, lasts=rules.LASTS_DAYS), form.status


def _form(ctx: Context, kind: DrillKind) -> DrillForm:
    here = ctx.now.astimezone(LEGAL_ZONE)
    shown = {
        "name": request.args.get("nom", "")[:200], "scene": said(wording.SCENES[kind]),
        "aim_minutes": AIM_MINUTES[kind],
        "set_at": next_friday_evening(here) if kind is DrillKind.BREACH else next_working_morning(here),
    }  # fmt: skip
    if kind is DrillKind.BREACH:
        return BreachDrillForm(data=shown).offering(queries.may_take_part(ctx))
    about = request.args.get("objet", "")
    shown |= {"as_of": ctx.today, "subject": SubjectKind(about) if about in set(SubjectKind) else SubjectKind.VENDOR}
    return AuthorityDrillForm(data=shown).offering(queries.may_take_part(ctx))


def _plan(ctx: Context, kind: DrillKind, form: DrillForm) -> DrillPlan:
    wanted, as_of = SubjectKind.VENDOR, None
    if isinstance(form, AuthorityDrillForm):
        wanted, as_of = form.subject.data, form.as_of.data
        if as_of > ctx.today:
            raise Refused(N_("Ce jour n'est pas encore venu : un dossier dit ce qui était."))
    subject = find_subject(ctx, kind, wanted, form.name.data)
    return DrillPlan(
        kind, subject.kind, subject.id, subject.name, form.scene.data, form.begins_at, as_of, form.aim_minutes.data,
        form.chosen,
    )  # fmt: skip


def begin_on_copy(ctx: Context, drill: Drill) -> None:
    """Copy the database outside any transaction, then begin; a copy that cannot be made gives the drill up."""
    edge.release()
    true = edge.true_database()
    try:
        copy = copies.make(true, drill.id)
        with copies.opened(true, drill.id).reading() as session:
            beginning = beginning_of(Context(session, ctx.actor, ctx.now), drill, file_parts())
    except Exception as failure:
        edge.commit_despite_error()
        services.give_up_drill(ctx, drill)
        edge.release()
        _erase(ctx, drill)
        raise failure
    services.begin_drill(Context(ctx.session, ctx.actor, now()), drill, copy, beginning)


@bp.get("/<int:number>")
@requires(P.DRILL_VIEW)
def show(number: int) -> ResponseReturnValue:
    """Where a drill stands; once it is over, its report."""
    ctx = current()
    drill = queries.get_drill(ctx, number)
    page = drill_page(ctx, drill, current_language())
    takes_part = any(user.id == ctx.actor.id for user in page.members)
    mails, invitation = [], None
    if drill.state is DrillState.OPEN and copies.is_there(edge.true_database(), number):
        with copies.opened(edge.true_database(), number).reading() as session:
            mails = progress.mails_shown(Context(session, ctx.actor, ctx.now), drill.marks)
        known = {user.id for user in page.members}
        invitation = InviteForm().offering([user for user in queries.may_take_part(ctx) if user.id not in known])
    return render_template(
        "drills/show.html", page=page, drill=drill, takes_part=takes_part, mails=mails, invitation=invitation,
        entry=_entry(drill) if takes_part and drill.state is DrillState.OPEN else None,
        open_to={gap.endpoint for gap in page.gaps if may_ask_for(ctx, gap.endpoint)},
    )  # fmt: skip


def _entry(drill: Drill) -> str:
    """Where the drill is played: the first page that the true day would open."""
    if drill.kind is DrillKind.AUTHORITY:
        return inside_url(drill.id, "authority.index")
    return inside_url(drill.id, "incidents.index")


@bp.post("/<int:number>/inviter")
@requires(P.DRILL_HOLD)
def invite(number: int) -> ResponseReturnValue:
    """Have a colleague take part."""
    ctx = current()
    drill = queries.get_drill(ctx, number, to=P.DRILL_HOLD)
    form = InviteForm().offering(queries.may_take_part(ctx))
    if not form.submitted():
        raise Refused(N_("Choisissez un collègue dont le compte est ouvert."))
    found = services.invite(ctx, drill, form.user.data)
    flash(_("%(name)s prend part à l'exercice : donnez-lui l'adresse de cette page.", name=found.name))
    return redirect(url_for(".show", number=number))


@bp.post("/<int:number>/terminer")
@requires(P.DRILL_HOLD)
def end(number: int) -> ResponseReturnValue:
    """End a drill: looked at a last time, then its copy is erased."""
    ctx = current()
    drill = queries.get_drill(ctx, number, to=P.DRILL_HOLD)
    if drill.state is DrillState.OPEN:
        edge.release()
        workshop.look(edge.true_database(), number, ctx.now, ctx.actor.name)
        services.end_drill(ctx, drill)
        edge.release()
        if _erase(ctx, drill):
            flash(_("L'exercice est terminé, sa copie est effacée. Voici son compte rendu."))
        else:
            flash(
                _("L'exercice est terminé. Sa copie est encore ouverte ailleurs : elle sera effacée sous peu."), "info"
            )
    return redirect(url_for(".show", number=number))


def _erase(ctx: Context, drill: Drill) -> bool:
    """Erase its copy, and say whether that could be done now: what is held elsewhere is erased by the sweep."""
    workshop.wait_for_work(drill.id, ERASING_SECONDS)
    try:
        copies.erase(edge.true_database(), drill.id)
    except (SQLAlchemyError, OSError) as failure:
        log.warning("copy of a drill not erased yet", drill=drill.id, error=type(failure).__name__)
        return False
    services.note_erased(ctx, drill)
    return True


@bp.get("/<int:number>/compte-rendu.<any(docx, pdf):kind>")
@requires(P.DRILL_VIEW)
def report(number: int, kind: str) -> ResponseReturnValue:
    """The report as Word or PDF; raises Unavailable when the printer does not answer."""
    ctx = current()
    drill = queries.get_drill(ctx, number)
    if not drill.state.is_over:
        raise NotFound()
    page = drill_page(ctx, drill, current_language())
    return printed(report_tree(page, edge.settings().organisation, current_language()), kind, f"exercice-{number}")
