"""The terms of a contract of the register, once they are all known, and the deadlines that follow; pure."""

from datetime import date
from typing import Protocol

from portal.contracts.rules.deadlines import ContractDeadlines, ContractTerms, deadlines, parse_notice, renewal_day
from portal.contracts.rules.life import ContractState
from portal.core.language import Sentence


class DatedContract(Protocol):
    """What a contract, or its row of a list, says of its time."""

    @property
    def state(self) -> ContractState: ...
    @property
    def effective_on(self) -> date | None: ...
    @property
    def term_months(self) -> int | None: ...
    @property
    def renewal_months(self) -> int | None: ...
    @property
    def notice(self) -> str: ...
    @property
    def terminates_on(self) -> date | None: ...


def terms_of(contract: DatedContract) -> ContractTerms | None:
    """The terms of a contract, once its day of effect, term, renewal and notice are all known."""
    if contract.effective_on is None or contract.term_months is None or contract.renewal_months is None:
        return None
    notice = parse_notice(contract.notice)
    if isinstance(notice, Sentence):
        return None
    return ContractTerms(contract.effective_on, contract.term_months, contract.renewal_months, notice)


def deadlines_of(contract: DatedContract, today: date) -> ContractDeadlines | None:
    """The dates of the period that holds a day; none when the terms are not all known, or the contract is over.

    Before it takes effect, they are those of its first period; once notice was given, it has one last day and no more.
    """
    terms = _living_terms(contract)
    found = deadlines(terms, today, today) if terms is not None else None
    return None if isinstance(found, Sentence) else found


def renewal_of(contract: DatedContract, today: date) -> date | None:
    """The day of its next renewal alone; none when it has none, or its dates are not known (`deadlines_of`)."""
    terms = _living_terms(contract)
    return renewal_day(terms, today) if terms is not None else None


def _living_terms(contract: DatedContract) -> ContractTerms | None:
    lives = contract.state in (ContractState.SIGNED, ContractState.IN_FORCE) and contract.terminates_on is None
    return terms_of(contract) if lives else None
