"""How the journal's page says an action, an object, a field or a value; each domain names its own when loaded."""

from collections.abc import Callable, Mapping

from portal.core.dataclass import dataclass
from portal.core.language import N_, Language, Sentence

ACTIONS: dict[str, str] = {}
OBJECTS: dict[str, str] = {}
FAMILIES: dict[str, str] = {}
FIELDS: dict[str, str | Sentence] = {}
"""By key, what the lowest domain that names it calls it: what an action is read by that names none of its own."""
VALUES: dict[str, Mapping[str, str]] = {}
OWN: dict[str, "OwnWords"] = {}
"""By action, the words of the domain that writes it: `title` is not one thing for a contract and for a finding."""

Reader = Callable[[str, Language], str]
"""From what an entry holds of a field, in French words, what it says in a language."""


@dataclass(frozen=True)
class OwnWords:
    """How the domain that writes an action calls its fields and their values."""

    fields: Mapping[str, str | Sentence]
    values: Mapping[str, Mapping[str, str]]
    read: Mapping[str, Reader]


def name_words(
    *,
    actions: Mapping[str, str] | None = None,
    objects: Mapping[str, str] | None = None,
    families: Mapping[str, str] | None = None,
    fields: Mapping[str, str | Sentence] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    read: Mapping[str, Reader] | None = None,
) -> None:
    """Give names (marked with N_) to what a domain writes in the journal.

    `actions` by code (`user.created`), `objects` by class, `families` by the first word of codes (what the page filters
    by), `fields` by key, the values of some fields, and how some that were written in French are read in a language.
    """
    own = OwnWords(fields or {}, values or {}, read or {})
    OWN.update(dict.fromkeys(actions or {}, own))
    ACTIONS.update(actions or {})
    OBJECTS.update(objects or {})
    FAMILIES.update(families or {})
    for name, called in own.fields.items():
        FIELDS.setdefault(name, called)
    for name, words in own.values.items():
        VALUES[name] = {**words, **VALUES.get(name, {})}


def field_name(action: str, name: str) -> str | Sentence:
    """What a field of an entry is called, to be said; its key when nobody has named it."""
    own = OWN.get(action)
    return own.fields[name] if own and name in own.fields else FIELDS.get(name, name)


def value_names(action: str, name: str) -> Mapping[str, str]:
    """What the values of a field of an entry are called, by value."""
    held = VALUES.get(name, {})
    own = OWN.get(action)
    return {**held, **own.values[name]} if own and name in own.values else held


def reader_of(action: str, name: str) -> Reader | None:
    """What reads a field of an entry in a language, when it was written in French words."""
    own = OWN.get(action)
    return own.read.get(name) if own else None


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
