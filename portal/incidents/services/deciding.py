"""What is decided of a breach: its risk, whether the authority and the persons are told, when it is closed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.incidents.facts_page import SaidMoment
from portal.incidents.models import Incident
from portal.incidents.rules.decision import (
    Answered,
    Exemption,
    RiskLevel,
    RiskQuestion,
    missing_before_closing,
    proposed_risk,
)
from portal.incidents.rules.life import IncidentAct
from portal.incidents.rules.sense import says_something
from portal.incidents.services.shared import FUTURE, explained, take

W = Permission.INCIDENT_WORK


@dataclass(frozen=True)
class Assessment:
    """The answers to the tree, the level a person decides on, and why."""

    answers: Mapping[RiskQuestion, Answered]
    risk: RiskLevel
    reason: str


@dataclass(frozen=True)
class Notification:
    """That the authority was notified: when, under which number, and why it was late when it was."""

    at: datetime
    reference: str
    delay_reason: str = ""


@dataclass(frozen=True)
class PersonsTold:
    """That the persons were told, when and how; or the exception that applies, and why it does."""

    at: datetime | None
    how: str
    exemption: Exemption | None = None


@dataclass(frozen=True)
class ClosingWords:
    """What the register keeps of a breach (art. 33(5))."""

    effects: str
    remedy: str
    lessons: str = ""


def assess_risk(ctx: Context, incident: Incident, sheet: Assessment) -> None:
    """Decide on the risk to the persons, with reasons (RGPD art. 33(1), recital 85)."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    changes: dict[str, Any] = {
        "answers": {question.value: answer.value for question, answer in sheet.answers.items()},
        "proposed": proposed_risk(sheet.answers), "risk": sheet.risk, "risk_reason": explained(sheet.reason),
        "assessed_by": ctx.actor.name, "assessed_at": ctx.now,
    }  # fmt: skip
    take(ctx, incident, IncidentAct.ASSESS, changes)


def note_notification(ctx: Context, incident: Incident, sheet: Notification) -> None:
    """Note that the authority was notified; past the 72 hours, the reasons of the delay are asked (art. 33(1))."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    if sheet.at > ctx.now:
        raise Refused(FUTURE)
    if sheet.at < incident.aware_at.replace(second=0, microsecond=0):  # a form gives minutes
        raise Refused(N_("La notification précéderait le moment où nous avons eu connaissance de la violation."))
    if not sheet.reference.strip():
        raise Refused(N_("Donnez le numéro que la CNIL a attribué à la notification : il la prouve."))
    if incident.risk is None:
        raise Refused(N_("Évaluez d'abord le risque pour les personnes."))
    is_late = sheet.at > incident.notify_by
    if is_late and not says_something(sheet.delay_reason):
        raise Refused(say(
            "Les 72 heures ont pris fin le %(day)s : dites les motifs du retard (RGPD art. 33(1)).",
            day=SaidMoment(incident.notify_by),
        ))  # fmt: skip
    changes = {
        "notified_at": sheet.at, "notified_reference": sheet.reference.strip(),
        "delay_reason": sheet.delay_reason if is_late else "", "spared_reason": "",
        "decided_by": ctx.actor.name, "decided_at": ctx.now,
    }  # fmt: skip
    take(ctx, incident, IncidentAct.NOTIFY, changes)


def spare_notification(ctx: Context, incident: Incident, reason: str) -> None:
    """Decide not to notify: only when a risk to the persons is unlikely (art. 33(1)), and with a reason."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    if incident.risk is not RiskLevel.UNLIKELY:
        raise Refused(N_("Ne pas notifier suppose un risque peu probable : évaluez-le d'abord (RGPD art. 33(1))."))
    if incident.notified_at is not None:
        raise Refused(N_("La CNIL a déjà été notifiée : complétez la notification plutôt."))
    changes = {"spared_reason": explained(reason), "decided_by": ctx.actor.name, "decided_at": ctx.now}
    take(ctx, incident, IncidentAct.SPARE, changes)


def note_persons_told(ctx: Context, incident: Incident, sheet: PersonsTold) -> None:
    """Note that the persons were told (art. 34(1)), or which exception of art. 34(3) applies and why."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    if sheet.exemption is not None:
        changes: dict[str, Any] = {
            "exemption": sheet.exemption, "exemption_reason": explained(sheet.how), "persons_told_at": None,
            "persons_told_how": "",
        }  # fmt: skip
    else:
        if sheet.at is None:
            raise Refused(N_("Dites quand les personnes ont été informées."))
        if sheet.at > ctx.now:
            raise Refused(FUTURE)
        changes = {
            "persons_told_at": sheet.at, "persons_told_how": explained(sheet.how), "exemption": None,
            "exemption_reason": "",
        }  # fmt: skip
    take(ctx, incident, IncidentAct.INFORM, changes)


def close_incident(ctx: Context, incident: Incident, words: ClosingWords) -> None:
    """Close a breach: nothing that the law asks for is missing, the register has effects and remedy (art. 33(5))."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    missing = missing_before_closing(incident.closing_facts)
    if missing is not None:
        raise Refused(missing)
    for text in (words.effects, words.remedy):
        if not says_something(text):
            raise Refused(
                N_("Dites les effets de la violation et ce qui y a remédié : le registre les demande (art. 33(5)).")
            )
    changes = {
        "effects": words.effects, "remedy": words.remedy, "lessons": words.lessons, "closed_at": ctx.now,
        "closed_by": ctx.actor.name,
    }  # fmt: skip
    take(ctx, incident, IncidentAct.CLOSE, changes)


def withdraw_incident(ctx: Context, incident: Incident, reason: str) -> None:
    """Note that it is no breach after all; it stays in the register, with why."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    changes = {"mistake_reason": explained(reason), "closed_at": ctx.now, "closed_by": ctx.actor.name}
    take(ctx, incident, IncidentAct.WITHDRAW, changes)


def resume_assessment(ctx: Context, incident: Incident, reason: str) -> None:
    """Take the assessment up again, saying why; what was notified stays notified."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    changes = {"closed_at": None, "closed_by": "", "mistake_reason": "", "spared_reason": ""}
    take(ctx, incident, IncidentAct.RESUME, changes, {"reason": explained(reason)})
