"""The words for what a finding goes through, and how the journal says it."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.findings.rules import FindingState, RelationStage, Severity
from portal.journal.wording import name_words

STATE_NAMES: Mapping[FindingState, str] = {
    FindingState.OPEN: N_("Attendu du prestataire"),
    FindingState.ANSWERED: N_("Réponse reçue"),
    FindingState.CLOSED: N_("Corrigé"),
    FindingState.ACCEPTED_RISK: N_("Risque accepté"),
}
STATE_TONES: Mapping[FindingState, str] = {
    FindingState.OPEN: "neutral",
    FindingState.ANSWERED: "info",
    FindingState.CLOSED: "ok",
    FindingState.ACCEPTED_RISK: "warning",
}
SEVERITY_NAMES: Mapping[Severity, str] = {
    Severity.CRITICAL: N_("Critique"),
    Severity.MAJOR: N_("Majeur"),
    Severity.MINOR: N_("Mineur"),
}
SEVERITY_TONES: Mapping[Severity, str] = {
    Severity.CRITICAL: "danger",
    Severity.MAJOR: "warning",
    Severity.MINOR: "neutral",
}
STAGE_NAMES: Mapping[RelationStage, str] = {
    RelationStage.BEFORE: N_("Avant la vente"),
    RelationStage.DURING: N_("Pendant la vente"),
    RelationStage.AFTER: N_("Après la vente"),
}

name_words(
    actions={
        "finding.opened": N_("Constat ouvert"),
        "finding.amended": N_("Constat modifié"),
        "finding.message": N_("Message sur un constat"),
        "finding.clos": N_("Constat clos, corrigé"),
        "finding.risque_accepte": N_("Risque accepté"),
        "finding.reopened": N_("Constat rouvert"),
        "finding.seen_again": N_("Constat revu"),
    },
    objects={"Finding": N_("Constat")},
    families={"finding": N_("Constats")},
    fields={
        "question": N_("Question"),
        "state": N_("État"),
        "due_on": N_("Échéance"),
        "severity": N_("Gravité"),
        "title": N_("Intitulé"),
        "action": N_("Action attendue"),
        "proof_expected": N_("Preuve attendue"),
        "responsible": N_("Responsable"),
        "reason": N_("Motif"),
        "closing_reason": N_("Motif de clôture"),
        "closed_at": N_("Clos le"),
        "internal": N_("Interne"),
        "text": N_("Message"),
        "evidence": N_("Preuve n°"),
        "file": N_("Fichier"),
        "origin": N_("Vu dans"),
    },
    values={
        "severity": {severity.value: name for severity, name in SEVERITY_NAMES.items()},
        "state": {
            **{state.value: name for state, name in STATE_NAMES.items()},
            FindingState.OPEN.value: N_("Ouvert"),
        },
    },
)
