"""What contracts tell each morning: that one ends or renews soon, while something can still be done about it.

Who answers for it is told ninety days before the end of its period, then thirty days before the last day for notice;
those who draft contracts are told with them a week before that day, and from the first when nobody answers for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.models import Contract
from portal.contracts.rules.contract_terms import deadlines_of
from portal.contracts.rules.deadlines import ContractDeadlines
from portal.contracts.rules.life import ContractState
from portal.identity.models import User
from portal.identity.queries import holders_of_each
from portal.notices.rules import step_reached
from portal.notices.services import AddressedNews, News, note_many
from portal.vendors.models import Vendor

BEFORE_END = (-90,)
"""Days from the end of the period."""
BEFORE_NOTICE = (-30, -7)
"""Days from the last day for notice."""
TOLD_TO_ALL = -7
"""From this step on, those who draft contracts are told too."""


@dataclass(frozen=True)
class DeadlineStep:
    """One thing to tell about a contract."""

    name: str
    is_urgent: bool


def note_contract_deadlines(ctx: Context, day: date) -> int:
    """Note the contracts whose end or last day for notice draws near; doing it twice notes nothing more."""
    found = [
        (contract, dates, step)
        for contract in _in_force(ctx)
        if (dates := deadlines_of(contract, day)) is not None
        for step in _steps(dates, day)
    ]
    vendors = {contract.vendor_id: contract.vendor for contract, _, _ in found}
    drafters: dict[int, list[User]] = {}
    for vendor, user in holders_of_each(ctx, Permission.CONTRACT_DRAFT, list(vendors.values())):
        drafters.setdefault(vendor.id, []).append(user)
    addressed = [
        AddressedNews(user_id, contract.vendor_id, _news(contract, dates, step))
        for contract, dates, step in found
        for user_id in _told(contract, step, drafters.get(contract.vendor_id, []))
    ]
    return note_many(ctx, addressed)


def _in_force(ctx: Context) -> Iterator[Contract]:
    owner = joinedload(Contract.vendor).options(joinedload(Vendor.owner))
    yield from ctx.session.scalars(
        select(Contract)
        .options(owner, joinedload(Contract.owner))
        .where(
            Contract.state == ContractState.IN_FORCE, Contract.term_months.is_not(None),
            visible(ctx, Permission.CONTRACT_VIEW, Contract),
        )
        .order_by(Contract.id)
    )  # fmt: skip


def _steps(dates: ContractDeadlines, day: date) -> Iterator[DeadlineStep]:
    for name, due_on, steps in (("end", dates.ends_on, BEFORE_END), ("notice", dates.notice_by, BEFORE_NOTICE)):
        if (step := step_reached(due_on, day, steps)) is not None:
            yield DeadlineStep(f"{name}{step}", is_urgent=step >= TOLD_TO_ALL)


def _told(contract: Contract, step: DeadlineStep, drafters: list[User]) -> list[int]:
    owner = contract.owner or contract.vendor.owner
    people = {owner.id} if owner is not None and owner.disabled_at is None else set()
    if step.is_urgent or not people:
        people |= {user.id for user in drafters}
    return sorted(people)


def _news(contract: Contract, dates: ContractDeadlines, step: DeadlineStep) -> News:
    return News(
        template="contracts/emails/notice_deadline",
        key=f"contract:{contract.id}:{dates.ends_on}:{step.name}",
        about=f"contract:{contract.id}:deadline",
        values={
            "title": contract.title, "vendor": contract.vendor.name, "ends_on": dates.ends_on.isoformat(),
            "notice_by": dates.notice_by.isoformat(), "renews": dates.renews_on is not None,
        },
        due_on=dates.notice_by if dates.renews_on is not None else dates.ends_on,
    )  # fmt: skip
