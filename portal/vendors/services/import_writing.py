"""Carrying out a planned import: vendors, contacts and services written by batches, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.db import Base
from portal.core.history import keep_written
from portal.core.language import Language
from portal.journal import services as journal
from portal.vendors import queries
from portal.vendors.models import Contact, ContactRole, Service, Vendor
from portal.vendors.rules.columns import ColumnMapping, ImportField
from portal.vendors.rules.facts import Access, Volume
from portal.vendors.rules.naming import fold
from portal.vendors.rules.rows import Company, RowNote, ServiceDraft
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.vendor_drafts import VendorDraft
from portal.vendors.services.classification import classification, reclassify
from portal.vendors.services.spellings import add_spellings, keep_spellings
from portal.vendors.services.vendor_sheet import search_text

UNTITLED = "Prestation à préciser"
"""Name, in the register, of a service that its list does not name."""
BATCH = 500


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did: vendors created, vendors of the register completed, services written."""

    created: int
    completed: int
    services: int


def write_import(
    ctx: Context, drafts: Sequence[VendorDraft], mapping: ColumnMapping, *, filename: str,
    status: VendorStatus,
) -> ImportOutcome:  # fmt: skip
    """Write every draft; the caller has authorised it and holds the transaction."""
    writer = _ImportWriter(ctx, mapping, filename, status)
    new = [draft for draft in drafts if not draft.known]
    known = [draft for draft in drafts if draft.known]
    writer.create(new)
    writer.complete(known)
    return ImportOutcome(len(new), len(known), sum(len(draft.services) for draft in drafts))


class _ImportWriter:
    """One import being written."""

    def __init__(self, ctx: Context, mapping: ColumnMapping, filename: str, status: VendorStatus) -> None:
        self._ctx, self._mapping, self._filename, self._status = ctx, mapping, filename, status
        self._entities = {fold(entity.name): entity.id for entity in queries.entities(ctx)}

    def create(self, drafts: Sequence[VendorDraft]) -> None:
        """Vendors that the register does not hold."""
        services = [[self._service(service, draft.company.name) for service in draft.services] for draft in drafts]
        rows = [self._vendor(draft, held) for draft, held in zip(drafts, services, strict=True)]
        ids = self._insert_vendors(rows)
        add_spellings(self._ctx, zip(ids, rows, strict=True))
        keep_written(self._ctx.session, Vendor, ids)
        self._insert(Service, [{**s, "vendor_id": at} for at, held in zip(ids, services, strict=True) for s in held])
        self._insert(Contact, [c for at, draft in zip(ids, drafts, strict=True) for c in self._contacts(at, draft)])
        for at, row, draft in zip(ids, rows, drafts, strict=True):
            vendor = Vendor(id=at, name=row["name"])  # stands for the row in the journal, and in no session
            told = {"name": row["name"], "tier": row["tier"], "file": self._filename, "lines": list(draft.lines)}
            journal.record(self._ctx, "vendor.imported", vendor, after=told, vendor_id=at)

    def complete(self, drafts: Sequence[VendorDraft]) -> None:
        """Vendors of the register: what they lack is filled in, what they have stays."""
        by_key = {draft.key: draft for draft in drafts}
        for vendor in self._vendors(list(by_key)):
            draft = by_key[vendor.key]
            given = {
                kind: value for kind, value in _columns(draft.company).items() if value and not getattr(vendor, kind)
            }
            before, after = journal.changes(vendor, given)
            columns = {kind: getattr(vendor, kind) for kind in _columns(draft.company)}
            vendor.sought = search_text(vendor.key, columns)
            keep_spellings(self._ctx, vendor.id, columns, is_new=False)
            vendor.notes = _joined(vendor.notes, _notes(draft.notes))
            self._ctx.session.add_all(
                Service(vendor_id=vendor.id, **self._service(s, vendor.name)) for s in draft.services
            )
            there = set(self._ctx.session.scalars(select(Contact.email).where(Contact.vendor_id == vendor.id)))
            self._insert(Contact, [c for c in self._contacts(vendor.id, draft) if c["email"] not in there])
            told = {**after, "file": self._filename, "lines": list(draft.lines)}
            journal.record(self._ctx, "vendor.completed", vendor, before=before, after=told)
            reclassify(self._ctx, vendor)

    def _vendors(self, keys: Sequence[str]) -> Iterable[Vendor]:
        for start in range(0, len(keys), BATCH):
            chunk = keys[start : start + BATCH]
            yield from self._ctx.session.scalars(select(Vendor).where(Vendor.key.in_(chunk)).order_by(Vendor.id)).all()

    def _insert_vendors(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
        table = Base.metadata.tables[Vendor.__tablename__]
        ordered = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return self._ctx.session.scalars(ordered, list(rows)).all() if rows else []

    def _insert(self, model: type[Service] | type[Contact], rows: Sequence[Mapping[str, Any]]) -> None:
        # On the table, not the class: the latter makes a statement of each run of rows with the same nulls.
        if rows:
            table = Base.metadata.tables[model.__tablename__]
            made = self._ctx.session.scalars(insert(table).returning(table.c.id), list(rows)).all()
            keep_written(self._ctx.session, model, made)

    def _vendor(self, draft: VendorDraft, services: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        columns = _columns(draft.company)
        return {
            **columns,
            "key": draft.key,
            "folded_name": fold(columns["name"])[:200],
            "sought": search_text(draft.key, columns),
            "status": self._status,
            "language": Language.FR if draft.company.country in {"", "FR"} else Language.EN,
            "notes": _notes(draft.notes),
            "created_at": self._ctx.now,
            **classification([Service(**service) for service in services], on=self._ctx.today),
        }

    def _service(self, draft: ServiceDraft, vendor_name: str) -> dict[str, Any]:
        entity = self._entities.get(fold(draft.engaged_by)) if draft.engaged_by else None
        left = {
            ImportField.NAME: "" if draft.listed_as == vendor_name else draft.listed_as,
            ImportField.ENGAGED_BY: "" if entity else draft.engaged_by,
            ImportField.SOURCE: draft.source,
            ImportField.LISTED_ON: draft.listed_on,
        }
        return {
            "name": draft.title or UNTITLED,
            "purpose": draft.purpose,
            "locations": list(draft.locations),
            "data_details": draft.personal_data,
            "has_special": draft.has_special,
            "hosts_health_data": draft.hosts_health_data,
            "uses_ai": draft.uses_ai,
            "is_cloud": draft.is_cloud,
            "concerns_minors": draft.concerns_minors,
            "criticality": None if draft.criticality is None else int(draft.criticality),
            "legal_entity_id": entity,
            "notes": {self._mapping.label_of(field): text for field, text in left.items() if text},
            "categories": [],
            "special_categories": [],
            "subjects": [],
            "volume": Volume.UNKNOWN,
            "access": Access.UNKNOWN,
        }

    def _contacts(self, vendor_id: int, draft: VendorDraft) -> list[dict[str, Any]]:
        language = Language.FR if draft.company.country in {"", "FR"} else Language.EN
        return [
            {
                "vendor_id": vendor_id,
                "email": contact.email,
                "name": contact.name or contact.email.partition("@")[0],
                "phone": contact.phone,
                "role": ContactRole.PRIVACY,
                "language": language,
            }
            for contact in draft.contacts
        ]


def _columns(company: Company) -> dict[str, str]:
    return {
        "name": company.name, "legal_name": company.legal_name, "country": company.country, "siren": company.siren,
        "siret": company.siret, "vat": company.vat, "lei": company.lei, "address": company.address,
        "website": company.website,
    }  # fmt: skip


def _notes(notes: Iterable[RowNote]) -> dict[str, list[str]]:
    """Cells without a field, by the header of their column, each value once."""
    found: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        if note.value not in found[note.label]:
            found[note.label].append(note.value)
    return dict(found)


def _joined(notes: Mapping[str, Any], more: Mapping[str, list[str]]) -> dict[str, list[str]]:
    labels = dict.fromkeys([*notes, *more])
    return {label: list(dict.fromkeys([*notes.get(label, ()), *more.get(label, ())])) for label in labels}
