"""Words of samples for the pages and the journal."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.core.language import N_
from portal.findings.rules import Severity
from portal.journal.wording import name_words
from portal.samples.models import SampleState
from portal.samples.queries import ORIGIN
from portal.samples.rules.columns import SampleKind


class SeverityBadge(NamedTuple):
    """A tone and an icon."""

    tone: str
    icon: str


KIND_NAMES: Mapping[SampleKind, str] = {SampleKind.CASES: N_("Rétractations"), SampleKind.CALLS: N_("Appels sortants")}
STATE_NAMES: Mapping[SampleState, str] = {
    SampleState.ASKED: N_("Demandé"),
    SampleState.READING: N_("En lecture"),
    SampleState.TO_CORRECT: N_("À corriger par le prestataire"),
    SampleState.MEASURING: N_("Mesure en cours"),
    SampleState.MEASURED: N_("Mesuré"),
    SampleState.CANCELLED: N_("Annulé"),
}
STATE_TONES: Mapping[SampleState, str] = {
    SampleState.ASKED: "neutral",
    SampleState.READING: "info",
    SampleState.TO_CORRECT: "warning",
    SampleState.MEASURING: "info",
    SampleState.MEASURED: "ok",
    SampleState.CANCELLED: "neutral",
}
SEVERITY_LOOKS: Mapping[Severity, SeverityBadge] = {
    Severity.CRITICAL: SeverityBadge("danger", "octagon"),
    Severity.MAJOR: SeverityBadge("warning", "warning"),
    Severity.MINOR: SeverityBadge("info", "flag"),
}
FACT_NAMES: Mapping[str, str] = {
    "stated": N_("Rétractation"),
    "start": N_("Point de départ"),
    "deadline": N_("Dernier jour"),
    "acknowledged": N_("Accusé"),
    "refund_due": N_("Remboursement dû le"),
    "refunded_on": N_("Remboursé le"),
    "days_late": N_("Jours de retard"),
    "amount": N_("Payé"),
    "refunded": N_("Remboursé"),
    "owed": N_("Reste dû"),
    "surcharge": N_("Majoration"),
    "called": N_("Appel"),
    "consented": N_("Accord"),
    "withdrawn": N_("Opposition"),
    "suppressed": N_("Blocage"),
    "latency": N_("Heures jusqu'au blocage"),
    "recent_calls": N_("Appels en trente jours"),
    "refused_call": N_("Refus précédent"),
}

name_words(
    actions={
        "sample.asked": N_("a demandé un échantillon"),
        "sample.cancelled": N_("a annulé une demande d'échantillon"),
        "sample.drawn": N_("a fait tirer l'échantillon de sa liste"),
        "sample.columns": N_("a dit ce que sont les colonnes de son fichier"),
        "sample.received": N_("a envoyé un fichier d'échantillon"),
        "sample.corrected": N_("a corrigé des cellules d'un échantillon"),
        "sample.to_correct": N_("a trouvé un échantillon à corriger"),
        "sample.complete": N_("a lu un échantillon complet"),
        "sample.measured": N_("a mesuré un échantillon"),
    },
    objects={"CaseSample": N_("Échantillon")},
    families={"sample": N_("Échantillons")},
    fields={
        "population": N_("Dossiers de la période"),
        "size": N_("Dossiers demandés"),
        "listed": N_("Références listées"),
        "seed": N_("Graine du tirage"),
        "attempt": N_("Envoi n°"),
        "corrections": N_("Corrections"),
        "problems": N_("Points à corriger"),
        "cases": N_("Dossiers"),
        "flagged": N_("Dossiers en faute"),
        "file_id": N_("Fichier n°"),
        "sha256": N_("Empreinte"),
        "fields": N_("Colonnes"),
    },
    values={
        "state": {state.value: name for state, name in STATE_NAMES.items()},
        "kind": {kind.value: name for kind, name in KIND_NAMES.items()},
        "origin": {ORIGIN: N_("Échantillon")},
    },
)
