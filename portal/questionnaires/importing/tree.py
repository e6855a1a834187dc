"""What JSON, YAML and XML come to once read, and safe ways into it: a field that is missing or odd is merely empty."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element  # nosec B405 - the type alone; files are parsed by defusedxml

from portal.core.errors import Refused
from portal.core.language import say

DEEPEST = 100
MOST_NODES = 1_000_000
LONGEST_TEXT = 200_000
"""Characters of one text; the longest of the public catalogues has some 10,000."""


def check_size(value: Any) -> None:
    """Refuse what is nested deeper, or holds more, than any questionnaire; raises Refused."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    seen = 0
    while waiting:
        one, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST:
            raise Refused(say("Ce fichier imbrique trop de niveaux."))
        if seen > MOST_NODES:
            raise Refused(say("Ce fichier contient plus de valeurs qu'un questionnaire n'en a besoin."))
        if isinstance(one, str) and len(one) > LONGEST_TEXT:
            raise Refused(say("Un texte de ce fichier dépasse %(count)s caractères.", count=LONGEST_TEXT))
        waiting += [(inner, depth + 1) for inner in _inside(one)]


def _inside(one: Any) -> Iterator[Any]:
    if isinstance(one, Mapping):
        yield from one.values()
    elif isinstance(one, list):
        yield from one
    elif isinstance(one, Element):
        yield one.text or ""
        yield from one


def table(value: Any) -> Mapping[str, Any]:
    """The value when it is a table, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def tables(value: Any) -> list[Mapping[str, Any]]:
    """The tables of a list; one alone is a list of one."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def entries(value: Any) -> list[Any]:
    """The items of a list; one value alone is a list of one, nothing is none."""
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def words(value: Any) -> str:
    """The value as text: a number as typed, nothing for what is no single value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""


def number(value: Any) -> float | None:
    """The value as a number, also when it was written as a text; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", "."))
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and abs(value) < 1e12 else None


def flag(value: Any) -> bool:
    """Whether the value says yes, as a truth value or in a word."""
    return value is True or words(value).strip().lower() in {"true", "yes", "1", "oui"}


def first(found: Mapping[str, Any], names: Sequence[str]) -> Any:
    """What stands under the first of these names that holds something."""
    return next((found[name] for name in names if found.get(name) not in (None, "", [])), None)
