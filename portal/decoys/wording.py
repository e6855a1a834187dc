"""How the journal says what is done with decoys."""

from portal.core.language import N_
from portal.decoys.rules import DecoyVerdict, Means
from portal.journal.wording import name_words

VERDICT_TONES = {
    DecoyVerdict.EXPECTED: "neutral",
    DecoyVerdict.NOT_PLANTED: "neutral",
    DecoyVerdict.AFTER_EXIT: "danger",
    DecoyVerdict.STRANGER: "danger",
}

name_words(
    actions={
        "decoys.made": N_("Adresses pièges créées"),
        "decoys.read": N_("Adresses pièges lues"),
        "decoys.planted": N_("Lot d'adresses pièges remis"),
        "decoys.reached": N_("Adresse piège atteinte"),
    },
    objects={"DecoyBatch": N_("Lot d'adresses pièges")},
    families={"decoys": N_("Adresses pièges")},
    fields={
        "planted_on": N_("Remis le"),
        "people": N_("Personnes inventées"),
        "means": N_("Par quel moyen"),
        "sender": N_("Expéditeur"),
        "incident": N_("Violation de données"),
    },
    values={
        "means": {one.value: one.label for one in Means},
        "verdict": {one.value: one.label for one in DecoyVerdict},
    },
)
