"""What a text says of each point that matters to us: one fact is one value with the sentence that states it."""

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.vendors.rules.facts import Labelled


class TermClass(Labelled):
    """A point on which what a vendor publishes may move away from what it signed (RGPD art. 28 and 32)."""

    BREACH_DELAY = "breach_delay", N_("Délai d'annonce d'une violation")
    OBJECTION_PERIOD = "objection_period", N_("Délai pour s'opposer à un sous-traitant")
    CHANGE_NOTICE = "change_notice", N_("Annonce des modifications")
    AUDIT_NOTICE = "audit_notice", N_("Préavis d'audit")
    AUDIT_RIGHT = "audit_right", N_("Droit d'audit")
    DELETION = "deletion", N_("Conservation et suppression")
    PLACE = "place", N_("Lieu du traitement")
    SUBPROCESSOR = "subprocessor", N_("Sous-traitant ultérieur")
    LIABILITY = "liability", N_("Plafond de responsabilité")
    SECURITY_MEASURE = "security_measure", N_("Mesure de sécurité")
    PURPOSE = "purpose", N_("Finalité")
    LAW = "law", N_("Droit et juge")


UNDATED = "undated"
"""Value of a delay that the text states without a figure (« dans les meilleurs délais »)."""
UNLIMITED = "unlimited"
"""Value of a liability that nothing limits."""


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One thing that a text states."""

    kind: TermClass
    value: str
    """What is compared: `48 h`, `10 wd` (working days), `US`, `iso_27001`, a company as it is written."""
    quote: str
    """The sentence, as its text says it."""
    aspect: str = ""
    """Which of the values of its kind it is: to object or to be told, the law or the court."""
    amount: float | None = None
    """What puts values of one aspect in order; none when nothing does."""
