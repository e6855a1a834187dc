"""How the journal says that people were told."""

from portal.core.language import N_
from portal.journal.wording import name_words

name_words(
    actions={"vendor.told": N_("Point du jour envoyé")},
    fields={"told": N_("Points annoncés"), "people": N_("Personnes prévenues")},
)
