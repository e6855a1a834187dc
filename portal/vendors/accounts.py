"""Which vendors an account is bound to: read at every request of the external audience and of experts."""

from datetime import UTC, date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.authz.policy import Role
from portal.core.dataclass import dataclass
from portal.vendors.models import Membership, Vendor

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class VendorPlace:
    """A vendor that a person may answer for, and as what."""

    vendor_id: int
    name: str
    role: Role


@dataclass(frozen=True)
class AccountBinding:
    """What an account reaches: the vendors of an expert up to a day; of an external account, the one it answers for."""

    vendor_ids: frozenset[int]
    until: date | None
    role: Role | None = None
    """What an external account is at the vendor it answers for."""
    places: tuple[VendorPlace, ...] = ()
    """The vendors that an external account may answer for, by name."""
    last_chosen: int | None = None
    """The vendor to begin the next session with."""


_MEMBERSHIPS = (
    select(Membership.vendor_id, Membership.until, Membership.role, Membership.chosen_at, Vendor.name)
    .join(Vendor, Vendor.id == Membership.vendor_id)
    .where(Membership.user_id == bindparam("user_id"))
    .order_by(Vendor.folded_name, Vendor.id)
)


def account_binding(session: Session, user_id: int, *, today: date, chosen: int | None = None) -> AccountBinding:
    """The vendors bound to an account on a day; grants that have ended are left out.

    An external account reaches one vendor at a time: the one its session has chosen, if it still is a member there, or
    its only one. With several and none chosen, or once the chosen one is withdrawn, it reaches nothing.
    """
    rows = session.execute(_MEMBERSHIPS, {"user_id": user_id}).all()
    live = [row for row in rows if row.until is None or row.until >= today]
    external = [row for row in live if row.role.is_vendor]
    if external:
        places = {row.vendor_id: VendorPlace(row.vendor_id, row.name, row.role) for row in external}
        here = places.get(chosen) if chosen is not None else next(iter(places.values())) if len(places) == 1 else None
        latest = max(external, key=lambda row: (row.chosen_at or _NEVER, -row.vendor_id))
        return AccountBinding(
            frozenset({here.vendor_id} if here else ()), None, here.role if here else None,
            tuple(places.values()), latest.vendor_id,
        )  # fmt: skip
    ends = [row.until for row in live if row.until is not None]
    return AccountBinding(
        frozenset(row.vendor_id for row in live), max(ends) if ends and len(ends) == len(live) else None
    )
