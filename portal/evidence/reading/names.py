"""Who vouches for a document and whom it is about, as printed: legal entities, not their groups nor their brokers."""

import re
from collections.abc import Iterator

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind
from portal.evidence.reading.printed_text import PrintedText, fold
from portal.evidence.reading.words import WORDS, labelled, labels

_WORDS: dict[str, re.Pattern[str]] = WORDS["names"]
_FORM, _STOPS, _NOBODY, STREETS = (_WORDS[name] for name in ("form", "stops", "nobody", "streets"))
_CONNECTOR = frozenset(
    [
        "de",
        "du",
        "des",
        "et",
        "and",
        "of",
        "&",
        "the",
        "la",
        "le",
        "les",
        "-",
        "–",
        "en",
        "for",
        "pour",
        "d'",
        "+",
        "sur",
        "aux",
        "au",
        "y",
        "und",
    ]
)
LONGEST = 110
ALONE = 12
"""Characters that may stand before a name that has its line to itself."""
_LABEL = labels("holder", "labels")
_INSURER = expression(r"assur|insur|mutu")
_INSURER_FORM = expression(r"assurances? s\.?a|insurance (?:plc|company|limited|ltd|se)|mutuelle")
_PLACED = expression(r"\([A-Z][A-Za-zÀ-ÿ]{1,14}\)")
_SIGNING = expression(r"(?:pour|for|on behalf of|au nom de|for and on behalf of)(?: la societe| l'entreprise)? ")
_BROKERS = expression(r"broker|courtage|courtier")
_ENDS_SENTENCE = expression(r"(?<![\w.])(?!Inc|Ltd|Corp|Co\b)\w{2,8}\.\Z")
"""A legal form that is not written with a full stop, before one."""
_BRANCH = expression(r" [–-] [A-ZÀ-Ý][\w ]{1,25}(?:Branch|Division|Office)\b")
_THAT = expression(r"\b(?:that|que|qu')\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A name at `[start, end[` of the text."""

    value: str
    start: int
    end: int


def name_in(text: PrintedText, start: int, end: int) -> Name | None:
    """The first name that a passage opens with, or the legal entity it holds; None when it names nobody.

    A company of a group is told by its legal form: « Nuage Azur SAS (groupe Azur) » is Nuage Azur SAS.
    """
    end = min(end, start + 240)
    start = _skip(text, start, end)
    stop = _STOPS.search(text.text, start, end)
    limit = stop.start() if stop else end
    form = _FORM.search(text.text, start, end)
    if form and (found := _entity(text, start, form)) and _believable(found.value) and (
        found.start == start
        or limit >= form.start() - 2
        or not _believable(text.text[start:limit])
        or _is_group(text, start, form.end())
    ):  # fmt: skip
        return found
    value = text.text[start:limit].strip(" .,:;–-«»\"'“”*")
    if not _believable(value):
        return None
    first = text.text.index(value, start)
    return Name(value, first, first + len(value))


def _is_group(text: PrintedText, start: int, end: int) -> bool:
    return bool(_WORDS["group"].search(text.folded, start, end))


def _skip(text: PrintedText, start: int, end: int) -> int:
    """Past what leads to a name: « la société », quotes, spaces."""
    for _ in range(4):
        while start < end and text.text[start] in " :«\"'“*,.-–\n|":
            start += 1
        lead = _WORDS["leading"].match(text.folded[start:end])
        if not lead:
            break
        start += lead.end()
    return start


def _entity(text: PrintedText, start: int, form: re.Match[str]) -> Name | None:
    """The words before a legal form that make its name."""
    before = text.text[start : form.start()]
    words = list(re.finditer(r"\S+", before))
    first, kept = form.start(), 0
    for rank, word in enumerate(reversed(words)):
        token = word[0]
        if (token.endswith((";", ":", ")", "»", "|")) and not _PLACED.fullmatch(token)) or (
            token.endswith(",") and rank > 0
        ):
            break
        if token.endswith(".") and len(token) > 5 and not token[:-1].isupper() and rank > 0:
            break
        bare = token.strip("«\"“'(").rstrip(",")
        if bare[:2] in ("d'", "l'", "d’", "l’") and bare[2:3].isupper():
            first, kept = start + word.start() + token.index(bare) + 2, kept + 1
            break
        if (
            bare in ("I", "II", "1", "2")
            or not bare
            or not (bare[0].isupper() or bare[0].isdigit() or bare.lower() in _CONNECTOR or bare[0] in "&")
        ):
            if not (kept == 0 and bare.islower()):
                break
            break
        first, kept = start + word.start() + (len(token) - len(token.lstrip("«\"“'("))), kept + 1
    branch = _BRANCH.match(text.text, form.end())
    last = branch.end() if branch else form.end()
    while first < form.start() and (
        lead := re.match(
            r"(?:de|du|des|et|and|of|the|la|le|les|en|for|pour|au|aux|sur|-|–)\s", text.text[first : form.start()]
        )
    ):
        first += lead.end()
    first = _skip(text, first, form.start())
    value = text.text[first:last].strip()
    if _ENDS_SENTENCE.search(value):
        value = value[:-1]
    return Name(value, first, first + len(value)) if kept and first < form.start() else None


def _believable(value: str) -> bool:
    folded = fold(value)
    return (
        2 < len(value.strip()) <= LONGEST
        and value.strip()[0].isalnum()
        and not value.strip()[0].islower()
        and sum(map(str.isalpha, value)) > 2
        and not _NOBODY.search(folded[:6] if _FORM.search(value) else folded)
        and not _LABEL.fullmatch(folded.strip(" .:"))
        and not (STREETS.search(folded) and any(map(str.isdigit, value)))
        and len(value.split()) <= 12
    )


def _labelled_names(text: PrintedText, limit: int, *path: str) -> Iterator[Name]:
    for one in labelled(text, labels(*path), limit):
        if found := name_in(text, one.start, one.end):
            yield found


def _subject(text: PrintedText, place: int) -> Name | None:
    """Who does what is said at a place: the words before it in its sentence."""
    first, _ = text.sentence_at(place)
    if place - first < 2:
        return None
    return name_in(text, first, place)


def _acting(text: PrintedText, limit: int, pattern: re.Pattern[str]) -> Iterator[Name]:
    for match in pattern.finditer(text.folded, 0, limit):
        found = _subject(text, match.start())
        if found:
            yield found


def _announced(text: PrintedText, limit: int) -> Iterator[Name]:
    """Names that an act announces: « certifie que … : X », on the same line or one of the next three."""
    for match in labels("holder", "acts").finditer(text.folded, 0, limit):
        rank = text.rank_at(match.start())
        segment = text.segments[rank]
        if match.end() < segment.end and (found := name_in(text, match.end(), segment.end)):
            if found.start - match.end() < 60:
                yield found
            continue
        if text.folded[match.end() : segment.end].strip(" :.|-"):
            continue
        for following in text.segments[rank + 1 : rank + 4]:
            if text.text[following.start : following.end].rstrip().endswith(":"):
                continue
            if found := name_in(text, following.start, following.end):
                yield found
                break


def headers(text: PrintedText, kind: str) -> Iterator[Name]:
    """Names printed at the top of the document or in its running header, alone on their line; not its title."""
    title = WORDS["kinds"][kind]["title"]
    edges = [*text.segments[:4], *(one for one in text.segments[4:] if one.kind is ParagraphKind.NOTE)]
    for segment in edges:
        if title.search(text.folded, segment.start, segment.end):
            continue
        found = name_in(text, segment.start, segment.end) if segment.end - segment.start < 120 else None
        if found and found.start - segment.start < ALONE:
            yield found


def _signing(text: PrintedText) -> Iterator[Name]:
    """« Pour X, le directeur », at the foot of the document."""
    for segment in reversed(text.segments[-12:]):
        lead = _SIGNING.match(text.folded, segment.start, segment.end)
        if lead and segment.end - segment.start < 160 and (found := name_in(text, lead.end(), segment.end)):
            yield found


_BODY = expression(
    r"certif|regist|assurance|veritas|afnor|apave|lrqa|\bbsi\b|\bdnv\b|\bsgs\b|\btuv|\blne\b|socotec|quality|intertek|dekra|lsti"
)


def _footers(text: PrintedText, kind: str) -> Iterator[Name]:
    """A certification body alone on one of the last lines."""
    for segment in reversed(text.segments[-6:]):
        if segment.end - segment.start < 80 and _BODY.search(text.folded, segment.start, segment.end):
            found = name_in(text, segment.start, segment.end)
            is_alone = found is not None and found.start - segment.start < ALONE
            if found and is_alone and not WORDS["kinds"][kind]["title"].search(fold(found.value)):
                yield found


def entities(text: PrintedText, limit: int) -> Iterator[Name]:
    """Every legal entity named, in order."""
    for form in _FORM.finditer(text.text, 0, limit):
        segment = text.segment_at(form.start())
        found = _entity(text, max(segment.start, form.start() - 100), form)
        if found and _believable(found.value):
            yield found


_CERTIFICATES = frozenset(["iso27001", "iso27701", "hds", "gdpr_certification", "code_of_conduct", "dpf"])
_SELF_MADE = frozenset(["bridge_letter", "continuity", "tia", "training", "deletion"])


def parties(text: PrintedText, kind: str, limit: int) -> tuple[Name | None, Name | None]:
    """Who vouches and whom it is about; what a vendor makes itself, it vouches for itself."""
    issuer = next(_issuers(text, kind, limit), None)
    if kind in _SELF_MADE:
        holder = next(_holders(text, kind, limit), None)
        first = holder or issuer or next(headers(text, kind), None)
        return (first, first) if kind == "bridge_letter" else (issuer or first, first)
    told = [one for one in _holders(text, kind, limit) if not _same(one, issuer)]
    holder = next((one for one in told[:6] if _FORM.search(one.value)), told[0] if told else None)
    if kind != "dpf":
        issuer = issuer or next((one for one in headers(text, kind) if not _same(one, holder)), None)
    if issuer and kind in _CERTIFICATES:
        issuer = _in_full(text, issuer, limit)
    return issuer, holder or next((one for one in entities(text, limit) if not _same(one, issuer)), None)


def _in_full(text: PrintedText, name: Name, limit: int) -> Name:
    """The legal entity whose short name this is, when the document names it in full elsewhere."""
    if _FORM.search(name.value):
        return name
    fuller = (one for one in entities(text, limit) if fold(one.value).startswith(fold(name.value) + " "))
    return next(fuller, name)


def _same(one: Name, other: Name | None) -> bool:
    if other is None:
        return False
    a, b = fold(one.value), fold(other.value)
    return a in b or b in a


def _issuers(text: PrintedText, kind: str, limit: int) -> Iterator[Name]:
    """Those who may vouch, the likeliest first."""
    if kind == "soc2":
        yield from _labelled_names(text, limit, "issuer", "soc2")
        yield from _signing_firm(text)
    elif kind == "insurance":
        yield from (name for name in _insurers(text, kind, limit) if not _is_broker(text, name))
    elif kind == "dpf":
        yield from _authorities(text, limit)
    elif kind in _CERTIFICATES:
        yield from _labelled_names(text, limit, "issuer", "strong")
        yield from _acting(text, limit, labels("issuer", "acts"))
        yield from _signing(text)
        yield from _acting(text, limit, labels("certifies", "acts"))
        yield from (name for name in headers(text, kind) if _BODY.search(fold(name.value)))
        yield from _footers(text, kind)
    else:
        yield from _makers(text, kind, limit)


def _makers(text: PrintedText, kind: str, limit: int) -> Iterator[Name]:
    """Those who may have done the work that a report or an attestation tells."""
    if kind != "bridge_letter":
        own = kind if kind in ("pentest", "training", "deletion") else "self_made"
        yield from _labelled_names(text, limit, "issuer", own)
    if kind == "pentest":
        yield from _acting(text, limit, _WORDS["engaged"])
    if kind in ("pentest", "training", "deletion"):
        yield from _speaking(text, limit)
        yield from _acting(text, limit, labels("issuer", "acts"))
    if kind == "pentest":
        yield from headers(text, kind)


def _insurers(text: PrintedText, kind: str, limit: int) -> Iterator[Name]:
    yield from _labelled_names(text, limit, "issuer", "insurance")
    yield from _acting(text, limit, labels("issuer", "acts"))
    yield from _speaking(text, limit)
    yield from (name for name in headers(text, kind) if _INSURER.search(fold(name.value)))


def _speaking(text: PrintedText, limit: int) -> Iterator[Name]:
    """« Nous, X, attestons », "I, …, of X, certify"; a person speaks for the body whose office they hold."""
    for match in _WORDS["we"].finditer(text.folded, 0, limit):
        held = _WORDS["office"].match(text.folded, match.start(), match.end())
        if (held and (name := name_in(text, held.end(), match.end()))) or (
            name := name_in(text, match.start(), match.end())
        ):
            yield name


def _authorities(text: PrintedText, limit: int) -> Iterator[Name]:
    """The department before its administration."""
    found = list(_WORDS["government"].finditer(text.folded, 0, limit))
    for match in sorted(found, key=lambda one: "trade" in one[0]):
        yield Name(text.text[match.start() : match.end()], match.start(), match.end())


def _signing_firm(text: PrintedText) -> Iterator[Name]:
    """The firm that signs an opinion: alone on its line, after « opinion » or « avis »."""
    for segment in text.segments[2:]:
        if segment.end - segment.start < 90 and _WORDS["firm"].search(text.text, segment.start, segment.end):
            found = name_in(text, segment.start, segment.end)
            if found and found.end - found.start > 0.6 * (segment.end - segment.start):
                yield found
    for match in _WORDS["report_by"].finditer(text.folded):
        if found := name_in(text, match.end(), match.end() + 120):
            yield found


def _is_broker(text: PrintedText, name: Name) -> bool:
    """Whether a name is that of who placed the insurance, not of who bears the risk."""
    around = text.folded[
        max(text.segment_at(name.start).start, name.start - 25) : min(name.end + 45, text.segment_at(name.start).end)
    ]
    return bool(_WORDS["broker"].search(around)) and not _INSURER_FORM.search(fold(name.value))


def _holders(text: PrintedText, kind: str, limit: int) -> Iterator[Name]:
    """Those whom it may be about, the likeliest first."""
    found = labelled(text, labels("holder", "labels"), limit, inline=False)
    for one in sorted(found, key=lambda one: not _WORDS["first_labels"].search(one.label)):
        name = name_in(text, one.start, one.end)
        if name and not (kind == "insurance" and _is_broker(text, name)):
            yield name
    yield from (
        name for name in _announced(text, limit) if kind != "insurance" or not _BROKERS.search(fold(name.value))
    )
    for match in _WORDS["owner"].finditer(text.folded, 0, limit):
        if name := name_in(text, match.start(), match.end()):
            yield name
    for match in _WORDS["holds"].finditer(text.folded, 0, limit):
        first, _ = text.sentence_at(match.start())
        that = max((m.end() for m in _THAT.finditer(text.folded, first, match.start())), default=first)
        if name := name_in(text, that, match.start()):
            yield name
    if kind in _SELF_MADE:
        yield from _signing(text)
        yield from entities(text, limit)
