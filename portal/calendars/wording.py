"""How the journal says what is done with calendars."""

from portal.core.language import N_
from portal.journal.wording import name_words

name_words(
    actions={
        "calendar.given": N_("Adresse d'agenda donnée"),
        "calendar.revoked": N_("Adresse d'agenda arrêtée"),
    },
    objects={"CalendarAddress": N_("Adresse d'agenda")},
    families={"calendar": N_("Agendas")},
)
