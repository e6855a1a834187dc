"""How the journal's page says an action, an object, a field or a value; each domain names its own when loaded."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import N_, Language, Sentence

ACTIONS: dict[str, str] = {}
OBJECTS: dict[str, str] = {}
FAMILIES: dict[str, str] = {}
FieldName = str | Sentence | Callable[[Language], str]
"""What a field is called: words of ours, or, by language, those of a data file, which is read when they are asked."""
FIELDS: dict[str, FieldName] = {}
"""By key, what the lowest domain that names it calls it: what an action is read by that names none of its own."""
VALUES: dict[str, Mapping[str, str]] = {}
OWN: dict[str, "OwnWords"] = {}
"""By action, the words of the domain that writes it: `title` is not one thing for a contract and for a finding."""

Reader = Callable[[str, Language], str]
"""From what an entry holds of a field, a code or French words, what it says in a language."""
Teller = Callable[[Any, Mapping[str, Any], Language], str]
"""What a field says in a language, whole, from its value and the others of the entry; empty when it cannot tell."""
READERS: dict[str, Reader] = {}
"""By key, what reads a field for the domain whose name it has in `FIELDS`."""


@dataclass(frozen=True)
class OwnWords:
    """How the domain that writes an action calls its fields and their values."""

    fields: Mapping[str, FieldName]
    values: Mapping[str, Mapping[str, str]]
    read: Mapping[str, Reader]
    tell: Mapping[str, Teller]


def name_words(
    *,
    actions: Mapping[str, str] | None = None,
    objects: Mapping[str, str] | None = None,
    families: Mapping[str, str] | None = None,
    fields: Mapping[str, FieldName] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    read: Mapping[str, Reader] | None = None,
    tell: Mapping[str, Teller] | None = None,
) -> None:
    """Give names (marked with N_) to what a domain writes in the journal.

    `actions` by code (`user.created`), `objects` by class, `families` by the first word of codes (what the page filters
    by), `fields` by key, the values of some fields, and how some that are codes or French words are read in a language;
    `tell` is for those that only the rest of the entry explains.
    """
    own = OwnWords(fields or {}, values or {}, read or {}, tell or {})
    OWN.update(dict.fromkeys(actions or {}, own))
    ACTIONS.update(actions or {})
    OBJECTS.update(objects or {})
    FAMILIES.update(families or {})
    for name, called in own.fields.items():
        if name not in FIELDS and name in own.read:
            READERS[name] = own.read[name]
        FIELDS.setdefault(name, called)
    for name, words in own.values.items():
        VALUES[name] = {**words, **VALUES.get(name, {})}


def field_name(action: str, name: str, language: Language) -> str | Sentence:
    """What a field of an entry is called, to be said; its key when nobody has named it."""
    own = OWN.get(action)
    return _called(own.fields[name] if own and name in own.fields else FIELDS.get(name, name), language)


def _called(called: FieldName, language: Language) -> str | Sentence:
    return called if isinstance(called, str | Sentence) else called(language)


def shared_names(language: Language) -> dict[str, str | Sentence]:
    """What fields are called when the domain that writes them has no name of its own for them, by key."""
    return {name: _called(called, language) for name, called in FIELDS.items()}


def own_names(language: Language) -> dict[str, dict[str, str | Sentence]]:
    """By action, the fields that its domain calls otherwise than the others."""
    found = {
        action: {name: _called(called, language) for name, called in own.fields.items() if called != FIELDS[name]}
        for action, own in OWN.items()
    }
    return {action: names for action, names in found.items() if names}


def value_names(action: str, name: str) -> Mapping[str, str]:
    """What the values of a field of an entry are called, by value."""
    held = VALUES.get(name, {})
    own = OWN.get(action)
    return {**held, **own.values[name]} if own and name in own.values else held


def reader_of(action: str, name: str) -> Reader | None:
    """What reads a field of an entry in a language, when it holds a code or French words."""
    own = OWN.get(action)
    if own and (name in own.read or name in own.fields):
        return own.read.get(name)
    return READERS.get(name)


def teller_of(action: str, name: str) -> Teller | None:
    """What says a field of an entry whole, beside the others."""
    own = OWN.get(action)
    return own.tell.get(name) if own else None


name_words(
    actions={
        "journal.proof_given": N_("Preuve d'une écriture donnée"),
        "journal.anchor_accepted": N_("Ancre du journal reprise"),
        "journal.restored": N_("Portail restauré d'une sauvegarde"),
        "journal.keyed": N_("Journal scellé avec sa clé"),
    },
    objects={"ProvenEntry": N_("Écriture du journal"), "Anchor": N_("Ancre du journal")},
    families={"journal": N_("Journal")},
    fields={
        "head": N_("Écritures signées"),
        "backup": N_("Sauvegarde du"),
        "found": N_("Ce qui ne s'accordait pas"),
        "entries": N_("Écritures"),
        "versions": N_("Versions de fiches d'avant la clé"),
        "digest": N_("Empreinte"),
    },
)
