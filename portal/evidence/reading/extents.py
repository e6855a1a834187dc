"""What a document covers, where, and what is taken out of it, wherever it is said."""

import re
from collections.abc import Iterator

from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind
from portal.evidence.reading.names import STREETS, Name
from portal.evidence.reading.printed_text import PrintedText, Segment
from portal.evidence.reading.words import WORDS, Labelled, is_header, is_label, labelled, labels

_CERTIFICATES = frozenset(["iso27001", "iso27701", "hds", "gdpr_certification", "code_of_conduct"])
_GROUP = dict.fromkeys(_CERTIFICATES, "certificate")
_LISTED = (ParagraphKind.ITEM, ParagraphKind.ROW)
MOST = 24
LONGEST = 600
MOST_LIMITS = 40
_ANY_LIMIT = expression("|".join((WORDS["limits"]["fr"].pattern, WORDS["limits"]["en"].pattern)))
_TURNS = WORDS["turns"]
_GENERIC, _BASIS, _TITLE = _TURNS["generic"], _TURNS["basis"], _TURNS["bare_title"]
_CANCELLED = WORDS["limits"]["cancelled"]
_FOLLOWING = expression(r"following|suivant|ci-apres|ci-dessous|below")
_NO_DETAIL = 24
"""Characters of a sentence such as "Exception noted.", which says nothing without the next."""
_WHOLE = expression(r"; ?")
_ITEMS = expression(r" ?; ?| et (?=[A-ZÀ-Ý])| and (?=[A-ZÀ-Ý])|, (?=[A-ZÀ-Ý])")

_OPPOSED = expression(
    r"[,;] (?:etant (?:precise|entendu) que|toutefois|cependant|mais|however|but|it being (?:noted|agreed))\b"
)
"""What parts a sentence in two, the second saying something of its own."""

Place = tuple[int, int]


def scope_of(text: PrintedText, kind: str, limit: int) -> list[Place]:
    """The passages that say what is covered."""
    ways = [_labelled_scope, _listed, _in_sentences] if kind != "soc2" else [_in_sentences, _labelled_scope]
    found = next((places for way in ways if (places := list(way(text, kind, limit)))), [])
    return _distinct(text, [place for place in found if not _GENERIC.search(text.folded[place[0] : place[1]].strip())])


def _labelled_scope(text: PrintedText, kind: str, limit: int) -> list[Place]:
    wanted = labels("scope", _GROUP.get(kind, kind)) if _GROUP.get(kind, kind) in WORDS["scope"] else None
    for one in labelled(text, wanted, limit, inline=False) if wanted else ():
        if wanted and wanted.match(text.folded, one.start) and text.folded[one.start : one.end].rstrip().endswith(":"):
            continue  # the same label in the other language
        found = [place for place in collected(text, one) if not _is_limit_only(text, place)]
        if any(not _GENERIC.search(text.folded[start:end].strip()) for start, end in found):
            return found
    return []


def _listed(text: PrintedText, kind: str, limit: int) -> list[Place]:
    """The list that a sentence announces: « … les services suivants … : »."""
    for rank, segment in enumerate(text.segments[:-1]):
        if segment.start > limit or text.segments[rank + 1].kind is not ParagraphKind.ITEM:
            continue
        folded = text.folded[segment.start : segment.end].rstrip()
        if folded.endswith(":") and _FOLLOWING.search(folded) and not _ANY_LIMIT.search(folded):
            return list(_list_from(text, rank + 1))
    return []


def _in_sentences(text: PrintedText, kind: str, limit: int) -> Iterator[Place]:
    for pattern in WORDS["sentences"].get(kind, ()):
        for match in pattern.finditer(text.folded, 0, limit):
            start, end = match.span("v")
            if not _GENERIC.search(text.folded[start:end]) and end - start > 3:
                yield start, end
                return


def sites_of(text: PrintedText, kind: str, holder: Name | None, limit: int) -> list[Place]:
    """The passages that name a place covered; for a certificate without a list of sites, the address of its holder."""
    found: list[Place] = []
    for one in labelled(text, labels("scope", "sites"), limit, inline=False):
        for start, end in collected(text, one):
            if STREETS.search(text.folded[start:end]) and any(map(str.isdigit, text.text[start:end])):
                found.append((start, end))
            else:
                found.extend(_split(text, start, end, _ITEMS))
    for start, _ in list(found):
        rank = text.rank_at(start)
        for following in text.segments[rank + 1 : rank + 12]:
            if (
                not _is_address(text.folded[following.start : following.end])
                or following.row >= 0
                or found[0][0] == text.segments[0].start
            ):
                break
            found.append((following.start, following.end))
    if not found and kind in _CERTIFICATES and holder is not None:
        found.extend(_address_after(text, holder))
    return _distinct(text, [place for place in found if not _is_limit_only(text, place)])


def _address_after(text: PrintedText, holder: Name) -> Iterator[Place]:
    segment = text.segment_at(holder.start)
    lead = _TURNS["address_lead"].match(text.folded, holder.end, segment.end)
    start = lead.end() if lead else holder.end
    stop = _TURNS["address_stop"].search(text.folded, max(holder.end, start - 1), segment.end)
    end = max(start, stop.start()) if stop else segment.end
    if _is_address(text.folded[start:end]):
        yield start, end
        return
    rank = text.rank_at(holder.start)
    for following in text.segments[rank + 1 : rank + 3]:
        stop = _TURNS["address_stop"].search(text.folded, following.start, following.end)
        end = stop.start() if stop else following.end
        if end - following.start < 160 and _is_address(text.folded[following.start : end]):
            yield following.start, end
            return


def _is_address(folded: str) -> bool:
    return 8 < len(folded) < 200 and any(map(str.isdigit, folded)) and STREETS.search(folded) is not None


def collected(text: PrintedText, one: Labelled) -> list[Place]:
    """What a label introduces: the sentences beside it or its next paragraph, or the items of its list."""
    start, end = one.start, one.end
    rank = text.rank_at(start)
    segment = text.segments[rank]
    if one.below:
        return list(_column_from(text, rank))
    if segment.kind is ParagraphKind.ITEM or (
        segment.kind is ParagraphKind.ROW and segment.columns > 1 and segment.column == 0 and not one.in_table
    ):
        return list(_list_from(text, rank))
    found: list[Place] = []
    for first, last in text.sentences(segment):
        if last <= start:
            continue
        if found and segment.row < 0 and text.text[first - 2 : first].strip() != ";":
            break
        found.extend(_split(text, max(first, start), min(last, end), _WHOLE))
    return found


def _column_from(text: PrintedText, rank: int) -> Iterator[Place]:
    """The cells under the title of a column, as long as rows are as wide and name nothing else."""
    first = text.segments[rank]
    for segment in text.segments[rank : rank + MOST * first.columns]:
        if segment.columns != first.columns or segment.row < 0:
            return
        if segment.column == first.column:
            if is_label(text.folded[segment.start : segment.end]):
                return
            yield segment.start, segment.end


def _list_from(text: PrintedText, rank: int) -> Iterator[Place]:
    """The items, or the rows' longest cells, that follow one another."""
    kind, row, count = text.segments[rank].kind, -2, 0
    for place, segment in enumerate(text.segments[rank:], rank):
        if segment.kind is not kind or count >= MOST:
            return
        if kind is ParagraphKind.ROW and segment.row == row:
            continue
        row = segment.row
        cells = text.segments[place : place + segment.columns] if kind is ParagraphKind.ROW else (segment,)
        longest = max(cells, key=lambda one: one.end - one.start)
        yield longest.start, longest.end
        count += 1


def _split(text: PrintedText, start: int, end: int, separator: re.Pattern[str]) -> Iterator[Place]:
    first = start
    for match in separator.finditer(text.text, start, end):
        yield first, match.start()
        first = match.end()
    yield first, end


def limits_of(text: PrintedText) -> list[Place]:
    """Every exclusion, carve-out, reservation or exception, in sentences, cells, headers and notes alike."""
    return _distinct(text, [*_labelled_limits(text), *_told_limits(text)])[:MOST_LIMITS]


def _labelled_limits(text: PrintedText) -> Iterator[Place]:
    """What « Exclusions : … » lists."""
    for one in labelled(text, labels("limits", "labels"), inline=False):
        if not any(map(str.isalnum, text.text[one.start : one.end])):
            continue
        whole = text.segment_at(one.start).end == one.end
        places = collected(text, one) if whole else _split(text, one.start, one.end, _WHOLE)
        yield from (place for place in places if not _CANCELLED.search(text.folded[place[0] : place[1]].strip()))


def _told_limits(text: PrintedText) -> Iterator[Place]:
    """Sentences that take something out, and what stands under a title such as "Basis for qualified opinion"."""
    label, under_title = labels("limits", "labels"), False
    for rank, segment in enumerate(text.segments):
        folded = text.folded[segment.start : segment.end].strip()
        if not folded or segment.kind is ParagraphKind.CONTENTS:
            continue
        if _BASIS.match(folded) or _is_title(segment, folded):
            under_title = bool(_BASIS.match(folded))
            continue
        if under_title and segment.kind is not ParagraphKind.HEADING:
            first, last = next(iter(text.sentences(segment)))
            if not _CANCELLED.search(text.folded[first:last]):
                yield first, last
            under_title = segment.kind is ParagraphKind.ITEM
        column_title = segment.columns > 2 and len(folded) < 40 and is_header(text, rank)
        if not column_title and not label.fullmatch(folded.strip(" :.")):
            yield from _limits_in(text, segment)


def _is_title(segment: Segment, folded: str) -> bool:
    short = segment.kind is ParagraphKind.HEADING and len(folded.split()) <= 4 and not folded.endswith(".")
    return short or _TITLE.match(folded) is not None


def _limits_in(text: PrintedText, segment: Segment) -> Iterator[Place]:
    for first, last in text.sentences(segment):
        folded = text.folded[first:last]
        if len(folded) > (5 if segment.row >= 0 else 12) and any(
            _ANY_LIMIT.search(one) and not _CANCELLED.search(one) for one in _OPPOSED.split(folded)
        ):
            yield first, last if last - first > _NO_DETAIL else segment.end


def _is_limit_only(text: PrintedText, place: Place) -> bool:
    return bool(_TURNS["limit_only"].search(text.folded, *place))


def _distinct(text: PrintedText, places: list[Place]) -> list[Place]:
    """Places trimmed, in order, each once; a passage inside another is that other."""
    kept: list[Place] = []
    for place in places:
        start, end = _trimmed(text, *place)
        if end <= start or any(a <= start and end <= b for a, b in kept):
            continue
        kept = [one for one in kept if not (start <= one[0] and one[1] <= end)]
        kept.append((start, min(end, start + LONGEST)))
    return sorted(kept)


def _trimmed(text: PrintedText, start: int, end: int) -> Place:
    while start < end and text.text[start] in ' .,:;|-–•*«»"“”\n':
        start += 1
    while end > start and text.text[end - 1] in ' ,:;|-–•*"“”«»\n':
        end -= 1
    return start, end
