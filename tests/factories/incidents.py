"""Breaches, declared and decided in one line."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from portal.authz.context import Context
from portal.incidents import services
from portal.incidents.models import Incident
from portal.incidents.rules.breach_facts import BreachFacts
from portal.incidents.rules.decision import Answered, RiskLevel, RiskQuestion
from portal.incidents.services import Assessment, Notification
from portal.vendors.models import Vendor
from tests.conftest import NOW

WHAT = "Un export de la base des clients est resté lisible sur un serveur public."
WHY = "Les adresses et les téléphones suffisent à monter une fraude par appel."
FACTS = BreachFacts(what=WHAT, noticed_at=NOW - timedelta(hours=30), contact="Ana Roux, ana@exemple.test")
WHOLE = replace(
    FACTS, nature=("confidentialite",), subjects=("clients",), persons=1200, categories=("identification",),
    records=1500, consequences="Des appels frauduleux qui citent une vraie commande.",
    measures="Le serveur est fermé, les clés ont été changées le jour même.",
)  # fmt: skip


def declared(ctx: Context, vendor: Vendor, facts: BreachFacts = FACTS) -> Incident:
    """A breach that a vendor declares."""
    return services.declare_breach(ctx, vendor, facts)


def assessed(ctx: Context, incident: Incident, risk: RiskLevel = RiskLevel.RISK, **answers: str) -> Incident:
    """Its risk decided."""
    said = {RiskQuestion(name): Answered(answer) for name, answer in answers.items()}
    services.assess_risk(ctx, incident, Assessment(said, risk, WHY))
    return incident


def notified(ctx: Context, incident: Incident, **given: Any) -> Incident:
    """The authority notified, now unless said otherwise."""
    services.note_notification(ctx, incident, Notification(given.pop("at", ctx.now), "FR-2026-00421", **given))
    return incident
