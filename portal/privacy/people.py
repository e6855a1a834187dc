"""One person as the portal knows them: an address, then every name and number that rows give beside it."""

from collections.abc import Iterable
from functools import cached_property

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.signing_models import ContractSignatory
from portal.core.dataclass import dataclass
from portal.core.history import RowVersion
from portal.identity.models import User
from portal.journal.person_keys import PersonKey, keys_of
from portal.journal.rules import at_address, under_name
from portal.privacy.rules import SoughtPerson
from portal.vendors.models import ColleagueInvitation, Contact, Membership, Vendor


@dataclass(frozen=True)
class KnownPerson:
    """Who somebody is, and where they stand."""

    address: str
    sought: SoughtPerson
    account: User | None
    contacts: tuple[Contact, ...]
    vendor_ids: frozenset[int]
    """The vendors they are known at; none for one of ours, whose name may stand anywhere."""
    homonyms: int
    """Other people of the same name: a name alone is then never taken for theirs."""

    @cached_property
    def sure(self) -> SoughtPerson:
        """What is theirs beyond doubt: without the names, where others bear them."""
        return SoughtPerson(self.sought.addresses, frozenset(), frozenset()) if self.homonyms else self.sought


def person_at(ctx: Context, address: str, names: Iterable[str] = ()) -> KnownPerson:
    """The person at an address, with or without an account; `names` are others they went by."""
    authorize(ctx, Permission.PRIVACY_MANAGE)
    told = address.strip().lower()
    account = ctx.session.scalar(select(User).where(func.lower(User.email) == told))
    contacts = tuple(ctx.session.scalars(select(Contact).where(func.lower(Contact.email) == told).order_by(Contact.id)))
    addresses, found, phones = {told}, {*names}, set()
    for row in (account, *contacts):
        if row is not None:
            found.add(row.name)
            phones.add(row.phone)
    for model in (ContractSignatory, ColleagueInvitation):
        found |= set(ctx.session.scalars(select(model.name).where(func.lower(model.email) == told)))
    before = select(RowVersion.content).where(
        RowVersion.kind == Contact.__tablename__, RowVersion.row_id.in_([row.id for row in contacts])
    )
    for content in ctx.session.scalars(before):
        addresses.add(str(content.get("email", "")).lower())
        found.add(str(content.get("name", "")))
        phones.add(str(content.get("phone", "")))
    vendor_ids = {row.vendor_id for row in contacts}
    if account is not None:
        bound = select(Membership.vendor_id).where(Membership.user_id == account.id)
        vendor_ids |= set(ctx.session.scalars(bound)) if account.role.is_vendor else set()
    sought = SoughtPerson(_said(addresses), _said(found), _said(phones))
    staff = account is not None and not account.role.is_vendor
    return KnownPerson(
        told, sought, account, contacts, frozenset() if staff else frozenset(vendor_ids), _homonyms(ctx, sought)
    )


def keys_of_person(ctx: Context, person: KnownPerson) -> list[PersonKey]:
    """Their keys of the journal: by each address, and by name where nobody else bears it."""
    persons = [at_address(one) for one in sorted(person.sought.addresses)]
    if not person.homonyms:
        scopes: list[int | None] = [None, *sorted(person.vendor_ids)]
        if not person.vendor_ids:
            scopes += ctx.session.scalars(select(Vendor.id).order_by(Vendor.id))
        persons += [under_name(name, scope) for name in sorted(person.sought.names) for scope in scopes]
    return keys_of(ctx.session, persons)


def _homonyms(ctx: Context, sought: SoughtPerson) -> int:
    others: set[str] = set()
    names = [one.lower() for one in sought.names]
    for model in (User, Contact, ContractSignatory, ColleagueInvitation):
        same = select(func.lower(model.email)).where(func.lower(model.name).in_(names))
        others |= set(ctx.session.scalars(same)) - sought.addresses
    return len(others)


def _said(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(one.strip() for one in texts if one and one.strip())
