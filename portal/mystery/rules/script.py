"""The script of a mystery test: the channel, its steps with what each expects, the order it is followed on."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from portal.consumer_law.rules.law import LawText, Rule
from portal.consumer_law.rules.periods import ContractKind
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.findings.rules import Severity


class Way(StrEnum):
    """The channel by which a tester withdraws."""

    WEB = "web"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"


WAYS: Mapping[Way, str] = {
    Way.WEB: N_("Fonction en ligne"),
    Way.PHONE: N_("Téléphone"),
    Way.EMAIL: N_("Courriel"),
    Way.LETTER: N_("Lettre"),
}


class StepInstant(StrEnum):
    """An instant that a step gives to the delays."""

    STATED = "stated"
    HEARD = "heard"
    DISPATCHED = "dispatched"


class StepDelay(StrEnum):
    """The delay a step is judged by; the first two are rules of clocks.toml."""

    ACKNOWLEDGE = "acknowledge.prompt"
    REFUND = "refund.due"
    LAST_DAY = "last-day"


class OrderFilter(StrEnum):
    """The orders a step is for."""

    GUEST = "guest"
    GOODS = "goods"
    FINANCIAL = "financial"
    ORDINARY = "ordinary"
    """Everything but a financial service, which is refunded by a rule of its own."""


@dataclass(frozen=True)
class ScriptStep:
    """One step of a script."""

    key: str
    title: LawText
    does: LawText
    expects: LawText
    rule: Rule
    severity: Severity
    """Of the finding that a breach of it deserves."""
    action: LawText
    evidence: LawText
    """What would close that finding."""
    needs_time: bool = False
    needs_proof: bool = False
    marks: StepInstant | None = None
    clock: StepDelay | None = None


@dataclass(frozen=True)
class MysteryOrder:
    """The order a tester withdraws from."""

    kind: ContractKind
    ordered_on: date
    received_on: date | None = None
    country: str = "FR"
    region: str = ""
    is_guest: bool = False
