"""What every letter to a vendor says beside its own matter: who of ours writes, for which service, under what contract.

The person is, in this order: whoever is acting, when that is one of ours; whoever the letter names (who opened the
audit, who planned the campaign); the vendor's owner; a data protection officer. Closed accounts write to nobody.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import ROLE_NAMES, Role
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.translation import translate
from portal.identity.models import User
from portal.vendors.models import Service, SignedContract, Vendor

SERVICES_NAMED = 3
"""Services named in a letter; more are only counted."""


@dataclass(frozen=True)
class LetterContext:
    """Of some vendors: who writes to them, their services and their contract."""

    acting_id: int | None
    people: Mapping[int, User]
    owners: Mapping[int, int | None]
    officer_id: int | None
    services: Mapping[int, list[str]]
    contracts: Mapping[int, dict[str, str]]

    def contact_for(self, vendor_id: int, named_id: int | None, language: Language) -> dict[str, str] | None:
        """The person who writes to a vendor, as the letter shows them; none when we have nobody to name."""
        wanted = (self.acting_id, named_id, self.owners.get(vendor_id), self.officer_id)
        person = next((self.people[one] for one in wanted if one is not None and one in self.people), None)
        if person is None:
            return None
        return {
            "name": person.name,
            "title": translate(ROLE_NAMES[person.role], language),
            "email": person.email,
            "phone": person.phone,
        }

    def subject_of(self, vendor_id: int) -> dict[str, Any]:
        """The services and the contract that a letter concerns."""
        names = self.services.get(vendor_id, [])
        return {
            "services": names[:SERVICES_NAMED],
            "services_more": max(len(names) - SERVICES_NAMED, 0),
            "contract": self.contracts.get(vendor_id),
        }


def letter_context(ctx: Context, vendor_ids: list[int], named_ids: AbstractSet[int] = frozenset()) -> LetterContext:
    """Read it for some vendors, in as many statements for one as for a thousand."""
    owners = dict(ctx.session.execute(select(Vendor.id, Vendor.owner_id).where(Vendor.id.in_(vendor_ids))).all())
    officer_id = ctx.session.scalar(
        select(User.id)
        .where(User.role == Role.DPO, User.disabled_at.is_(None), User.has_come_in)
        .order_by(User.id)
        .limit(1)
    )
    acting_id = None if ctx.actor.role.is_vendor else ctx.actor.id
    wanted = {acting_id, officer_id, *named_ids, *owners.values()} - {None}
    people = ctx.session.scalars(select(User).where(User.id.in_(wanted), User.disabled_at.is_(None)))
    return LetterContext(
        acting_id=acting_id,
        people={user.id: user for user in people if not user.role.is_vendor},
        owners=owners,
        officer_id=officer_id,
        services=_services(ctx, vendor_ids),
        contracts=_contracts(ctx, vendor_ids),
    )


def _services(ctx: Context, vendor_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = ctx.session.execute(
        select(Service.vendor_id, Service.name)
        .where(Service.vendor_id.in_(vendor_ids), Service.goes_on(ctx.today))
        .order_by(Service.vendor_id, Service.id)
    )
    for vendor_id, name in rows:
        found.setdefault(vendor_id, []).append(name)
    return found


def _contracts(ctx: Context, vendor_ids: list[int]) -> dict[int, dict[str, str]]:
    rows = ctx.session.execute(
        select(SignedContract.vendor_id, SignedContract.title, SignedContract.signed_on)
        .where(
            SignedContract.vendor_id.in_(vendor_ids),
            SignedContract.cancelled_at.is_(None),
            SignedContract.ended_on.is_(None),
            SignedContract.is_contract,
        )
        .order_by(SignedContract.signed_on, SignedContract.id)
    )
    return {vendor_id: {"title": title, "signed_on": day.isoformat()} for vendor_id, title, day in rows}
