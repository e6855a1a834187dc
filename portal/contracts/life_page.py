"""What the page of a contract's life shows: its dates explained, and the acts that a person may do there."""

from datetime import date, timedelta

from portal.contracts.models import Contract
from portal.contracts.rules.contract_terms import deadlines_of
from portal.contracts.rules.deadlines import ContractDeadlines
from portal.contracts.rules.life import OVER, ContractAct, ContractState, kept_until, offered_acts
from portal.core.dataclass import dataclass

DONE_HERE = frozenset(ContractAct) - {
    ContractAct.SIGN, ContractAct.UNSIGN, ContractAct.DATE, ContractAct.START, ContractAct.DEFER, ContractAct.EXPIRE,
    ContractAct.FINISH,
}  # fmt: skip
"""Acts of this page; signatures and dates have pages of their own, and the calendar asks nobody."""
DECIDED_WITHIN = timedelta(days=90)
"""A decision awaited by then is the thing to do on the page."""
TONES = {
    ContractState.IN_FORCE: "ok", ContractState.SIGNED: "info", ContractState.AGREED: "info",
    ContractState.WITH_VENDOR: "info", ContractState.EXPIRED: "danger", ContractState.TERMINATED: "danger",
}  # fmt: skip


@dataclass(frozen=True)
class LifePage:
    """The dates of a contract and what the register still lacks of it."""

    deadlines: ContractDeadlines | None
    is_unread: bool
    """Whether it is signed and nobody has read its copy: it counts for nothing."""
    is_due: bool
    """Whether a decision on its period is awaited soon."""
    kept_until: date | None
    """Last day on which it must be kept, once it is over."""


def life_page(contract: Contract, today: date) -> LifePage:
    """What is shown of a contract on a day."""
    reading = contract.copy_reading
    return LifePage(
        deadlines=deadlines_of(contract, today),
        is_unread=contract.state in (ContractState.SIGNED, ContractState.IN_FORCE)
        and (reading is None or not reading.is_known),
        is_due=contract.awaited_on is not None and contract.awaited_on <= today + DECIDED_WITHIN,
        kept_until=kept_until(contract.ended_on) if contract.state in OVER and contract.ended_on else None,
    )


def acts_here(contract: Contract, today: date) -> tuple[ContractAct, ...]:
    """The acts that the page offers: those of the table, where they would not be refused."""
    page = life_page(contract, today)
    acts = [act for act in offered_acts(contract.state, contract.origin) if act in DONE_HERE]
    if not page.is_unread:
        acts = [act for act in acts if act is not ContractAct.VOUCH]
    if page.kept_until is None or today <= page.kept_until:
        acts = [act for act in acts if act is not ContractAct.REMOVE]
    return tuple(acts)
