"""What the page that decides of a contract's period shows: the dates, what may be decided, what was decided before."""

from collections.abc import Sequence
from datetime import date

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.contracts import queries
from portal.contracts.life_models import DeadlineDecision
from portal.contracts.models import Contract
from portal.contracts.rules.contract_terms import deadlines_of, terms_of
from portal.contracts.rules.deadline_choices import DeadlineChoice, choices_for
from portal.contracts.rules.deadlines import ContractDeadlines
from portal.contracts.rules.life import ContractState
from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class DeadlinePage:
    """What stands and what may be done."""

    dates: ContractDeadlines | None
    choices: tuple[DeadlineChoice, ...]
    decisions: Sequence[DeadlineDecision]
    """Newest first."""
    standing: DeadlineDecision | None
    """The one of the period that runs, when it was decided."""
    by_notice: bool
    """Whether only a notice ends it: otherwise it comes to its term by itself."""


def deadline_page(ctx: Context, contract: Contract) -> DeadlinePage:
    """The page of a contract within reach, as of today."""
    decisions = queries.deadline_decisions(ctx, contract)
    dates = deadlines_of(contract, ctx.today)
    lives = contract.state in (ContractState.SIGNED, ContractState.IN_FORCE) and contract.parent_id is None
    choices = choices_for(terms_of(contract)) if lives else ()
    if not ctx.can(Permission.CONTRACT_DRAFT, contract):
        choices = tuple(choice for choice in choices if choice is not DeadlineChoice.RENEW)
    return DeadlinePage(
        dates, choices, decisions, standing_decision(contract, decisions, dates),
        by_notice=contract.expires_on is None or contract.terminates_on is not None,
    )  # fmt: skip


def standing_decision(
    contract: Contract, decisions: Sequence[DeadlineDecision], dates: ContractDeadlines | None
) -> DeadlineDecision | None:
    """The newest decision, while it says what becomes of the contract in the period that runs."""
    newest = decisions[0] if decisions else None
    if newest is None or contract.terminates_on is not None:
        return newest
    runs_to: date | None = dates.ends_on if dates is not None else None
    return newest if runs_to is None or (newest.period_end is not None and newest.period_end >= runs_to) else None
