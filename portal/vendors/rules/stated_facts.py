"""What somebody states of services at once: what changes, and what stays as it was because it was known."""

from collections.abc import Mapping
from typing import Any

from portal.vendors.rules.facts import (
    VULNERABLE_SUBJECTS,
    Access,
    Chain,
    Criticality,
    CustomerRelation,
    DataCategory,
    DataSubject,
    SpecialCategory,
    Volume,
)

FACT_COLUMNS = (
    "categories", "has_special", "special_categories", "subjects", "volume", "locations", "access", "criticality",
    "customer_relation", "chain", "handles_withdrawals", "hosts_health_data", "uses_ai", "is_cloud", "concerns_minors",
)  # fmt: skip
"""The columns of a service that a few plain questions fill; `special_categories` goes with `has_special`."""
_LISTS: Mapping[str, type] = {
    "categories": DataCategory, "special_categories": SpecialCategory, "subjects": DataSubject,
}  # fmt: skip
_WORDS: Mapping[str, type] = {
    "volume": Volume, "access": Access, "customer_relation": CustomerRelation, "chain": Chain,
}  # fmt: skip


def is_unknown(value: Any) -> bool:
    """Whether nobody has said: nothing, no item of a list, or the word for it.

    >>> [is_unknown(x) for x in (None, [], Volume.UNKNOWN, False, ["clients"])]
    [True, True, True, False, False]
    """
    return value is None or value in ([], "") or value in (Volume.UNKNOWN, Access.UNKNOWN)


def changed_facts(current: Mapping[str, Any], stated: Mapping[str, Any], *, replace: bool) -> dict[str, Any]:
    """The columns of a service that become something else; what is known stays unless `replace`.

    >>> changed_facts({"volume": Volume.UNKNOWN, "chain": Chain.NONE}, {"volume": Volume.OVER_1M, "chain": Chain.DEEP},
    ...               replace=False)
    {'volume': <Volume.OVER_1M: 'plus_1000000'>}
    """
    wanted = {name: value for name, value in stated.items() if not is_unknown(value)}
    if wanted.get("has_special") is False:
        wanted["special_categories"] = []
    if wanted.get("special_categories"):
        wanted["has_special"] = True
    said_special = not is_unknown(current.get("has_special")) or not is_unknown(current.get("special_categories"))
    found = {}
    for name, value in wanted.items():
        known = said_special if name in {"has_special", "special_categories"} else not is_unknown(current.get(name))
        if current.get(name) != value and (replace or not known):
            found[name] = value
    if "subjects" in found:
        found["has_vulnerable"] = bool(VULNERABLE_SUBJECTS & set(found["subjects"]))
    return found


def as_stored(stated: Mapping[str, Any]) -> dict[str, Any]:
    """What was stated as JSON keeps it; what was left open is not there.

    >>> as_stored({"volume": Volume.OVER_1M, "access": Access.UNKNOWN, "criticality": Criticality.USEFUL})
    {'volume': 'plus_1000000', 'criticality': 2}
    """
    return {name: _plain(value) for name, value in stated.items() if name in FACT_COLUMNS and not is_unknown(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(getattr(one, "value", one)) for one in value]
    return value if isinstance(value, bool) else getattr(value, "value", value)


def read_stored(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was stated, as columns of a service; a word of another version is left out.

    >>> read_stored({"volume": "plus_1000000", "criticality": 2, "access": "autrefois", "subjects": ["clients"]})
    {'volume': <Volume.OVER_1M: 'plus_1000000'>, 'criticality': 2, 'subjects': ['clients']}
    """
    found: dict[str, Any] = {}
    for name, value in kept.items():
        if name in _LISTS:
            found[name] = [one for one in value if one in {member.value for member in _LISTS[name]}]  # type: ignore[attr-defined]
        elif name in _WORDS:
            if value in {member.value for member in _WORDS[name]}:  # type: ignore[attr-defined]
                found[name] = _WORDS[name](value)
        elif name == "criticality":
            found[name] = int(Criticality(value))
        elif name in FACT_COLUMNS:
            found[name] = value
    return found
