"""A withdrawal case as a vendor's file describes it, pseudonymised: contract, statement, decision and refund."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.consumer_law.rules.periods import Channel, ContractKind
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.samples.rules.day_or_time import DayOrTime

LATE = "late"
"""A refusal because the period had ended; the others are the number of an exception (L221-28), or nothing."""
REFUSALS = ("", LATE, *map(str, range(1, 14)))


class StatedBy(StrEnum):
    """How the consumer said that they withdraw (L221-21: by any unambiguous statement)."""

    FUNCTION = "function"
    EMAIL = "email"
    PHONE = "phone"
    LETTER = "letter"
    FORM = "form"
    OTHER = "other"


MEANS: Mapping[StatedBy, str] = {
    StatedBy.FUNCTION: N_("Fonction de rétractation en ligne"),
    StatedBy.EMAIL: N_("Courriel"),
    StatedBy.PHONE: N_("Téléphone"),
    StatedBy.LETTER: N_("Lettre"),
    StatedBy.FORM: N_("Formulaire"),
    StatedBy.OTHER: N_("Autre moyen"),
}


class Decision(StrEnum):
    """What was decided of the withdrawal."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    PENDING = "pending"


DECISIONS: Mapping[Decision, str] = {
    Decision.ACCEPTED: N_("Acceptée"),
    Decision.REFUSED: N_("Refusée"),
    Decision.PENDING: N_("En cours"),
}


@dataclass(frozen=True, slots=True)
class WithdrawalCase:
    """One case; a moment is a day, with its hour when the file gives it."""

    line: int
    reference: str
    """A pseudonym: it names nobody."""
    kind: ContractKind
    stated: DayOrTime
    """When the consumer sent the statement."""
    decision: Decision
    amount: Decimal
    """All sums paid, delivery included, in euros."""
    channel: Channel = Channel.DISTANCE
    online: bool = False
    """Concluded by means of an online interface."""
    country: str = "FR"
    region: str = ""
    concluded: date | None = None
    deliveries: tuple[date, ...] = ()
    informed: bool = True
    informed_on: date | None = None
    """The day the information on the right was received; none when it was in time."""
    stated_by: StatedBy = StatedBy.OTHER
    arrived: DayOrTime | None = None
    """When a statement sent by post reached the trader or the vendor."""
    logged: DayOrTime | None = None
    forwarded: DayOrTime | None = None
    acknowledged: DayOrTime | None = None
    acknowledged_content: bool | None = None
    """Whether the acknowledgement repeats the statement, with its date and time."""
    start_claimed: date | None = None
    """The starting day that the vendor used."""
    deadline_claimed: date | None = None
    """The last day that the vendor used."""
    refusal: str = ""
    """One of `REFUSALS`."""
    refunded: Decimal | None = None
    refunded_on: date | None = None
    recovered: date | None = None
    """The day the goods came back."""
    dispatched: date | None = None
    """The day of the proof that they were sent back."""
    collected_by_trader: bool = False
    function_offered: bool | None = None

    @property
    def received(self) -> DayOrTime:
        """When the trader was told, itself or through its vendor (L221-24): at once, save by post.

        A letter counts from its arrival, or else from its logging; with neither, from the day it was sent.
        """
        if self.arrived is not None:
            return self.arrived
        if self.stated_by is StatedBy.LETTER and self.logged is not None:
            return self.logged
        return self.stated

    @property
    def is_received_known(self) -> bool:
        """Whether `received` is a date of the file, and not a guess about a letter."""
        return self.arrived is not None or self.stated_by is not StatedBy.LETTER or self.logged is not None

    @property
    def paid(self) -> Decimal:
        """What was refunded; a day without a sum is a refund in full."""
        if self.refunded is None:
            return Decimal(0) if self.refunded_on is None else self.amount
        return self.refunded
