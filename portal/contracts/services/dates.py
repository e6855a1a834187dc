"""The dates of a contract: what it says of its time, its last day, and the day by which a decision is awaited."""

from datetime import date
from typing import Any

from portal.contracts.models import Contract
from portal.contracts.rules.contract_terms import terms_of
from portal.contracts.rules.deadline_choices import awaited_by
from portal.contracts.rules.deadlines import ContractTerms, NoticePeriod, deadlines, parse_notice, terms_problem
from portal.contracts.rules.life import UNSIGNED, ContractState
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Sentence
from portal.journal import services as journal


@dataclass(frozen=True)
class ContractDates:
    """What a contract says of its time; what is not known is left out."""

    effective_on: date | None = None
    term_months: int | None = None
    renewal_months: int | None = None
    notice: str = ""


def dates_of(contract: Contract) -> ContractDates:
    """The dates of a contract as they are."""
    return ContractDates(contract.effective_on, contract.term_months, contract.renewal_months, contract.notice)


def set_dates(contract: Contract, dates: ContractDates) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the dates on a contract, with its last day; returns what changed. Raises Refused.

    The last day that a notice given leads to stays: what was announced to the other side is not counted again.
    """
    if contract.state not in UNSIGNED and dates.effective_on is None:
        raise Refused(N_("Un contrat signé a une date d'effet : à défaut d'une autre, celle de sa signature."))
    expires_on = _last_day(dates)
    if contract.terminates_on is not None:
        expires_on = contract.terminates_on
    wanted = {
        "effective_on": dates.effective_on, "term_months": dates.term_months, "renewal_months": dates.renewal_months,
        "notice": dates.notice.strip(), "expires_on": expires_on,
    }  # fmt: skip
    before, after = journal.changes(contract, wanted)
    if "effective_on" in after:
        contract.effective_is_assumed = False
    return before, after


def keep_expiry(contract: Contract) -> None:
    """Count the last day of a contract again from its own dates, once a notice given is taken back."""
    contract.expires_on = _last_day(dates_of(contract))


def _last_day(dates: ContractDates) -> date | None:
    """The day on which it ends of itself; none when it is renewed or that is not known. Raises Refused."""
    given = (dates.term_months is not None, dates.renewal_months is not None, bool(dates.notice.strip()))
    if any(given) and not all(given):
        raise Refused(N_("Durée, reconduction et préavis vont ensemble : donnez les trois (0 quand il n'y en a pas)."))
    notice = parse_notice(dates.notice) if all(given) else NoticePeriod(0)
    if isinstance(notice, Sentence):
        raise Refused(notice)
    if dates.term_months is None or dates.renewal_months is None:
        return None
    # Without a day of effect yet, the rest is checked as if it were today's century: only its own problems show.
    begun = dates.effective_on or date(2000, 1, 1)
    terms = ContractTerms(begun, dates.term_months, dates.renewal_months, notice)
    if problem := terms_problem(terms):
        raise Refused(problem)
    first = deadlines(terms, None, begun)
    if dates.renewal_months or dates.effective_on is None or isinstance(first, Sentence):
        return None
    return first.ends_on


def keep_awaited(contract: Contract, today: date) -> None:
    """Note the day by which a decision is awaited on a contract; none on one that is an amendment, over, or ended."""
    lives = contract.state in (ContractState.SIGNED, ContractState.IN_FORCE)
    terms = terms_of(contract) if lives and contract.terminates_on is None and contract.parent_id is None else None
    contract.awaited_on = awaited_by(terms, contract.decided_until, today) if terms is not None else None
