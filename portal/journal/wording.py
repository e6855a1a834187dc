"""How the journal's page says an action, an object, a field or a value; each domain names its own when loaded."""

from collections.abc import Mapping

from portal.core.language import N_, Sentence

ACTIONS: dict[str, str] = {}
OBJECTS: dict[str, str] = {}
FAMILIES: dict[str, str] = {}
FIELDS: dict[str, str | Sentence] = {}
VALUES: dict[str, Mapping[str, str]] = {}


def name_words(
    *,
    actions: Mapping[str, str] | None = None,
    objects: Mapping[str, str] | None = None,
    families: Mapping[str, str] | None = None,
    fields: Mapping[str, str | Sentence] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Give names (marked with N_) to what a domain writes in the journal.

    `actions` by code (`user.created`), `objects` by class, `families` by the first word of codes (what the page filters
    by), `fields` by key, and the values of some fields.
    """
    ACTIONS.update(actions or {})
    OBJECTS.update(objects or {})
    FAMILIES.update(families or {})
    FIELDS.update(fields or {})
    for name, words in (values or {}).items():
        VALUES[name] = {**VALUES.get(name, {}), **words}


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
