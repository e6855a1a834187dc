"""Which values of an entry are about a person, and about whom: each is sealed under that person's key.

An address names its person wherever it stands. A name alone is known by the key it stands under, or because an address
stands beside it; the person is then that name at the vendor that the entry is about.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.expressions import expression

NAMED = frozenset(
    {
        "adviser", "answered_by", "asked_by", "assessed_by", "attested_by", "breach_contact", "by", "by_name",
        "checked_by", "closed_by", "confirmed_by", "contact", "decided_by", "declared_by", "dismissed_by",
        "dpo_contact",
        "email", "entered_by", "escalation_email", "eu_representative", "expert", "owner", "people", "phone",
        "privacy_contact", "proposed_by", "recipient", "recorded_by", "representative", "responsible", "said_by",
        "sent_by", "settled_by", "signatories", "tester", "undone_by", "written_by",
    }
)  # fmt: skip
"""Keys of entries under which somebody is named, or is reached."""
BESIDE = frozenset({"name", "nom", "prenom", "first_name", "last_name", "phone", "telephone", "capacity", "fonction"})
"""Keys that are about the person whose address stands in the same mapping."""
ADDRESS = expression(r"[^\s@<>(),;:\"'«»]{1,64}@[^\s@<>(),;:\"'«»]{1,253}")
LONGEST_NAME = 200

Seal = Callable[[str, str], str]
"""From the person a text is about, and the text, what is stored."""


def at_address(address: str) -> str:
    """A person known by an address.

    >>> at_address(" Claire@Verdelet.example")
    'address:claire@verdelet.example'
    """
    return f"address:{address.strip().lower()}"


def under_name(name: str, vendor_id: int | None) -> str:
    """A person known by a name, at a vendor; at none, one of ours.

    >>> under_name("Hélène  ROUX, présidente", 12), under_name("Hélène Roux", None)
    ('name:helene roux:12', 'name:helene roux:0')
    """
    return f"name:{_folded(name.partition(',')[0])[:LONGEST_NAME]}:{vendor_id or 0}"


def _folded(name: str) -> str:
    """Without accents, case, nor spaces that do not count."""
    letters = (one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join("".join(letters).casefold().split())


def addresses_in(text: str) -> list[str]:
    """The addresses that a text holds, each once.

    >>> addresses_in("Hélène Roux <h@a.example>, k@b.example.")
    ['h@a.example', 'k@b.example']
    """
    if "@" not in text:
        return []
    return list(dict.fromkeys(found.strip(".").lower() for found in ADDRESS.findall(text)))


@dataclass(frozen=True)
class Speaking:
    """Who an entry is written by and about, beside what it holds."""

    actor_name: str
    actor: str = ""
    """The person who acted (`at_address`); empty when nobody did."""
    subject: str = ""
    """The person that the row is, when it is one."""
    vendor_id: int | None = None


def sealed_label(label: str, who: Speaking, seal: Seal) -> str:
    """The label of the row: that of a person is about that person."""
    persons = _addressed(label) or ([who.subject] if who.subject else [])
    return _sealed(label, persons, seal)


def sealed_values(values: Mapping[str, Any], who: Speaking, seal: Seal) -> dict[str, Any]:
    """Values of an entry, those about a person as `seal` gives them.

    >>> who, mark = Speaking("Claire", "address:c@a.example", vendor_id=3), lambda person, text: f"<{person}>"
    >>> sealed_values({"closed_by": "Claire", "tester": "Léo", "why": "Dit à l@b.example", "n": 1}, who, mark)
    {'closed_by': '<address:c@a.example>', 'tester': '<name:leo:3>', 'why': '<address:l@b.example>', 'n': 1}
    >>> sealed_values({"given": [{"nom": "Léo", "email": "l@b.example", "ville": "Nantes"}]}, who, mark)
    {'given': [{'nom': '<address:l@b.example>', 'email': '<address:l@b.example>', 'ville': 'Nantes'}]}
    """
    beside = who.subject
    address = values.get("email")
    if isinstance(address, str) and (found := addresses_in(address)):
        beside = at_address(found[0])
    return {key: _value(key, value, beside, who, seal) for key, value in values.items()}


def _value(key: str, value: Any, beside: str, who: Speaking, seal: Seal) -> Any:
    if isinstance(value, Mapping):
        return sealed_values(value, who, seal)
    if isinstance(value, list):
        return [_value(key, one, beside, who, seal) for one in value]
    if not isinstance(value, str) or not value:
        return value
    return _sealed(value, list(_persons(key, value, beside, who)), seal)


def _persons(key: str, text: str, beside: str, who: Speaking) -> Iterator[str]:
    if addressed := _addressed(text):
        yield from addressed
    elif beside and key in BESIDE:
        yield beside
    elif who.actor and text == who.actor_name:
        yield who.actor
    elif key in NAMED:
        yield under_name(text, who.vendor_id)


def _addressed(text: str) -> list[str]:
    return [at_address(one) for one in addresses_in(text)]


def _sealed(text: str, persons: list[str], seal: Seal) -> str:
    """Under one key after the other: whichever is destroyed, nothing of it is read again."""
    for person in persons:
        text = seal(person, text)
    return text
