"""How the journal says what operators do."""

from portal.core.language import N_
from portal.jobs.deliveries import STATE_NAMES, TO_ACT_ON
from portal.journal.wording import name_words

name_words(
    actions={
        "job.retried": N_("Tâche relancée"),
        "files.damaged": N_("Fichier abîmé dans le coffre"),
        "files.rotated": N_("Clé du coffre changée"),
        "seal.key_made": N_("Clé du cachet créée"),
        "seal.applied": N_("Cachet apposé sur un fichier"),
        "database.away": N_("Base de données revenue"),
        "clock.leapt": N_("Écart de l'horloge : rien ne part"),
        "clock.accepted": N_("Horloge confirmée"),
        "mail.undelivered": N_("Message non remis"),
    },
    objects={
        "Job": N_("Tâche"),
        "FileStore": N_("Coffre des fichiers"),
        "DamagedFile": N_("Fichier"),
        "DatabaseOutage": N_("Panne de la base"),
        "ClockLeap": N_("Horloge"),
        "OrganisationSeal": N_("Cachet"),
    },
    families={
        "job": N_("Tâches"),
        "files": N_("Coffre des fichiers"),
        "database": N_("Base de données"),
        "clock": N_("Horloge"),
        "seal": N_("Cachet"),
    },
    fields={
        "certificate": N_("SHA-256 du certificat"),
        "former": N_("Clés remplacées"),
        "source": N_("SHA-256 avant le cachet"),
        "since": N_("Depuis"),
        "until": N_("Jusqu'à"),
        "seconds": N_("Secondes"),
        "error": N_("Erreur"),
        "delivery": N_("Remise"),
        "last": N_("Dernier passage"),
        "said": N_("Heure de la machine"),
        "rewrapped": N_("Fichiers passés sous la nouvelle clé"),
        "already_current": N_("Fichiers qui y étaient déjà"),
        "second_factors": N_("Seconds facteurs passés sous la nouvelle clé"),
        "unreadable": N_("Ce qu'aucune clé n'ouvre"),
    },
    values={"delivery": {state.value: STATE_NAMES[state] for state in TO_ACT_ON}},
)
