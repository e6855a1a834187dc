"""The words for what a finding goes through, and how the journal says it."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.findings.rules import (
    ClosingBasis,
    FindingState,
    PlanGroup,
    PlanVerdict,
    RelationStage,
    Severity,
    StaleReason,
)
from portal.journal.wording import name_words

STATE_NAMES: Mapping[FindingState, str] = {
    FindingState.OPEN: N_("Attendu du prestataire"),
    FindingState.ANSWERED: N_("Réponse reçue"),
    FindingState.CLOSED: N_("Corrigé"),
    FindingState.WAIVED: N_("Accepté en l'état"),
}
STATE_TONES: Mapping[FindingState, str] = {
    FindingState.OPEN: "neutral",
    FindingState.ANSWERED: "info",
    FindingState.CLOSED: "ok",
    FindingState.WAIVED: "warning",
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
BASIS_NAMES: Mapping[ClosingBasis, str] = {
    ClosingBasis.PROOF: N_("Sur la preuve remise"),
    ClosingBasis.OURSELVES: N_("Sur ce que nous avons vu nous-mêmes"),
}
STALE_NAMES: Mapping[StaleReason, str] = {
    StaleReason.ENDLESS: N_("cette acceptation n'a pas de terme"),
    StaleReason.EXPIRED: N_("son terme est passé"),
    StaleReason.LEVEL_MOVED: N_("le niveau de garanties a changé depuis"),
}
GROUP_NAMES: Mapping[PlanGroup, str] = {
    PlanGroup.DECIDE: N_("À décider par nous"),
    PlanGroup.VERIFY: N_("À vérifier par nous"),
    PlanGroup.LATE: N_("En retard chez le prestataire"),
    PlanGroup.SOON: N_("Dans les 14 jours"),
    PlanGroup.LATER: N_("Plus tard"),
    PlanGroup.WAIVED: N_("Acceptés en l'état"),
    PlanGroup.CLOSED: N_("Clos"),
}
VERDICT_NAMES: Mapping[PlanVerdict, str] = {
    PlanVerdict.UNCHECKED: N_("Jamais contrôlé"),
    PlanVerdict.LATE: N_("En retard"),
    PlanVerdict.OURS: N_("En attente de nous"),
    PlanVerdict.UNDER_WAY: N_("En cours"),
    PlanVerdict.DONE: N_("À jour"),
}
VERDICT_TONES: Mapping[PlanVerdict, str] = {
    PlanVerdict.UNCHECKED: "warning",
    PlanVerdict.LATE: "danger",
    PlanVerdict.OURS: "info",
    PlanVerdict.UNDER_WAY: "neutral",
    PlanVerdict.DONE: "ok",
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
        "finding.clos": N_("Constat vérifié et clos"),
        "finding.risque_accepte": N_("Constat accepté en l'état"),
        "finding.retest_failed": N_("Constat vérifié, pas corrigé"),
        "finding.assigned": N_("Constat confié à une personne du prestataire"),
        "finding.date_proposed": N_("Autre date proposée par le prestataire"),
        "finding.date_accepted": N_("Autre date acceptée"),
        "finding.date_refused": N_("Autre date refusée"),
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
        "closing_basis": N_("Ce qui le montre"),
        "closed_by": N_("Vérifié ou accepté par"),
        "asked_at": N_("Demandé depuis"),
        "failed_retests": N_("Vérifications sans succès"),
        "first_due_on": N_("Échéance d'origine"),
        "postponements": N_("Échéance repoussée (fois)"),
        "proposed_due_on": N_("Date proposée"),
        "proposed_by": N_("Proposée par"),
        "proposed_reason": N_("Motif de la proposition"),
        "contact_id": N_("Contact n°"),
        "waived_until": N_("Accepté jusqu'au"),
        "waived_level": N_("Niveau à ce moment (sur 10 000)"),
        "waivers": N_("Acceptations"),
        "closed_at": N_("Clos le"),
        "internal": N_("Interne"),
        "text": N_("Message"),
        "evidence": N_("Preuve n°"),
        "file": N_("Fichier"),
        "origin": N_("Vu dans"),
    },
    values={
        "severity": {severity.value: name for severity, name in SEVERITY_NAMES.items()},
        "closing_basis": {basis.value: name for basis, name in BASIS_NAMES.items()},
        "state": {
            **{state.value: name for state, name in STATE_NAMES.items()},
            FindingState.OPEN.value: N_("Ouvert"),
        },
    },
)
