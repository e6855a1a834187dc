"""What the ends of contracts tell each morning, while something is still to be proved: the vendor, then our people."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.exit_models import ContractExit
from portal.core.landing import Landing
from portal.identity.queries import holders_of_each
from portal.notices.rules import due_window, step_reached
from portal.notices.services import AddressedNews, News, note_for_vendors, note_many
from portal.vendors.models import Vendor

TO_VENDOR = (-7, 1, 15)
"""Days from the day by which everything must be proved."""
TO_US = (1, 15, 45)
"""Then whoever drafts contracts, and whoever answers for the vendor, is told what is late."""


def note_contract_exits(ctx: Context, day: date) -> int:
    """Note the ends of contracts whose day draws near or is past; doing it twice notes nothing more."""
    first, last = due_window(day, TO_VENDOR + TO_US)
    rows = ctx.session.scalars(
        select(ContractExit)
        .options(joinedload(ContractExit.contract), joinedload(ContractExit.vendor).joinedload(Vendor.owner))
        .where(
            ContractExit.closed_at.is_(None), ContractExit.withdrawn_at.is_(None),
            ContractExit.due_on.between(first, last), visible(ctx, Permission.CONTRACT_VIEW, ContractExit),
        )
        .order_by(ContractExit.id)
    ).all()  # fmt: skip
    asked = [(row, step) for row in rows if (step := step_reached(row.due_on, day, TO_VENDOR)) is not None]
    made = note_for_vendors(ctx, [(row.vendor_id, _to_vendor(row, step)) for row, step in asked]) if asked else 0
    late = [(row, step) for row in rows if (step := step_reached(row.due_on, day, TO_US)) is not None]
    vendors = {row.vendor_id: row.vendor for row, _ in late}
    people = {vendor_id: {vendor.owner_id} - {None} for vendor_id, vendor in vendors.items()}
    for vendor, user in holders_of_each(ctx, Permission.CONTRACT_DRAFT, list(vendors.values())):
        people[vendor.id].add(user.id)
    return made + note_many(
        ctx,
        [
            AddressedNews(user_id, row.vendor_id, _to_us(row, step))
            for row, step in late
            for user_id in sorted(one for one in people[row.vendor_id] if one is not None)
        ],
    )


def _to_vendor(row: ContractExit, step: int) -> News:
    return News(
        template="contracts/emails/notice_exit_vendor", key=f"exit:{row.id}:{row.due_on}:{step}",
        about=f"exit:{row.id}",
        values={"title": row.contract.title, "due_on": row.due_on.isoformat(), "what": "late" if step > 0 else "due"},
        due_on=row.due_on, landing=Landing("vendor_space.contract_exit", exit_id=row.id),
    )  # fmt: skip


def _to_us(row: ContractExit, step: int) -> News:
    contract = row.contract
    return News(
        template="contracts/emails/notice_exit_late", key=f"exit:{row.id}:late:{row.due_on}:{step}",
        about=f"exit:{row.id}", due_on=row.due_on,
        values={"title": contract.title, "vendor": row.vendor.name, "due_on": row.due_on.isoformat()},
        landing=Landing("contracts.exit", contract_id=contract.id),
    )  # fmt: skip
