"""What does not fit of a piece: what was read in it, and beside that what its vendor says of it; pure.

Said in the same words to the vendor before it sends and to whoever reads; it prevents nothing and weighs nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import say
from portal.evidence.reading.document_kind import NONE
from portal.evidence.reading.doubts import CERTIFICATES, Doubt, ProofSetting, doubts_of, names_service

MANY_ANSWERS = 4
"""Answers to which one file may be joined, without being of a kind that answers them, before it is remarked upon."""


@dataclass(frozen=True)
class SaidOfPiece:
    """What a vendor says of a piece, and what follows from it."""

    kind: str = ""
    scope: str = ""
    standard: str = ""
    """As read in the file."""
    issued_on: date | None = None
    expires_on: date | None = None
    until: date | None = None
    """Its last good day, for the question it stands under or for any."""
    edition_until: date | None = None
    """Last day that the edition of its standard counts."""
    spread: int = 0
    """Answers that it is joined to without being of a kind that answers them."""


def doubts_on(
    said: SaidOfPiece, reading: Mapping[str, Any] | None, beside: ProofSetting, today: date
) -> list[Doubt]:  # fmt: skip
    """What does not fit, the gravest first.

    >>> said = SaidOfPiece(kind="iso27001", scope="La paie", until=date(2025, 12, 31))
    >>> len(doubts_on(said, None, ProofSetting(["Nuage"], ["Azur Sign"]), date(2026, 1, 1)))
    2
    """
    read = doubts_of(reading, beside, today)
    told = {str(doubt.said) for doubt in read}
    return [*read, *(doubt for doubt in _said(said, reading, beside, today) if str(doubt.said) not in told)]


def _said(
    said: SaidOfPiece, reading: Mapping[str, Any] | None, beside: ProofSetting, today: date
) -> Iterator[Doubt]:  # fmt: skip
    reading = reading if reading and reading["kind"]["value"] != NONE else None
    if said.edition_until is not None and said.edition_until < today:
        told = say(
            "Sa norme, %(standard)s, ne compte plus : elle comptait jusqu'au %(day)s.",
            standard=said.standard,
            day=said.edition_until,
        )
        yield Doubt(told)
    elif said.until is not None and said.until < today and not (reading and _ended(reading, today)):
        yield Doubt(say("Il n'est plus valable : il l'était jusqu'au %(day)s.", day=said.until))
    if reading:
        yield from _contradicted(said, reading)
    typed = said.scope if said.kind in CERTIFICATES and not (reading and reading["scope"]) else ""
    if typed and not names_service(typed, beside.services):
        yield Doubt(say("Le service que vous nous rendez n'y est pas nommé."))
    if said.spread >= MANY_ANSWERS:
        yield Doubt(say("Ce même fichier est joint à %(count)s réponses : répond-il à chacune ?", count=said.spread))


def _ended(reading: Mapping[str, Any], today: date) -> bool:
    end = reading["expires_on"]
    return bool(end) and date.fromisoformat(end["value"]) < today


def _contradicted(said: SaidOfPiece, reading: Mapping[str, Any]) -> Iterator[Doubt]:
    kind, end, issued = reading["kind"], reading.get("expires_on"), reading.get("issued_on")
    if said.kind and said.kind != kind["value"]:
        yield Doubt(say("Il est décrit autrement qu'il ne se présente."), (kind["quote"],))
    if end and said.expires_on and said.expires_on > date.fromisoformat(end["value"]):
        yield Doubt(say("La date de fin indiquée dépasse celle qui y est écrite."), (end["quote"],))
    if issued and said.issued_on and said.issued_on > date.fromisoformat(issued["value"]):
        yield Doubt(say("La date indiquée est plus récente que celle qui y est écrite."), (issued["quote"],))


def unproved_claims(
    chosen: Mapping[str, str], kinds: Sequence[str], labels: Mapping[str, str]
) -> Iterator[Doubt]:  # fmt: skip
    """Certificates that an answer claims and of which no file beside it is one.

    >>> len(list(unproved_claims({"iso-27001": "iso27001"}, ["hds"], {"iso-27001": "ISO 27001"})))
    1
    """
    for value, kind in chosen.items():
        if kind not in kinds:
            yield Doubt(
                say("La réponse annonce « %(what)s », qu'aucun fichier joint n'atteste.", what=labels.get(value, value))
            )
