"""What is done with an announced change: each act has its form, and one page shows them all the same way."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.changes import queries, services
from portal.changes.forms import AdviserForm, AnswerDecisionForm, AnswerForm, ChangeReasonForm, OpinionForm
from portal.changes.models import AnnouncedChange
from portal.changes.rules.life import ACTS, ChangeAct
from portal.changes.views.blueprint import bp
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.web import edge
from portal.web.acts import ActPage, with_sheet, with_text
from portal.web.edge import current
from portal.web.forms import PortalForm
from portal.web.guard import requires
from portal.web.text import _, said

PAGES: Mapping[ChangeAct, ActPage[AnnouncedChange]] = {
    ChangeAct.DECIDE: ActPage(
        AnswerDecisionForm, with_sheet(services.decide_change),
        N_("Rien ne part encore, et la chaîne ne bouge pas : la lettre se relit avant d'être envoyée."),
        N_("Décision consignée. Relisez la lettre, puis envoyez-la."),
    ),
    ChangeAct.ANSWER: ActPage(
        AnswerForm, with_sheet(services.send_or_note_answer),
        N_("La lettre est figée. Une acceptation change la chaîne aux dates annoncées ; une opposition la laisse."),
        N_("Réponse consignée."),
    ),
    ChangeAct.DISMISS: ActPage(
        ChangeReasonForm, with_text(services.dismiss_change),
        N_("L'annonce ne change aucun sous-traitant. Elle reste dans la liste, et ne compte pas comme répondue."),
        N_("Annonce écartée."),
    ),
    ChangeAct.RESUME: ActPage(
        ChangeReasonForm, with_text(services.resume_change), N_("Dites ce qui change : la décision est à reprendre."),
        N_("Étude reprise."),
    ),
}  # fmt: skip


@bp.route("/<int:change_id>/<any(decider, repondre, ecarter, reprendre):named>", methods=["GET", "POST"])
@requires(Permission.CHANGE_WORK)
def act(change_id: int, named: str) -> ResponseReturnValue:
    """One act: what it does, its form, then the change again."""
    ctx, wanted = current(), ChangeAct(named)
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_WORK)
    if change.state not in ACTS[wanted].leads:
        return redirect(url_for(".show", change_id=change.id))
    page = PAGES[wanted]
    form: PortalForm = page.form()
    if form.submitted():
        try:
            page.do(ctx, change, form)
        except Refused as error:
            edge.db_session().rollback()
            change = queries.get_change(current(), change_id, to=Permission.CHANGE_WORK)
            form.refuse(error)
        else:
            flash(said(page.done))
            return redirect(url_for(".show", change_id=change_id))
    waited = sum(one.given_at is None for one in queries.opinions_of(current(), change))
    shown = render_template(
        "changes/act.html", form=form, change=change, act=wanted, lead=page.lead,
        waited=waited if wanted is ChangeAct.DECIDE else 0,
    )  # fmt: skip
    return shown, form.status


@bp.route("/<int:change_id>/demander-un-avis", methods=["GET", "POST"])
@requires(Permission.CHANGE_WORK)
def ask(change_id: int) -> ResponseReturnValue:
    """Ask somebody of ours what they think."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_WORK)
    people = queries.advisers(ctx, change)
    form = AdviserForm().offering(people)
    if form.submitted():
        try:
            services.ask_opinion(ctx, change, next(one for one in people if one.id == form.adviser.data))
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Avis demandé : cette personne le trouve à son accueil et dans son prochain courrier."))
            return redirect(url_for(".show", change_id=change_id))
    lead = N_("La personne lit l'annonce et ce qu'elle change, et vous répond ici. Le prestataire n'en sait rien.")
    page = render_template("changes/act.html", form=form, change=change, act=ChangeAct.ASK, lead=lead, waited=0)
    return page, form.status


@bp.route("/<int:change_id>/mon-avis", methods=["GET", "POST"])
@requires(Permission.CHANGE_ADVISE)
def advise(change_id: int) -> ResponseReturnValue:
    """Say what one thinks, once asked."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_ADVISE)
    if services.opinion_of(ctx, change, ctx.actor.id) is None:
        raise NotFound()
    form = OpinionForm()
    if form.submitted():
        try:
            services.give_opinion(ctx, change, form.opinion.data, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Avis donné."))
            return redirect(url_for(".show", change_id=change_id))
    lead = N_("Votre avis et votre nom restent au dossier. Le prestataire ne les lit jamais.")
    page = render_template("changes/act.html", form=form, change=change, act=ChangeAct.ADVISE, lead=lead, waited=0)
    return page, form.status
