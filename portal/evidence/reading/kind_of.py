"""Which kind of proof a document is, and whether it proves anything: what announces or promises does not."""

import re

from portal.documents_in.document import ParagraphKind
from portal.evidence.reading.document_kind import NONE
from portal.evidence.reading.printed_text import PrintedText
from portal.evidence.reading.words import WORDS

_TITLE_LINES = 7
_LONGEST_TITLE = 200
_CERTIFICATE, _PROOF = WORDS["turns"]["certificate"], WORDS["turns"]["proof"]
_NAMED_AFTER = (
    "bridge_letter",
    "soc2",
    "hds",
    "iso27701",
    "iso27001",
    "gdpr_certification",
    "code_of_conduct",
    "dpf",
    "tia",
)
_CERTIFIED = frozenset(["iso27001", "iso27701", "hds", "gdpr_certification"])


def kind_of(text: PrintedText, limit: int) -> tuple[str, int | None]:
    """The kind, and the place of the passage that says it; `none` for what proves nothing."""
    told = _sentences(text, limit)
    plain = [(a, b) for a, b in told if not WORDS["lures"]["sentence"].search(text.folded[a:b])]
    scores = {kind: _score(text, kind, words, plain) for kind, words in WORDS["kinds"].items()}
    best = max(scores, key=lambda kind: scores[kind][0])
    points, acts, place = scores[best]
    if points < 6 or acts < (2 if best in _CERTIFIED else 1) or _is_lure(text, best, told, plain, acts):
        return NONE, None
    return best, place


def _sentences(text: PrintedText, limit: int) -> list[tuple[int, int]]:
    return [
        place
        for segment in text.segments
        if segment.start < limit and segment.kind is not ParagraphKind.CONTENTS
        for place in text.sentences(segment)
    ]


def _title_end(text: PrintedText) -> int:
    """Where the first lines end."""
    return text.segments[min(_TITLE_LINES, len(text.segments)) - 1].end


def _in_title(text: PrintedText, start: int, end: int) -> bool:
    segment = text.segment_at(start)
    return (
        end <= _title_end(text) or segment.kind is ParagraphKind.HEADING
    ) and segment.end - segment.start < _LONGEST_TITLE


def _score(
    text: PrintedText, kind: str, words: dict[str, re.Pattern[str]], plain: list[tuple[int, int]]
) -> tuple[float, int, int | None]:
    points, place = 0.0, None
    titles: set[tuple[str, int]] = set()
    bodies: set[str] = set()
    acts: set[str] = set()
    for rank, (start, end) in enumerate(plain):
        for match in words["title"].finditer(text.folded, start, end):
            where = 10 if _in_title(text, start, end) else 3
            if where == 10 and place is None:
                place = match.start()
            titles.add((match[0], where))
            if where == 10 and rank < 6:
                titles.add((match[0], 12))
        bodies.update(match[0] for match in words["body"].finditer(text.folded, start, end))
        acts.update(match[0] for match in words["acts"].finditer(text.folded, start, end))
    points = max((where for _, where in titles), default=0) + min(len(titles), 4) + min(len(bodies), 4)
    if place is None:
        first = next((m.start() for a, b in plain if (m := words["title"].search(text.folded, a, b))), None)
        place = first
    if not titles:
        points = 0
    if kind in _NAMED_AFTER and titles:
        points += 3
    if kind in _CERTIFIED and not any(_CERTIFICATE.search(text.folded, a, b) for a, b in plain[:14]):
        acts = set()
    points += {"bridge_letter": 6, "iso27701": 1}.get(kind, 0) if titles else 0
    if kind == "bridge_letter" and not any(where >= 10 for _, where in titles):
        points = 0
    return points, len(acts), place


def _is_lure(
    text: PrintedText, kind: str, told: list[tuple[int, int]], plain: list[tuple[int, int]], acts: int
) -> bool:
    if any(WORDS["lures"]["fatal"].search(text.folded, a, b) for a, b in told[:400]):
        return True
    shown = [
        one
        for one in text.segments[:4]
        if one.end - one.start < 110 and one.row < 0 and text.text[one.end - 1 : one.end] != "."
    ]
    titled = any(
        (found := WORDS["lures"]["title"].search(text.folded, one.start, one.end))
        and not _own_title(text, one.start, found.start())
        for one in shown
    )
    promised = len(told) - len(plain)
    if titled and (acts < 4 or promised):
        return True
    return promised >= 2 and acts <= 2 * promised and kind not in ("soc2",)


def _own_title(text: PrintedText, start: int, lure: int) -> bool:
    """Whether a line names the proof itself before the word that would make it none: "Certificate … policy"."""
    return bool(_PROOF.search(text.folded, start, lure))
