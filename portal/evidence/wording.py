"""The words for a proof: what a reviewer said of it, and how the journal tells it."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.evidence.rules import EvidenceVerdict, StandingKind
from portal.journal.wording import name_words

VERDICT_NAMES: Mapping[EvidenceVerdict, str] = {
    EvidenceVerdict.UNREVIEWED: N_("À vérifier"),
    EvidenceVerdict.VERIFIED: N_("Vérifiée"),
    EvidenceVerdict.REJECTED: N_("Écartée"),
}
STANDING_TONES: Mapping[StandingKind, str] = {
    StandingKind.SUPPLIED: "info",
    StandingKind.VERIFIED: "ok",
    StandingKind.EXPIRED: "warning",
    StandingKind.REJECTED: "danger",
}

name_words(
    actions={
        "evidence.recorded": N_("Preuve reçue"),
        "evidence.described": N_("Preuve décrite"),
        "evidence.judged": N_("Preuve examinée"),
        "evidence.replaced": N_("Preuve remplacée par une nouvelle version"),
        "evidence.withdrawn": N_("Preuve retirée avant tout envoi"),
        "evidence.damaged": N_("Fichier de preuve abîmé dans le coffre"),
    },
    objects={"Evidence": N_("Preuve")},
    families={"evidence": N_("Preuves")},
    fields={
        "verdict": N_("Avis"),
        "issuer": N_("Émetteur"),
        "scope": N_("Périmètre"),
        "kind": N_("Nature"),
        "issued_on": N_("Émise le"),
        "expires_on": N_("Expire le"),
        "verdict_note": N_("Motif de l'avis"),
        "sites": N_("Sites"),
        "period_from": N_("Début de la période"),
        "period_to": N_("Fin de la période"),
    },
    values={"verdict": {verdict.value: name for verdict, name in VERDICT_NAMES.items()}},
)
