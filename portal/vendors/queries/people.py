"""Accounts around vendors: the external ones to write to, possible owners, experts and what they were given."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.authz.context import Context
from portal.authz.policy import ANSWERING_ROLES, GRANTS, Permission, Role
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import Language
from portal.identity import queries as identity
from portal.identity.models import User
from portal.vendors.models import Contact, ContactRole, Membership, Vendor
from portal.vendors.rules.addressees import PersonAtVendor, in_charge

OWNER_ROLES = tuple(
    role for role, grants in GRANTS.items() if Permission.VENDOR_EDIT in grants and role is not Role.SYSTEM
)
"""Roles whose holder may answer for a vendor: those that may edit one."""


@dataclass(frozen=True)
class Correspondent:
    """An open account of a vendor, to write to."""

    vendor_id: int
    user_id: int
    email: str
    name: str
    language: Language
    has_signed_in: bool
    role: Role


def correspondents(session: Session, vendor_ids: Sequence[int]) -> list[Correspondent]:
    """The external accounts that answer for some vendors, in few statements; those who only read are not written to."""
    found: list[Correspondent] = []
    for start in range(0, len(vendor_ids), 1000):
        rows = session.execute(
            select(
                Membership.vendor_id, User.id, User.email, User.name, User.language, User.has_come_in, Membership.role
            )
            .join(User, User.id == Membership.user_id)
            .where(
                Membership.vendor_id.in_(vendor_ids[start : start + 1000]),
                Membership.role.in_(ANSWERING_ROLES),
                User.disabled_at.is_(None),
            )
            .order_by(Membership.vendor_id, User.id)
        )
        found += [Correspondent(r[0], r[1], r[2], r[3], r[4], r[5], r[6]) for r in rows]
    return found


def people_in_charge(session: Session, took_part: Mapping[int, frozenset[int]]) -> list[Correspondent]:
    """Of some vendors, the accounts in charge of a thing, by who took part in it at each (`rules.addressees`)."""
    people = correspondents(session, list(took_part))
    if not people:
        return []
    rows = session.execute(
        select(Contact.vendor_id, Contact.user_id, Contact.role).where(
            Contact.vendor_id.in_(list(took_part)), Contact.user_id.is_not(None)
        )
    )
    roles = {(vendor_id, user_id): role for vendor_id, user_id, role in rows}
    by_vendor: dict[int, list[PersonAtVendor]] = {}
    for one in people:
        role = roles.get((one.vendor_id, one.user_id), ContactRole.PRIVACY)
        at_vendor = PersonAtVendor(one.user_id, one.role is Role.VENDOR_ADMIN, role is ContactRole.PRIVACY)
        by_vendor.setdefault(one.vendor_id, []).append(at_vendor)
    chosen = {
        (vendor_id, user_id)
        for vendor_id, there in by_vendor.items()
        for user_id in in_charge(there, took_part[vendor_id])
    }
    return [one for one in people if (one.vendor_id, one.user_id) in chosen]


def owners(ctx: Context) -> Sequence[User]:
    """The open accounts that may answer for a vendor, by name."""
    return identity.staff(ctx.session, *OWNER_ROLES)


def experts(ctx: Context) -> Sequence[User]:
    """The open accounts of experts, by name."""
    return identity.staff(ctx.session, Role.EXPERT)


@dataclass(frozen=True)
class ExpertAccess:
    """What an expert was given of a vendor; over once `until` is past."""

    user_id: int
    name: str
    email: str
    until: date | None
    is_over: bool


def expert_accesses(ctx: Context, vendor: Vendor) -> list[ExpertAccess]:
    """The experts who were given this vendor, those whose access is over last."""
    rows = ctx.session.execute(
        select(User.id, User.name, User.email, Membership.until)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.vendor_id == vendor.id, User.role == Role.EXPERT)
        .order_by(User.name)
    )
    found = [ExpertAccess(r.id, r.name, r.email, r.until, r.until is not None and r.until < ctx.today) for r in rows]
    return sorted(found, key=lambda access: access.is_over)


def get_expert_access(ctx: Context, vendor: Vendor, user_id: int) -> Membership:
    """The membership of an expert to this vendor; raises NotFound."""
    row = ctx.session.scalar(
        select(Membership)
        .join(Membership.user)
        .options(joinedload(Membership.user))
        .where(Membership.vendor_id == vendor.id, Membership.user_id == user_id, User.role == Role.EXPERT)
    )
    if row is None:
        raise NotFound()
    return row
