"""Facts of a service in words, as a person reads what would change."""

from collections.abc import Mapping
from typing import Any

from portal.core.language import semicolon
from portal.vendors.place_names import place_names
from portal.vendors.rules.facts import Criticality, DataCategory, DataSubject, SpecialCategory
from portal.vendors.rules.stated_facts import is_unknown
from portal.web.text import _, current_language, said

_LISTS = {"categories": DataCategory, "special_categories": SpecialCategory, "subjects": DataSubject}


def stated_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What each fact is, what it was and what it becomes; what follows from another fact is not told twice."""
    names = {
        "categories": _("Catégories de données"), "has_special": _("Données sensibles"),
        "special_categories": _("Catégories de données sensibles"), "subjects": _("Personnes concernées"),
        "volume": _("Volume"), "locations": _("Localisation"), "access": _("Accès aux données"),
        "criticality": _("Criticité du service"), "customer_relation": _("Relation avec les personnes"),
        "chain": _("Sous-traitance ultérieure"), "handles_withdrawals": _("Rétractations de consommateurs"),
        "hosts_health_data": _("Hébergement de données de santé"), "uses_ai": _("Intelligence artificielle"),
        "is_cloud": _("Service d'informatique en nuage"), "concerns_minors": _("Mineurs"),
    }  # fmt: skip
    return [
        (name, fact_words(key, before.get(key)), fact_words(key, after[key]))
        for key, name in names.items()
        if key in after
    ]


def fact_words(name: str, value: Any) -> str:
    """One fact in the reader's language."""
    if is_unknown(value):
        return str(_("inconnu"))
    if isinstance(value, bool):
        return str(_("oui") if value else _("non"))
    if name in _LISTS:
        return semicolon(current_language()).join(said(_LISTS[name](one).label) for one in value)
    if name == "locations":
        return place_names(value, current_language())
    return said((Criticality(value) if name == "criticality" else value).label)
