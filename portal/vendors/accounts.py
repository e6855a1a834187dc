"""Which vendors an account is bound to: read at every request of the external audience and of experts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.vendors.models import Membership


@dataclass(frozen=True)
class AccountBinding:
    """The vendors of an account, and the last day of the longest grant."""

    vendor_ids: frozenset[int]
    until: date | None


def account_binding(session: Session, user_id: int, *, today: date) -> AccountBinding:
    """The vendors bound to an account on a day; grants that have ended are left out."""
    rows = session.execute(select(Membership.vendor_id, Membership.until).where(Membership.user_id == user_id)).all()
    live = [row for row in rows if row.until is None or row.until >= today]
    ends = [row.until for row in live if row.until is not None]
    return AccountBinding(
        frozenset(row.vendor_id for row in live), max(ends) if ends and len(ends) == len(live) else None
    )
