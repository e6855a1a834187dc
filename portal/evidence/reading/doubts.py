"""What a document read as a proof does not fit: its kind, holder, scope and end, and the answer beside it; pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.evidence.reading.document_kind import NONE
from portal.evidence.reading.printed_text import fold

CERTIFICATES = frozenset(["iso27001", "iso27701", "soc2", "hds", "gdpr_certification", "code_of_conduct"])
CLAIMED = {
    "iso-27001": "iso27001", "iso-27701": "iso27701", "hds": "hds", "soc2": "soc2", "art42": "gdpr_certification",
    "code-de-conduite": "code_of_conduct",
}  # fmt: skip
"""The offered answers that claim a certificate, and its kind."""
_WORD = expression(r"[a-z0-9]{4,40}")
_COMMON = frozenset(
    [
        "service",
        "services",
        "plateforme",
        "platform",
        "hebergement",
        "hosting",
        "logiciel",
        "software",
        "solution",
        "gestion",
        "application",
        "client",
        "clients",
        "donnees",
        "data",
        "support",
        "centre",
        "contact",
        "relation",
        "management",
        "system",
        "systeme",
        "societe",
        "company",
        "group",
        "groupe",
        "holding",
        "limited",
        "corp",
        "gmbh",
        "sarl",
        "france",
        "europe",
        "international",
        "pour",
        "avec",
        "with",
        "from",
        "dans",
        "vers",
        "online",
        "ligne",
        "numerique",
    ]
)
SHOWN = 3
"""Exceptions quoted at most."""


@dataclass(frozen=True)
class Doubt:
    """One thing to look at before relying on a proof, with the passages that say it."""

    said: Sentence
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProofSetting:
    """What a proof is beside: whose it is, what is done for us, what the question asks and what was answered."""

    names: Sequence[str]
    """Of the vendor: trade name, legal name."""
    services: Sequence[str] = ()
    kinds: Collection[str] = ()
    """Kinds that answer the question; empty for any."""
    chosen: Collection[str] = ()
    """Values of the answer."""
    offered: Collection[str] = ()
    """Values that the question offers."""


def doubts_of(reading: Mapping[str, Any] | None, beside: ProofSetting, today: date) -> list[Doubt]:
    """What does not fit, the gravest first; nothing for a file that was not read.

    >>> certificate = {"kind": {"value": "none", "quote": "Notre brochure"}}
    >>> [str(doubt.said) for doubt in doubts_of(certificate, ProofSetting(["Nuage"]), date(2026, 1, 1))]
    ['Ce document n’atteste de rien\u202f: il annonce, propose ou promet.']
    """
    if not reading:
        return []
    kind = reading["kind"]["value"]
    if kind == NONE:
        return [Doubt(say("Ce document n'atteste de rien : il annonce, propose ou promet."))]
    return list(_doubts(kind, reading, beside, today))


def _doubts(kind: str, reading: Mapping[str, Any], beside: ProofSetting, today: date) -> Iterator[Doubt]:
    claimed = {CLAIMED[value] for value in beside.chosen if value in CLAIMED}
    offered = {CLAIMED[value] for value in beside.offered if value in CLAIMED}
    if (beside.kinds and kind not in beside.kinds) or (kind in offered and kind not in claimed):
        yield Doubt(say("Ce document n'est pas de ceux que votre réponse annonce."), (reading["kind"]["quote"],))
    end = reading["expires_on"]
    if end and date.fromisoformat(end["value"]) < today:
        told = say("Il n'est plus valable : il l'était jusqu'au %(day)s.", day=date.fromisoformat(end["value"]))
        yield Doubt(told, (end["quote"],))
    holder = reading["holder"]
    if holder and not shares_word(holder["value"], beside.names):
        yield Doubt(say("Il est au nom de « %(holder)s ».", holder=holder["value"]), (holder["quote"],))
    scope = " ".join(one["value"] for one in reading["scope"])
    if kind in CERTIFICATES and scope and not names_service(scope, beside.services):
        yield Doubt(say("Le service que vous nous rendez n'y est pas nommé."), (reading["scope"][0]["quote"],))
    if quotes := tuple(one["quote"] for one in reading["exceptions"][:SHOWN]):
        yield Doubt(say("Il fait des exceptions : dites si elles touchent ce que vous faites pour nous."), quotes)


def names_service(scope: str, services: Sequence[str]) -> bool:
    """Whether a scope names one of the services, by a word of its own; true when no service has such a word.

    >>> names_service("Exploitation de la plateforme Azur Sign", ["Azur Sign"]), names_service("La paie", ["Azur Sign"])
    (True, False)
    """
    telling = [service for service in services if _words(service)]
    return not telling or shares_word(scope, telling)


def shares_word(text: str, names: Sequence[str]) -> bool:
    """Whether a text holds a telling word of one of the names; names without one are held by any text."""
    telling = set().union(*map(_words, names)) if names else set()
    return not telling or bool(telling & _words(text)) or any(fold(name) in fold(text) for name in names if name)


def _words(name: str) -> set[str]:
    return set(_WORD.findall(fold(name))) - _COMMON
