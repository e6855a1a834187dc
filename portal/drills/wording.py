"""Words of drills for the pages and the journal."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.drills.rules import DrillKind, DrillState
from portal.journal.wording import name_words

STATE_TONES: Mapping[DrillState, str] = {
    DrillState.PREPARING: "info",
    DrillState.OPEN: "warning",
    DrillState.ENDED: "neutral",
    DrillState.LAPSED: "neutral",
    DrillState.FAILED: "neutral",
}
SCENES: Mapping[DrillKind, str] = {
    DrillKind.BREACH: N_(
        "Le prestataire vous téléphone. Il a vu cet après-midi un accès anormal à ses serveurs. Des données de nos"
        " clients ont pu être copiées ; il ne sait pas encore lesquelles, ni combien de personnes sont touchées. Il"
        " rappellera."
    ),
    DrillKind.AUTHORITY: N_(
        "Un agent de la CNIL demande, par courriel, le dossier complet sur ce sujet : registre, contrats, audits,"
        " preuves. Il l'attend dans la journée."
    ),
}

name_words(
    actions={
        "drill.asked": N_("Exercice préparé"),
        "drill.begun": N_("Exercice commencé"),
        "drill.invited": N_("Collègue invité à un exercice"),
        "drill.ended": N_("Exercice terminé"),
        "drill.lapsed": N_("Exercice abandonné, faute de fin"),
        "drill.failed": N_("Exercice non commencé : pas de copie"),
        "drill.erased": N_("Copie d'un exercice effacée"),
    },
    objects={"Drill": N_("Exercice")},
    families={"drill": N_("Exercices")},
    fields={
        "set_at": N_("Joué au"),
        "members": N_("Participants"),
        "copied_bytes": N_("Octets copiés"),
    },
    values={
        "kind": {one.value: one.label for one in DrillKind},
        "state": {one.value: one.label for one in DrillState},
    },
)
