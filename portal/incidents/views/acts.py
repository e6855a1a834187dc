"""What is done with a breach: each act has its form, and one page shows them all the same way."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.incidents import queries, services
from portal.incidents.forms import (
    AwarenessForm,
    ClosingForm,
    NotificationForm,
    PersonsForm,
    QuestionForm,
    WordsForm,
)
from portal.incidents.models import Incident
from portal.incidents.rules.decision import proposed_risk
from portal.incidents.rules.life import ACTS, IncidentAct
from portal.incidents.views.blueprint import bp
from portal.web.acts import ActPage, with_sheet, with_text
from portal.web.edge import current
from portal.web.forms import PortalForm
from portal.web.guard import requires
from portal.web.text import said

PAGES: Mapping[IncidentAct, ActPage[Incident]] = {
    IncidentAct.ASSESS: ActPage(
        QuestionForm, with_sheet(services.assess_risk),
        N_("Répondez à ce que vous savez, puis choisissez un niveau. Ne pas savoir ne compte jamais comme rassurant."),
        N_("Risque évalué."),
        lambda _ctx, incident: {**incident.answers, "risk": incident.risk, "reason": incident.risk_reason},
    ),
    IncidentAct.NOTIFY: ActPage(
        NotificationForm, with_sheet(services.note_notification),
        N_("Elle se fait sur le site de la CNIL ; notez-la ici. Incomplète mais à temps, elle se complète."),
        N_("Notification consignée."),
        lambda ctx, incident: {
            "at": incident.notified_at or ctx.now, "reference": incident.notified_reference,
            "delay_reason": incident.delay_reason,
        },
    ),
    IncidentAct.SPARE: ActPage(
        WordsForm, with_text(services.spare_notification),
        N_("Réservé au risque peu probable (art. 33(1)). Dites pourquoi : c'est ce que la CNIL lira."),
        N_("Décision consignée."),
    ),
    IncidentAct.INFORM: ActPage(
        PersonsForm, with_sheet(services.note_persons_told),
        N_("Un risque élevé oblige à informer les personnes sans attendre (art. 34(1)), sauf exception (art. 34(3))."),
        N_("C'est noté."),
        lambda _ctx, incident: {
            "at": incident.persons_told_at, "how": incident.persons_told_how or incident.exemption_reason,
            "exemption": incident.exemption,
        },
    ),
    IncidentAct.DATE: ActPage(
        AwarenessForm,
        lambda ctx, incident, form: services.set_awareness(ctx, incident, form.at.instant, form.reason.data),
        N_("Les 72 heures partent de ce moment. Celui de la déclaration reste au dossier."),
        N_("Les 72 heures sont comptées de ce moment."),
        lambda _ctx, incident: {"at": incident.aware_at, "reason": incident.aware_reason},
    ),
    IncidentAct.ASK: ActPage(
        WordsForm, with_text(services.ask_precision),
        N_("Votre question part tout de suite, par message. Le prestataire verra cette violation dans son espace."),
        N_("Question posée."),
    ),
    IncidentAct.NOTE: ActPage(
        WordsForm, with_text(services.note_internally), N_("Le prestataire ne la voit jamais."), N_("Note ajoutée."),
    ),
    IncidentAct.CLOSE: ActPage(
        ClosingForm, with_sheet(services.close_incident),
        N_("Le registre garde les faits, les effets et ce qui y a remédié (art. 33(5))."),
        N_("Violation close. Elle reste au registre."),
        lambda _ctx, incident: {
            "effects": incident.effects or incident.known.consequences,
            "remedy": incident.remedy or incident.known.measures, "lessons": incident.lessons,
        },
    ),
    IncidentAct.WITHDRAW: ActPage(
        WordsForm, with_text(services.withdraw_incident),
        N_("Ce n'était pas une violation de données. La déclaration reste au registre, avec votre motif."),
        N_("Noté. La déclaration reste au registre."),
    ),
    IncidentAct.RESUME: ActPage(
        WordsForm, with_text(services.resume_assessment),
        N_("Un fait nouveau change l'évaluation : dites lequel. Ce qui a été notifié le reste."),
        N_("Évaluation reprise."),
    ),
}  # fmt: skip
"""Correcting the facts has a page of its own: it is over a row."""


@bp.route(
    "/<int:incident_id>/<any(evaluer, notifier, 'ne-pas-notifier', informer, connaissance, demander, noter, clore,"
    " retirer, reprendre):named>",
    methods=["GET", "POST"],
)
@requires(Permission.INCIDENT_WORK)
def act(incident_id: int, named: str) -> ResponseReturnValue:
    """One act: what it does, its form, then the breach again."""
    ctx, wanted = current(), IncidentAct(named)
    incident = queries.get_incident(ctx, incident_id, to=Permission.INCIDENT_WORK)
    if incident.state not in ACTS[wanted].leads:
        return redirect(url_for(".show", incident_id=incident.id))
    page = PAGES[wanted]
    form: PortalForm = page.form(data=dict(page.shown(ctx, incident)))
    if form.submitted():
        try:
            page.do(ctx, incident, form)
        except Refused as error:
            form.refuse(error)
        else:
            flash(said(page.done))
            return redirect(url_for(".show", incident_id=incident.id))
    proposed = proposed_risk(form.sheet().answers) if isinstance(form, QuestionForm) and form.is_submitted() else None
    shown = render_template(
        "incidents/act.html", form=form, incident=incident, act=wanted, lead=page.lead, proposed=proposed
    )
    return shown, form.status
