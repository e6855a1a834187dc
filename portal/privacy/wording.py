"""How the journal says what is done with the portal's own data."""

from portal.core.language import N_
from portal.journal.wording import name_words

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
