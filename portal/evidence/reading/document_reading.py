"""What a document handed in as proof says of itself, each thing with the passage that says it."""

import re
from collections.abc import Iterable
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.document import SourceDocument
from portal.evidence.reading import extents
from portal.evidence.reading.dated import dated_facts
from portal.evidence.reading.document_kind import NONE
from portal.evidence.reading.kind_of import kind_of
from portal.evidence.reading.names import Name, parties
from portal.evidence.reading.printed_text import PrintedText
from portal.evidence.reading.words import WORDS

HEAD, TAIL = 60_000, 15_000
"""Characters of a long report that are searched for who, what and when; limits are looked for everywhere."""
_SOC_NAME = expression(r"^\W?soc\)? ?2 ?[®™]?[ ,–-]{0,3}", re.IGNORECASE)
_FOR_ITSELF = expression(r"extension (?:of|de)[^|\n.;]{0,40}\Z|en extension[^|\n.;]{0,40}\Z")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Something a document says, and the passage, word for word, that says it; a day is written `2026-03-31`."""

    value: str
    quote: str


@dataclass(frozen=True)
class EvidenceReading:
    """All that was read of one document; `kind` is `none` for what proves nothing, and then the rest is empty."""

    kind: Quoted
    issuer: Quoted | None = None
    holder: Quoted | None = None
    standard: Quoted | None = None
    scope: tuple[Quoted, ...] = ()
    sites: tuple[Quoted, ...] = ()
    issued_on: Quoted | None = None
    period_from: Quoted | None = None
    period_to: Quoted | None = None
    expires_on: Quoted | None = None
    exceptions: tuple[Quoted, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What the command prints; all but the kind is null for what proves nothing."""
        nothing = self.kind.value == NONE
        return {
            name: None if nothing and name != "kind" else _plain(getattr(self, name))
            for name in self.__dataclass_fields__
        }


def _plain(found: Quoted | tuple[Quoted, ...] | None) -> Any:
    if isinstance(found, tuple):
        return [_plain(one) for one in found]
    return found and {"value": found.value, "quote": found.quote}


def read_evidence(document: SourceDocument) -> EvidenceReading:
    """Read a document as proof.

    >>> from portal.documents_in.reader import read_document
    >>> said = "Certificat\\n\\nAlpha Audit certifie que la société Nuage SAS est conforme à ISO/IEC 27001:2022.\\n"
    >>> found = read_evidence(read_document(said.encode(), "a.txt"))
    >>> found.kind.value, found.issuer.value, found.holder.value, found.standard.value
    ('iso27001', 'Alpha Audit', 'Nuage SAS', 'ISO/IEC 27001:2022')
    """
    text = PrintedText(document)
    limit = min(HEAD, len(text.text))
    kind, place = kind_of(text, limit)
    if kind == NONE:
        return EvidenceReading(Quoted(NONE, text.quote(0) if text.segments else ""))
    issuer, holder = parties(text, kind, limit)
    days = dated_facts(text, kind, [(0, limit), (max(limit, len(text.text) - TAIL), len(text.text))])

    def day(found: tuple[Any, int] | None) -> Quoted | None:
        return found and Quoted(found[0].isoformat(), text.quote(found[1]))

    return EvidenceReading(
        kind=Quoted(kind, text.quote(place or 0)),
        issuer=_name(text, issuer),
        holder=_name(text, holder),
        standard=_standard(text, kind, limit),
        scope=_passages(text, extents.scope_of(text, kind, limit)),
        sites=_passages(text, extents.sites_of(text, kind, holder, limit)),
        issued_on=day(days.issued_on),
        period_from=day(days.period_from),
        period_to=day(days.period_to),
        expires_on=day(days.expires_on),
        exceptions=_passages(text, extents.limits_of(text)),
    )


def _name(text: PrintedText, found: Name | None) -> Quoted | None:
    return Quoted(found.value, text.quote(found.start, found.end)) if found else None


def _passages(text: PrintedText, places: Iterable[tuple[int, int]]) -> tuple[Quoted, ...]:
    return tuple(Quoted(text.text[start:end], text.quote(start, end)) for start, end in places)


def _standard(text: PrintedText, kind: str, limit: int) -> Quoted | None:
    """The standard it is against, as printed: the mention that names its edition first."""
    every = ([*pattern.finditer(text.folded, 0, limit)] for pattern in WORDS["standards"].get(kind, ()))
    found = next((matches for matches in every if matches), [])
    if not found:
        return None
    dated = [
        match
        for match in found
        if re.search(r"[:-] ?\d{4}$|type|version|v\d|rev|level|niveau|guide", match[0])
        and not _FOR_ITSELF.search(text.folded[max(0, match.start() - 50) : match.start()])
    ]
    chosen = (dated or found)[0]
    value = text.text[chosen.start() : chosen.end()].strip(" ,-–(:")
    if value.count(")") > value.count("("):
        value = value.replace(")", "")
    if kind in ("soc2", "bridge_letter"):
        value = _SOC_NAME.sub("SOC 2 ", value).strip()
    return Quoted(value, text.quote(chosen.start(), chosen.end()))
