"""How the journal's page says an action, an object, a field or a value; each domain names its own when loaded."""

from collections.abc import Mapping

ACTIONS: dict[str, str] = {}
OBJECTS: dict[str, str] = {}
FIELDS: dict[str, str] = {}
VALUES: dict[str, Mapping[str, str]] = {}


def name_words(
    *,
    actions: Mapping[str, str] | None = None,
    objects: Mapping[str, str] | None = None,
    fields: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Give names (marked with N_) to a domain's action codes, table names, fields, and the values of some fields."""
    ACTIONS.update(actions or {})
    OBJECTS.update(objects or {})
    FIELDS.update(fields or {})
    VALUES.update(values or {})


def families() -> list[str]:
    """The first words of the known actions, sorted: what the page filters by."""
    return sorted({action.partition(".")[0] for action in ACTIONS})
