"""Reads of the register; bounded by the actor's reach where an actor asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.authz.policy import Role
from portal.core.language import Language
from portal.identity.models import User
from portal.vendors.models import Membership


@dataclass(frozen=True)
class Correspondent:
    """An open account of a vendor, to write to."""

    vendor_id: int
    user_id: int
    email: str
    name: str
    language: Language
    has_signed_in: bool


def correspondents(session: Session, vendor_ids: Sequence[int]) -> list[Correspondent]:
    """The external accounts of some vendors, in few statements."""
    found: list[Correspondent] = []
    for start in range(0, len(vendor_ids), 1000):
        rows = session.execute(
            select(Membership.vendor_id, User.id, User.email, User.name, User.language, User.password_hash)
            .join(User, User.id == Membership.user_id)
            .where(
                Membership.vendor_id.in_(vendor_ids[start : start + 1000]),
                User.role.in_([Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT]),
                User.disabled_at.is_(None),
            )
            .order_by(Membership.vendor_id, User.id)
        )
        found += [Correspondent(r[0], r[1], r[2], r[3], r[4], r[5] is not None) for r in rows]
    return found
