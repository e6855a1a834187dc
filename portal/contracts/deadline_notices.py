"""What contracts tell each morning: that one ends or renews soon, while something can still be done about it.

Who answers for it is told ninety days before the end of its period, then thirty days before the last day for notice.
Ten days later, without a decision, those who draft contracts are told too; so are they a week before the last day for
notice, and from the first when nobody who may decide answers for it. A decision stops it all for its period.

A contract that is not renewed ends by itself, whatever its notice: what is told before the last day for notice is told
before its end.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import GRANTS, Permission, Scope
from portal.contracts.models import Contract
from portal.contracts.rules.contract_terms import deadlines_of
from portal.contracts.rules.deadlines import ContractDeadlines
from portal.contracts.rules.life import ContractState
from portal.contracts.services import deadline_topic
from portal.core.dataclass import dataclass
from portal.core.landing import Landing
from portal.identity.models import User
from portal.identity.queries import holders_of_each
from portal.notices.rules import step_reached
from portal.notices.services import AddressedNews, News, note_many
from portal.vendors.models import Vendor

UNANSWERED_DAYS = 10
"""Without a decision for so long, those who draft contracts are told too."""
TO_OWNER = {"end": (-90,), "notice": (-30,)}
"""Steps told to whoever answers for it: days from the end of the period, from the last day to act on it."""
TO_ALL = {"end": (-90 + UNANSWERED_DAYS,), "notice": (-30 + UNANSWERED_DAYS, -7)}
"""Steps told to those who draft contracts as well."""
FIRST_STEP = timedelta(days=90)
"""Nothing is told longer than this before the day by which a decision is awaited."""


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
        if (dates := deadlines_of(contract, day)) is not None and _is_open(contract, dates)
        for step in _steps(dates, day)
    ]
    vendors = {contract.vendor_id: contract.vendor for contract, _, _ in found}
    drafters: dict[int, list[User]] = {}
    for vendor, user in holders_of_each(ctx, Permission.CONTRACT_DRAFT, list(vendors.values())):
        drafters.setdefault(vendor.id, []).append(user)
    addressed = [
        AddressedNews(user_id, contract.vendor_id, _news(contract, dates, step, day))
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
            Contract.state == ContractState.IN_FORCE, Contract.awaited_on <= ctx.today + FIRST_STEP,
            visible(ctx, Permission.CONTRACT_VIEW, Contract),
        )
        .order_by(Contract.id)
    )  # fmt: skip


def _is_open(contract: Contract, dates: ContractDeadlines) -> bool:
    """Whether nothing was decided of the period that runs."""
    return contract.decided_until is None or contract.decided_until < dates.ends_on


def _steps(dates: ContractDeadlines, day: date) -> Iterator[DeadlineStep]:
    last_chance = dates.notice_by if dates.renews_on is not None else dates.ends_on
    for name, due_on in (("end", dates.ends_on), ("notice", last_chance)):
        if (step := step_reached(due_on, day, TO_OWNER[name] + TO_ALL[name])) is not None:
            yield DeadlineStep(f"{name}{step}", is_urgent=step in TO_ALL[name])


def _told(contract: Contract, step: DeadlineStep, drafters: list[User]) -> list[int]:
    owners = [one for one in (contract.owner, contract.vendor.owner) if one is not None and _may_decide(one, contract)]
    people = {owner.id for owner in owners[:1]}
    if step.is_urgent or not people:
        people |= {user.id for user in drafters}
    return sorted(people)


def _may_decide(user: User, contract: Contract) -> bool:
    """Whether the page that the reminder leads to opens for somebody: a reminder to anybody else would act on nobody.

    A contract may be given to somebody who does not follow its vendor.
    """
    scope = GRANTS.get(user.role, {}).get(Permission.CONTRACT_DECIDE)
    reaches = scope is Scope.ALL or (scope is Scope.OWN and contract.vendor.owner_id == user.id)
    return user.disabled_at is None and reaches


def _news(contract: Contract, dates: ContractDeadlines, step: DeadlineStep, day: date) -> News:
    return News(
        template="contracts/emails/notice_deadline",
        key=f"contract:{contract.id}:{dates.ends_on}:{step.name}",
        about=deadline_topic(contract),
        values={
            "title": contract.title, "vendor": contract.vendor.name, "ends_on": dates.ends_on.isoformat(),
            "notice_by": dates.notice_by.isoformat(), "renews": dates.renews_on is not None,
            "in_time": dates.notice_by >= day,
        },
        landing=Landing("contracts.deadline", contract_id=contract.id),
        due_on=dates.notice_by if dates.renews_on is not None and dates.notice_by >= day else dates.ends_on,
    )  # fmt: skip
