"""What is known of a breach, phase after phase (RGPD art. 33(3) and (4)); pure, kept as JSON."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.vendors.rules.facts import Labelled


class BreachNature(Labelled):
    """What was lost of the data's security (RGPD art. 4(12))."""

    CONFIDENTIALITY = "confidentialite", N_("Quelqu'un a pu voir ou prendre les données")
    INTEGRITY = "integrite", N_("Les données ont pu être modifiées")
    AVAILABILITY = "disponibilite", N_("Les données sont perdues ou inaccessibles")


class BreachCause(Labelled):
    """Where it comes from, as far as is known."""

    UNKNOWN = "inconnue", N_("Je ne sais pas encore")
    ATTACK = "attaque", N_("Un acte malveillant (piratage, hameçonnage, rançongiciel…)")
    ERROR = "erreur", N_("Une erreur humaine (mauvais destinataire, mauvais réglage…)")
    LOSS = "perte", N_("Un appareil ou un document perdu ou volé")
    FAILURE = "panne", N_("Une panne")
    OTHER = "autre", N_("Autre chose")


@dataclass(frozen=True)
class BreachFacts:
    """What somebody says of a breach; what is not known yet is empty."""

    what: str = ""
    noticed_at: datetime | None = None
    """When the vendor became aware of it."""
    began_at: datetime | None = None
    nature: tuple[str, ...] = ()
    cause: str = BreachCause.UNKNOWN.value
    services: tuple[int, ...] = ()
    """Numbers of the services concerned."""
    categories: tuple[str, ...] = ()
    """Categories of data, special ones included."""
    subjects: tuple[str, ...] = ()
    persons: int | None = None
    records: int | None = None
    consequences: str = ""
    measures: str = ""
    contact: str = ""
    """Who can be asked more: a name with an address or a number."""

    def plain(self) -> dict[str, Any]:
        """As JSON values; what is not known is left out."""
        found: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value in ("", None, ()):
                continue
            held = value.isoformat() if isinstance(value, datetime) else value
            found[one.name] = list(held) if isinstance(held, tuple) else held
        return found

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "BreachFacts":
        """What `plain` made, back."""
        values = dict(held)
        for name in ("noticed_at", "began_at"):
            if name in values:
                values[name] = datetime.fromisoformat(values[name])
        for name in ("nature", "services", "categories", "subjects"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)


def changed_fields(before: BreachFacts, after: BreachFacts) -> dict[str, Any]:
    """What a phase says anew, as JSON values; what it empties is none."""
    was, now = before.plain(), after.plain()
    return {name: now.get(name) for name in was | now if was.get(name) != now.get(name)}


def former_values(before: BreachFacts, changed: Mapping[str, Any]) -> dict[str, Any]:
    """What stood in the place of what a phase says anew, as JSON values."""
    was = before.plain()
    return {name: was.get(name) for name in changed}


def retained(ours: BreachFacts, vendor_before: BreachFacts, vendor_now: BreachFacts) -> BreachFacts:
    """The facts we retain once the vendor says more: a value we had corrected ourselves is not written over.

    >>> was, now = BreachFacts(persons=800), BreachFacts(persons=1200, records=3)
    >>> (retained(was, was, now).persons, retained(BreachFacts(persons=900), was, now).persons)
    (1200, 900)
    """
    moved = {
        one.name: getattr(vendor_now, one.name)
        for one in fields(BreachFacts)
        if getattr(ours, one.name) == getattr(vendor_before, one.name)
    }
    return replace(ours, **moved)


def differences(ours: BreachFacts, vendor: BreachFacts) -> tuple[str, ...]:
    """Names of what the vendor says otherwise than we retain."""
    return tuple(one.name for one in fields(BreachFacts) if getattr(ours, one.name) != getattr(vendor, one.name))
