"""Words of scorecards for the pages and the journal."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.journal.wording import name_words

REASONS: Mapping[str, str] = {
    "submitted": N_("Réponses envoyées"),
    "accepted": N_("Audit accepté"),
    "evidence": N_("Preuve examinée"),
    "expired": N_("Preuve périmée"),
    "reclassified": N_("Risque inhérent changé"),
    "sample": N_("Échantillon mesuré"),
    "withdrawn": N_("Audit annulé"),
    "asked": N_("Recalcul demandé"),
}

name_words(
    actions={"scorecard.taken": N_("Garanties mesurées")},
    objects={"Scorecard": N_("Niveau de garanties")},
    families={"scorecard": N_("Niveaux de garanties")},
    fields={
        "basis_points": N_("Niveau, sur 10 000"),
        "grade": N_("Note"),
        "audit": N_("Audit n°"),
    },
    values={"reason": REASONS},
)
