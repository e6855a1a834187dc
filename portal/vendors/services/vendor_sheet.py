"""A vendor's own sheet: created, described, moved through its stages, given an owner and a parent."""

from collections.abc import Mapping
from typing import Any

from portal.authz import policy
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Scope
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence, say
from portal.core.rows import insert_row, insert_row_unless_taken
from portal.identity.models import User
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.vendors import queries, reference
from portal.vendors.events import VendorLeft
from portal.vendors.models import Vendor
from portal.vendors.rules.duplicates import CompanyIdentity
from portal.vendors.rules.identifiers import (
    Identifier,
    identifier_disagreements,
    identifier_problem,
    normalise_identifier,
    siren_of,
)
from portal.vendors.rules.naming import fold, plain, register_key, tidy
from portal.vendors.rules.status import VendorStatus, closing_problem, move_problem
from portal.vendors.services.levels import count_change, weight_of
from portal.vendors.services.refusals import InvalidSheet, PossibleDuplicate
from portal.vendors.services.spellings import keep_spellings


@dataclass(frozen=True)
class VendorSheet:
    """What a person says of a vendor; identifiers as typed, country as an ISO 3166 code."""

    name: str
    legal_name: str = ""
    legal_form: str = ""
    country: str = ""
    siren: str = ""
    siret: str = ""
    vat: str = ""
    lei: str = ""
    address: str = ""
    website: str = ""
    representative: str = ""
    eu_representative: str = ""
    dpo_contact: str = ""
    breach_contact: str = ""
    language: Language = Language.FR
    parent_id: int | None = None


def create_vendor(
    ctx: Context, sheet: VendorSheet, *, owner: User | None = None, despite_likeness: bool = False
) -> Vendor:
    """Enter a prospect in the register; raises InvalidSheet, or PossibleDuplicate until told to go on.

    Whoever may only edit their own vendors owns the ones they enter.
    """
    authorize(ctx, Permission.VENDOR_CREATE)
    columns = _columns(ctx, sheet)
    if not despite_likeness and (found := queries.similarity_warnings(ctx, _identity(sheet.name, columns))):
        raise PossibleDuplicate(found)
    is_own = policy.scope_of(ctx.actor, Permission.VENDOR_EDIT) is Scope.OWN
    owner_id = ctx.actor.id if is_own else owner.id if owner else None
    vendor = _inserted(ctx, sheet.name, {**columns, "owner_id": owner_id})
    keep_spellings(ctx, vendor.id, columns, is_new=True)
    stated = {name: value for name, value in {**vars(sheet), "owner_id": owner_id}.items() if value}
    journal.record(ctx, "vendor.created", vendor, after=_journal_values(ctx, stated))
    return vendor


def _inserted(ctx: Context, name: str, columns: Mapping[str, Any]) -> Vendor:
    """A prospect under a key of its own: that of its name, or the first number after it that is free."""

    def said(key: str) -> dict[str, Any]:
        sought = search_text(key, columns)
        return {**columns, "key": key, "sought": sought, "status": VendorStatus.PROSPECT, "created_at": ctx.now}

    key = register_key(name, ())
    vendor = insert_row_unless_taken(ctx.session, Vendor, said(key), "key")
    if vendor is None:
        vendor = insert_row(ctx.session, Vendor, said(register_key(name, queries.keys_like(ctx, key))))
    return vendor


def describe_vendor(ctx: Context, vendor: Vendor, sheet: VendorSheet) -> None:
    """Correct a vendor's sheet; raises InvalidSheet."""
    authorize(ctx, Permission.VENDOR_EDIT, vendor)
    columns = _columns(ctx, sheet, vendor)
    before, after = journal.changes(vendor, columns)
    vendor.sought = search_text(vendor.key, columns)
    if after.keys() & {"name", "legal_name", *Identifier}:
        keep_spellings(ctx, vendor.id, columns, is_new=False)
    after.pop("folded_name", None)
    if after:
        told = {name: before[name] for name in after}
        journal.record(
            ctx, "vendor.described", vendor, before=_journal_values(ctx, told), after=_journal_values(ctx, after)
        )


def change_status(ctx: Context, vendor: Vendor, wanted: VendorStatus) -> None:
    """Move a vendor to another stage of the relation; raises Refused when that move makes no sense."""
    authorize(ctx, Permission.VENDOR_EDIT, vendor)
    ctx.session.flush()
    columns = ["status", "level_points", "standing", "open_exits"]
    ctx.session.refresh(vendor, columns, with_for_update=True)
    if problem := move_problem(vendor.status, wanted):
        raise Refused(problem)
    if problem := closing_problem(wanted, vendor.standing, vendor.open_exits):
        raise Refused(problem)
    weight = weight_of(vendor)
    before, after = journal.changes(vendor, {"status": wanted})
    if after:
        count_change(ctx, weight, weight_of(vendor))
        journal.record(ctx, "vendor.moved", vendor, before=before, after=after)
        if wanted is VendorStatus.OFFBOARDED:
            publish(ctx, VendorLeft(vendor.id), key=f"{vendor.id}:{ctx.now.isoformat()}")


def assign_owner(ctx: Context, vendor: Vendor, owner: User | None) -> None:
    """Say who answers for a vendor inside the organisation; raises Refused when that account may not edit vendors."""
    authorize(ctx, Permission.VENDOR_EDIT, vendor)
    if owner is not None and (owner.role not in queries.OWNER_ROLES or owner.disabled_at is not None):
        raise Refused(N_("Ce compte ne peut pas être responsable d'un sous-traitant."))
    before, after = journal.changes(vendor, {"owner_id": owner.id if owner else None})
    if after:
        journal.record(
            ctx, "vendor.assigned", vendor, before=_journal_values(ctx, before), after=_journal_values(ctx, after)
        )


def search_text(key: str, columns: Mapping[str, Any]) -> str:
    """What a search looks in, in the words a search is folded to."""
    said = (columns["name"], columns["legal_name"], key, *(columns[kind] for kind in Identifier))
    return plain(" ".join(filter(None, said)))[:600]


def _columns(ctx: Context, sheet: VendorSheet, vendor: Vendor | None = None) -> dict[str, Any]:
    """The columns of a sheet, numbers normalised; raises InvalidSheet with everything that is wrong."""
    faults = dict(_faults(sheet))
    if fault := _parent_fault(ctx, sheet.parent_id, vendor):
        faults["parent_id"] = fault
    if faults:
        raise InvalidSheet(faults)
    numbers = {kind.value: normalise_identifier(getattr(sheet, kind.value)) for kind in Identifier}
    numbers["siren"] = siren_of(numbers["siren"], numbers["siret"], numbers["vat"])
    name = tidy(sheet.name)
    return {**vars(sheet), **numbers, "name": name, "folded_name": fold(name)[:200]}


def _faults(sheet: VendorSheet) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not fold(sheet.name):
        faults["name"] = say("Le nom manque : donnez celui que tout le monde emploie.")
    if sheet.country and sheet.country not in reference.atlas().codes:
        faults["country"] = say("Ce pays est inconnu.")
    for kind in Identifier:
        if fault := identifier_problem(kind, getattr(sheet, kind.value)):
            faults[kind.value] = fault
    if not faults.keys() & set(Identifier):
        faults |= {d.field.value: d.sentence for d in identifier_disagreements(sheet.siren, sheet.siret, sheet.vat)}
    return faults


def _parent_fault(ctx: Context, parent_id: int | None, vendor: Vendor | None) -> Sentence | None:
    """Why a company cannot be this one's parent: unknown, out of sight, or below it already."""
    if parent_id is None:
        return None
    if not queries.is_visible(ctx, parent_id):
        return say("Cette société mère n'est pas dans le registre.")
    if vendor is not None and vendor.id in queries.company_and_parents(ctx, parent_id):
        return say("Cette société est déjà une filiale de « %(name)s » : elle ne peut pas en être la mère.",
                   name=vendor.name)  # fmt: skip
    return None


def _journal_values(ctx: Context, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the journal keeps: other rows by their names, which outlive them."""
    told = dict(values)
    for column, model, name in (("parent_id", Vendor, "parent"), ("owner_id", User, "owner")):
        row_id = told.pop(column, None)
        if column in values:
            row = ctx.session.get(model, row_id) if row_id is not None else None
            told[name] = getattr(row, "name", None)
    return told


def _identity(name: str, columns: Mapping[str, Any]) -> CompanyIdentity:
    known = ("legal_name", "country", *Identifier)
    return CompanyIdentity(line=1, name=name, **{str(field): columns[field] for field in known})
