"""Words of breaches for the pages and the journal."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.incidents.facts_page import FACT_LABELS, FACT_WORDS
from portal.incidents.findings import ORIGIN
from portal.incidents.rules.breach_facts import BreachCause
from portal.incidents.rules.content import ContentState
from portal.incidents.rules.decision import Answered, Exemption, RiskLevel, RiskQuestion
from portal.incidents.rules.life import IncidentState
from portal.journal.wording import name_words

STATE_TONES: Mapping[IncidentState, str] = {
    IncidentState.DECLARED: "danger",
    IncidentState.ASSESSING: "warning",
    IncidentState.NOTIFIED: "info",
    IncidentState.UNNOTIFIED: "info",
    IncidentState.CLOSED: "ok",
    IncidentState.MISTAKEN: "neutral",
}
RISK_TONES: Mapping[RiskLevel, str] = {
    RiskLevel.UNLIKELY: "neutral",
    RiskLevel.RISK: "warning",
    RiskLevel.HIGH: "danger",
}
CONTENT_TONES: Mapping[ContentState, str] = {
    ContentState.KNOWN: "ok",
    ContentState.UNKNOWN: "neutral",
    ContentState.SENSELESS: "warning",
}

name_words(
    actions={
        "incident.declared": N_("Violation de données déclarée"),
        "incident.added": N_("Violation complétée par le prestataire"),
        "incident.assessed": N_("Risque d'une violation évalué"),
        "incident.notified": N_("Violation notifiée à la CNIL"),
        "incident.spared": N_("Violation non notifiée"),
        "incident.persons_told": N_("Information des personnes notée"),
        "incident.amended": N_("Faits d'une violation corrigés"),
        "incident.mapped": N_("Traitements concernés par une violation"),
        "incident.awareness_set": N_("Connaissance d'une violation datée"),
        "incident.asked": N_("Précision demandée sur une violation"),
        "incident.note": N_("Note sur une violation"),
        "incident.closed": N_("Violation close"),
        "incident.withdrawn": N_("Violation déclarée par erreur"),
        "incident.resumed": N_("Évaluation d'une violation reprise"),
    },
    objects={"Incident": N_("Violation de données")},
    families={"incident": N_("Violations de données")},
    fields={
        "activities": N_("Traitements concernés"),
        "aware_at": N_("Connue de nous le"),
        "aware_reason": N_("Pourquoi ce moment"),
        "notify_by": N_("À notifier avant"),
        **FACT_LABELS,
        **{one.value: one.label for one in RiskQuestion},
        "is_shared": N_("Visible du prestataire"),
        "answers": N_("Réponses aux questions"),
        "proposed": N_("Niveau proposé"),
        "risk": N_("Niveau de risque"),
        "risk_reason": N_("Pourquoi"),
        "assessed_by": N_("Évaluée par"),
        "assessed_at": N_("Évaluée le"),
        "notified_at": N_("CNIL notifiée le"),
        "notified_reference": N_("Numéro de notification"),
        "delay_reason": N_("Motifs du retard"),
        "spared_reason": N_("Pourquoi pas de notification"),
        "decided_by": N_("Décidé par"),
        "decided_at": N_("Décidé le"),
        "persons_told_at": N_("Personnes informées le"),
        "persons_told_how": N_("Comment"),
        "exemption": N_("Exception de l'article 34(3)"),
        "exemption_reason": N_("Pourquoi cette exception"),
        "effects": N_("Effets"),
        "remedy": N_("Ce qui y a remédié"),
        "lessons": N_("Ce que nous en retenons"),
        "mistake_reason": N_("Pourquoi ce n'en est pas une"),
    },
    values={
        "origin": {ORIGIN: N_("Violation de données")},
        "state": {one.value: one.label for one in IncidentState},
        "risk": {one.value: one.label for one in RiskLevel},
        "proposed": {one.value: one.label for one in RiskLevel},
        "exemption": {one.value: one.label for one in Exemption},
        **FACT_WORDS,
        "cause": {one.value: one.label for one in BreachCause},
        **{one.value: {answer.value: answer.label for answer in Answered} for one in RiskQuestion},
    },
)
