"""How the journal says that one of ours looked at a vendor's space."""

from portal.core.language import N_
from portal.journal.wording import name_words

name_words(
    actions={"vendor.seen_as": N_("Espace du prestataire regardé comme lui")},
    fields={"minutes": N_("Minutes")},
)
