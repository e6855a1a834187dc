"""How the journal says what operators do."""

from portal.core.language import N_
from portal.journal.wording import name_words

name_words(
    actions={"job.retried": N_("Tâche relancée"), "files.rotated": N_("Clé du coffre changée")},
    objects={"Job": N_("Tâche"), "FileStore": N_("Coffre des fichiers")},
    families={"job": N_("Tâches"), "files": N_("Coffre des fichiers")},
    fields={
        "rewrapped": N_("Fichiers passés sous la nouvelle clé"),
        "already_current": N_("Fichiers qui y étaient déjà"),
        "second_factors": N_("Seconds facteurs passés sous la nouvelle clé"),
        "unreadable": N_("Ce qu'aucune clé n'ouvre"),
    },
)
