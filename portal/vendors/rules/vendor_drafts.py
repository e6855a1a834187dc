"""Several rows of one company made one vendor: the first value stands, the others are kept and said."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from portal.core.dataclass import dataclass
from portal.core.language import say
from portal.vendors.rules.columns import ColumnMapping, ImportField
from portal.vendors.rules.duplicates import CompanyIdentity
from portal.vendors.rules.naming import fold
from portal.vendors.rules.rows import Company, ContactDraft, RowDraft, RowNote, RowProblem, ServiceDraft

_ATTRIBUTES = tuple(ImportField(field.name) for field in fields(Company) if field.name != "name")


@dataclass(frozen=True)
class VendorDraft:
    """A vendor to create, or one of the register (`known`) to complete, with all that its rows say."""

    key: str
    known: bool
    company: Company
    """For a vendor of the register: its name, and only what the register does not hold yet."""
    contacts: tuple[ContactDraft, ...]
    services: tuple[ServiceDraft, ...]
    notes: tuple[RowNote, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of the file behind it."""
        return tuple(service.line for service in self.services)


def merge(
    rows: Sequence[RowDraft], known: Sequence[CompanyIdentity], key: str, mapping: ColumnMapping
) -> tuple[VendorDraft, tuple[RowProblem, ...]]:
    """One vendor from its rows, joined to the first of the `known` vendors if there are some, and what contradicts.

    No row is lost: each is a service, and a value that gives way to another becomes a note.
    """
    if len(rows) == 1 and not known:
        [row] = rows
        return VendorDraft(key, False, row.company, row.contacts, (row.service,), row.notes), ()
    target = known[0] if known else None
    name = target.name if target else common_name([row.company.name for row in rows])
    stated: dict[str, str] = {}
    notes = [note for row in rows for note in row.notes]
    warnings = []
    for attribute in _ATTRIBUTES:
        held = str(getattr(target, attribute, ""))
        given = [(row.line, str(getattr(row.company, attribute))) for row in rows]
        first = held or next((value for _, value in given if value), "")
        stated[attribute] = "" if held else first
        others = [(line, value) for line, value in given if value and value != first]
        label = mapping.label_of(attribute) or attribute.label
        notes += [RowNote(line, label, value) for line, value in others]
        if differing := [(line, value) for line, value in others if _differs(attribute, value, first)]:
            warnings.append(_contradiction(name, differing, label, first))
    if len(known) > 1:
        warnings.append(
            RowProblem(
                rows[0].line,
                "",
                say(
                    "Plusieurs fiches du registre correspondent (%(keys)s) : la ligne rejoint la première.",
                    keys=", ".join(party.key for party in known),
                ),
            )
        )
    services = tuple(row.service for row in rows)
    company = Company(name=name, **stated)
    return VendorDraft(key, bool(target), company, _contacts(rows), services, tuple(notes)), tuple(warnings)


def common_name(names: Sequence[str]) -> str:
    """The name most rows use, legal forms aside, rather not in capitals; the first one if they disagree.

    >>> common_name(["STRIPE", "Stripe, Inc.", "Stripe Payments"])
    'Stripe, Inc.'
    """
    times = Counter(map(fold, names))
    usual = max(names, key=lambda name: times[fold(name)])
    spellings = [name for name in names if fold(name) == fold(usual)]
    return next((name for name in spellings if not name.isupper()), usual)


def _differs(attribute: ImportField, value: str, first: str) -> bool:
    """« Zendesk, Inc » and « Zendesk Inc. » are one legal name written twice; elsewhere every character counts."""
    return fold(value) != fold(first) if attribute is ImportField.LEGAL_NAME else value != first


def _contradiction(name: str, differing: Iterable[tuple[int, str]], label: str, first: str) -> RowProblem:
    lines: Mapping[int, str] = dict(differing)
    return RowProblem(
        next(iter(lines)),
        label,
        say(
            "« %(name)s » : « %(first)s » est retenu, le reste est gardé en note (%(others)s).",
            name=name,
            first=first,
            others=", ".join(dict.fromkeys(lines.values())),
        ),
    )


def _contacts(rows: Iterable[RowDraft]) -> tuple[ContactDraft, ...]:
    """Each address once, with the first name and phone given for it."""
    found: dict[str, ContactDraft] = {}
    for contact in (contact for row in rows for contact in row.contacts):
        before = found.get(contact.email, contact)
        found[contact.email] = ContactDraft(contact.email, before.name or contact.name, before.phone or contact.phone)
    return tuple(found.values())
