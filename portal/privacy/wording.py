"""How the journal says what is done with the portal's own data."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.journal.wording import name_words

SEALED_NAMES: Mapping[str, str] = {
    "journal_entry": N_("qui a écrit au journal, l'objet et les valeurs de chaque écriture"),
    "person_key": N_("le nom et l'adresse des personnes que le journal nomme"),
    "person_request": N_("l'identité de qui exerce ses droits et ce qu'il demande"),
    "decoy": N_("les personnes inventées des adresses pièges"),
}
"""What the sealed columns of a table hold, as a person says it."""

name_words(
    actions={
        "privacy.swept": N_("Données dont la durée est passée : effacées"),
        "privacy.erased": N_("Personne effacée"),
        "privacy.exported": N_("Données d'une personne remises"),
    },
    objects={
        "Sweeping": N_("Durées de conservation"),
        "ErasedPerson": N_("Personne"),
        "ExportedPerson": N_("Personne"),
    },
    families={"privacy": N_("Données personnelles")},
    fields={
        "erased": N_("Effacé"),
        "removed": N_("Lignes supprimées"),
        "replaced": N_("Remplacé"),
        "keys": N_("Clés détruites"),
        "letters": N_("Messages en fichier"),
        "frozen": N_("Gardé comme preuve"),
        "free": N_("Textes à lire"),
        "unsealed": N_("Écritures d'avant le chiffrement"),
        "rows": N_("Lignes"),
    },
)
