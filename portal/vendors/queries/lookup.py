"""One vendor, service, contact, entity or import by number, key or name, within the actor's reach; else NotFound."""

from typing import Any, TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import say
from portal.vendors.models import BY_NAME, Contact, LegalEntity, Service, Vendor, VendorImport
from portal.vendors.rules.naming import fold

MOST_NAMED = 6
"""Vendors named to someone whose words may mean several."""
MOST_WORDS = 6
Child = TypeVar("Child", Contact, Service)


def get_vendor(ctx: Context, vendor_id: int, *, to: Permission) -> Vendor:
    """A vendor with its owner and parent, for someone who may do `to` with it; raises NotFound."""
    vendor = ctx.session.scalar(
        select(Vendor)
        .options(joinedload(Vendor.owner), joinedload(Vendor.parent))
        .where(Vendor.id == vendor_id, visible(ctx, to, Vendor))
    )
    return _found(vendor)


def vendor_by_key(ctx: Context, key: str, *, to: Permission) -> Vendor:
    """A vendor by the key that commands and links use; raises NotFound."""
    vendor_id = ctx.session.scalar(select(Vendor.id).where(Vendor.key == key))
    return get_vendor(ctx, _found(vendor_id), to=to)


def get_service(ctx: Context, vendor_id: int, service_id: int, *, to: Permission) -> Service:
    """A service with its vendor and legal entity; raises NotFound."""
    return _child(ctx, Service, vendor_id, service_id, to, joinedload(Service.legal_entity))


def get_contact(ctx: Context, vendor_id: int, contact_id: int, *, to: Permission) -> Contact:
    """A contact with its vendor and account; raises NotFound."""
    return _child(ctx, Contact, vendor_id, contact_id, to, joinedload(Contact.user))


def get_entity(ctx: Context, entity_id: int) -> LegalEntity:
    """A legal entity of the group; raises NotFound."""
    authorize(ctx, Permission.ENTITY_MANAGE)
    return _found(ctx.session.get(LegalEntity, entity_id))


def get_import(ctx: Context, import_id: int) -> VendorImport:
    """An import, without its file; raises NotFound."""
    return _found(
        ctx.session.scalar(
            select(VendorImport)
            .options(joinedload(VendorImport.created_by))
            .where(VendorImport.id == import_id, visible(ctx, Permission.VENDOR_IMPORT, VendorImport))
        )
    )


def vendor_ids_named(ctx: Context, text: str) -> list[int]:
    """The vendors within reach of this key, or else of this very name, or else of this name legal forms aside."""
    reached = visible(ctx, Permission.VENDOR_VIEW, Vendor)
    for way in (Vendor.key == text, Vendor.name == text, Vendor.folded_name == fold(text)):
        if found := ctx.session.scalars(select(Vendor.id).where(way, reached).order_by(Vendor.id)).all():
            return list(found)
    return []


def one_vendor_named(ctx: Context, text: str, *, to: Permission, absent: str) -> Vendor:
    """The vendor that a person names, among those they may do `to` with: by name or key, else by words of its name.

    Raises Refused: with `absent` when no vendor may be meant, naming them when several may.
    """
    may = visible(ctx, to, Vendor)
    exact = select(Vendor).where(may, or_(Vendor.folded_name == fold(text), Vendor.key == text))
    found = ctx.session.scalars(exact.limit(MOST_NAMED)).all() if text else []
    if text and not found:
        holding = [Vendor.name.icontains(word, autoescape=True) for word in text.split()[:MOST_WORDS]]
        ordered = select(Vendor).where(may, *holding).order_by(Vendor.folded_name, Vendor.id)
        found = ctx.session.scalars(ordered.limit(MOST_NAMED)).all()
    if not found:
        raise Refused(absent)
    if len(found) > 1:
        names = ", ".join(vendor.name for vendor in found)
        raise Refused(say("Plusieurs sous-traitants répondent à ce nom : %(names)s. Précisez.", names=names))
    return found[0]


def is_visible(ctx: Context, vendor_id: int) -> bool:
    """Whether the actor may see this vendor."""
    return (
        ctx.session.scalar(
            select(Vendor.id).where(Vendor.id == vendor_id, visible(ctx, Permission.VENDOR_VIEW, Vendor))
        )
        is not None
    )


def company_and_parents(ctx: Context, vendor_id: int) -> list[int]:
    """The numbers of a company, of its parent, and so on up; stops at a cycle."""
    line: list[int] = []
    above: int | None = vendor_id
    while above is not None and above not in line:
        line.append(above)
        above = ctx.session.scalar(select(Vendor.parent_id).where(Vendor.id == above))
    return line


def _child(ctx: Context, model: type[Child], vendor_id: int, child_id: int, to: Permission, also: Any) -> Child:
    row: Child | None = ctx.session.scalar(
        select(model)
        .options(joinedload(model.vendor), also)
        .where(model.id == child_id, model.vendor_id == vendor_id, visible(ctx, to, model))
    )
    return _found(row)


Row = TypeVar("Row")


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound()
    return row


def first_named(session: Session, numbers: Select[int] | Select[int | None], *, at_most: int) -> list[tuple[int, str]]:
    """The first of these vendors in the order of the alphabet, number and name; the caller has bounded them."""
    known = select(Vendor.id).with_hint(Vendor, *BY_NAME).where(Vendor.id.in_(numbers))
    first = known.order_by(Vendor.folded_name, Vendor.id).limit(at_most)
    rows = session.execute(
        select(Vendor.id, Vendor.name).where(Vendor.id.in_(first)).order_by(Vendor.folded_name, Vendor.id)
    )
    return [(row.id, row.name) for row in rows]
