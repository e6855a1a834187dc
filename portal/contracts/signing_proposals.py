"""Who signs, as far as the portal knows: the signatories that a version names, with their addresses if we have them."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from portal.authz.context import Context
from portal.contracts import signing_queries
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.signing_order import SignatoryEntry, SigningSide, named_in
from portal.identity.models import User
from portal.vendors.models import Contact, ContactRole
from portal.vendors.rules.naming import plain

REPRESENTATIVES: Mapping[SigningSide, str] = {
    SigningSide.OURS: "controller.representative",
    SigningSide.VENDOR: "vendor.representative",
}
_PREFERRED = (ContactRole.LEGAL, ContactRole.COMMERCIAL, ContactRole.PRIVACY)


def proposed_signatories(ctx: Context, contract: Contract, version: ContractVersion) -> tuple[SignatoryEntry, ...]:
    """One signatory a party, the vendor first: we sign what the other side has signed."""
    values: Mapping[str, object] = version.facts.get("values", {})
    return tuple(_proposed(ctx, contract, version, values))


def _proposed(
    ctx: Context, contract: Contract, version: ContractVersion, values: Mapping[str, object]
) -> Iterator[SignatoryEntry]:
    contacts = signing_queries.vendor_contacts(ctx, contract)
    for rank, side in enumerate((SigningSide.VENDOR, SigningSide.OURS), start=1):
        line = values.get(REPRESENTATIVES[side])
        name, capacity = named_in(line) if isinstance(line, str) else ("", "")
        email = _contact(contacts, name) if side is SigningSide.VENDOR else _colleague(ctx, name)
        yield SignatoryEntry(side, name, capacity, email, version.language, rank)


def _contact(contacts: Sequence[Contact], name: str) -> str:
    """The address of the contact of that name; of whoever is likeliest to pass it on, when nobody is named."""
    same = next((one for one in contacts if name and plain(one.name) == plain(name)), None)
    if same is not None or name:
        return same.email if same is not None else ""
    likely = (one for role in _PREFERRED for one in contacts if one.role is role)
    return next((one.email for one in likely), "")


def _colleague(ctx: Context, name: str) -> str:
    if not name:
        return ""
    found = ctx.session.scalars(select(User).where(User.disabled_at.is_(None), User.name == name).order_by(User.id))
    return next((one.email for one in found if not one.role.is_vendor), "")
