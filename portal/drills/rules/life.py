"""The life of a drill, and its bounds: ours, not the law's."""

from portal.core.language import N_
from portal.vendors.rules.facts import Labelled

MOST_OPEN = 3
"""Drills under way at once: each holds a copy of the whole database on the disk."""
LASTS_DAYS = 7
"""How long one may last: a breach of a Friday evening is worked on until the Wednesday after. Then it is given up."""
PREPARING_MINUTES = 30
"""After that, whoever was copying has died."""


class DrillState(Labelled):
    """Where a drill stands."""

    PREPARING = "preparation", N_("En préparation")
    OPEN = "en_cours", N_("En cours")
    ENDED = "termine", N_("Terminé")
    LAPSED = "abandonne", N_("Abandonné")
    FAILED = "echec", N_("Non commencé")

    @property
    def is_over(self) -> bool:
        """Whether nothing is copied any more."""
        return self not in {DrillState.PREPARING, DrillState.OPEN}
