"""What each day of a document means: its own date, its end, the period it covers, or none of them."""

import re
from collections.abc import Iterator
from datetime import date

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.evidence.reading.printed_dates import PrintedDate, is_month_first, printed_dates, whole_spans
from portal.evidence.reading.printed_text import PrintedText
from portal.evidence.reading.words import WORDS, is_header

_CLASSES = {
    name: expression(rf"(?<![a-z0-9])(?:{pattern.pattern})(?![a-z])") for name, pattern in WORDS["dates"].items()
}
_VALID, _TODAY = WORDS["turns"]["valid"], WORDS["turns"]["today"]
_OPINION = expression(r"opinion|a notre avis|examined|avons examine")
_DONE_AT = expression(r"faite?s? (?:a|au|aux|en)\b")
"""« Fait à Tours, le … » dates the document itself, whatever else it dates."""
_EDITION = expression(r"v?\d[\d.]{0,6}")
_PLACE = expression(r"^[\"'«*]?[a-z][a-z' -]{1,40}(?:, ?(?:(?:le|on|the) )?| le )\Z")
_LETTER = expression(
    r"\b(?:letter|lettre|gap|bridge|since|depuis|no (?:known |material |significant )|aucun|not aware)"
)
_REPORT = expression(r"report|rapport|examin|audit")
_OF_LETTER = expression(r"\b(?:letter|lettre|courrier)")
_OWN_END = expression(r"ends? on|expir|lapses|prend fin|arrive a echeance|cesse|(?:valable|valide|valid)\b")
"""What a bridge letter says of its own end; « until » says that of the period it covers."""
NEAR = 48
"""Characters between a label and its day, at most."""
_OWN_PERIOD = frozenset(["soc2", "pentest", "training", "continuity", "deletion", "insurance", "bridge_letter"])
_CERTIFICATES = frozenset(["iso27001", "iso27701", "hds", "gdpr_certification", "code_of_conduct", "dpf", "insurance"])


DatedPlace = tuple[date, int]
"""A day and where it is written."""
Span = tuple[DatedPlace | None, DatedPlace | None]


@dataclass(frozen=True, slots=True)
class MeantDate:
    """A day or range with what its context calls it."""

    printed: PrintedDate
    meaning: str
    weight: float
    label: str
    context: str


@dataclass(frozen=True)
class DatedFacts:
    """The days of a document, each with the place of its passage."""

    issued_on: DatedPlace | None = None
    period_from: DatedPlace | None = None
    period_to: DatedPlace | None = None
    expires_on: DatedPlace | None = None


def dated_facts(text: PrintedText, kind: str, spans: list[tuple[int, int]]) -> DatedFacts:
    """The days of a document of this kind, looked for in these parts of its text."""
    folded = "".join(text.folded[a:b] for a, b in spans)
    month_first = is_month_first(folded) or (kind == "dpf" and not re.search(r"\b(?:le|du|donnees)\b", folded))
    every = [one for one in printed_dates(text.folded, month_first=month_first) if _inside(one.start, spans)]
    meant = list(_meanings(text, every))
    expires = _expiry(meant, kind)
    issued = _issue(text, meant, kind, expires)
    first, last = _period(text, meant, kind, expires, issued)
    if first and not last and kind == "insurance" and expires:
        last = expires
    return DatedFacts(issued, first, last, expires)


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(a <= place < b for a, b in spans)


def _meanings(text: PrintedText, every: list[PrintedDate]) -> Iterator[MeantDate]:
    before = -1
    for printed in every:
        rank = text.rank_at(printed.start)
        segment = text.segments[rank]
        start = max(segment.start, before, printed.start - 130)
        context = text.folded[start : printed.start]
        own = context.strip(" .,:;|*\"'«-")
        if not own or own in ("le", "on", "the", "du", "from", "au", "to") or _EDITION.fullmatch(own):
            context = _label_beside(text, rank) + context
        alone = text.folded[segment.start : printed.start].strip(" *.,:;") == ""
        meaning, label = _closest(context)
        rest = text.folded[printed.end : segment.end].strip(" .,;*")
        yield _weigh(text, printed, meaning, label, context, rest, alone=alone, start=segment.start)
        before = printed.end


def _weigh(
    text: PrintedText,
    printed: PrintedDate,
    meaning: str,
    label: str,
    context: str,
    rest: str,
    *,
    alone: bool,
    start: int,
) -> MeantDate:
    weight = 6.0 if meaning == "issue" and _DONE_AT.match(label) else 5.0
    if meaning == "issue" and re.match(
        r"(?:approved|signed|approuve|signe|verified|verifie|valide|prepared|v\d|version)", label
    ):
        weight = 4.5
    if not meaning:
        whole = text.folded[start : printed.start]
        if alone and not rest:
            meaning, weight = "issue", 3.0
        elif _PLACE.match(whole.strip("*> ")) or (_PLACE.match(whole[-45:]) and len(whole) < 45):
            meaning, weight = "issue", 4.0
        elif len(whole) < 70 and not rest and re.search(r"(?: - |, |\bon |\ble )\Z", whole):
            meaning, weight = "issue", 2.5
    return MeantDate(printed, meaning, weight, label, context)


def _label_beside(text: PrintedText, rank: int) -> str:
    """What names a cell, or a line that holds only a day: the cell before, the title of the column, the line above."""
    segment = text.segments[rank]
    if segment.row >= 0:
        if segment.column and not any(
            char.isdigit() for char in text.folded[text.segments[rank - 1].start : text.segments[rank - 1].end]
        ):
            return text.folded[text.segments[rank - 1].start : text.segments[rank - 1].end] + " "
        for above in reversed(text.segments[max(0, rank - 40) : rank]):
            if (
                above.row < segment.row
                and above.column == segment.column
                and above.columns == segment.columns
                and is_header(text, text.segments.index(above))
            ):
                return text.folded[above.start : above.end] + " "
        previous = text.segments[rank - 1] if segment.column else None
        return text.folded[previous.start : previous.end] + " " if previous else ""
    if rank == 0:
        return ""
    above = text.segments[rank - 1]
    return (
        text.folded[max(above.start, above.end - 70) : above.end] + " "
        if above.end - above.start < 70 and above.row < 0
        else ""
    )


def _closest(context: str) -> tuple[str, str]:
    best: tuple[int, int, str, str] = (-1, 0, "", "")
    for name, pattern in _CLASSES.items():
        for match in pattern.finditer(context):
            best = max(best, (match.end(), match.end() - match.start(), name, match[0]))
    if best[0] < 0 or len(context) - best[0] > NEAR:
        return "", ""
    return best[2], best[3]


def _expiry(meant: list[MeantDate], kind: str) -> DatedPlace | None:
    if kind == "soc2":
        return None
    singles = [
        (one.printed.last, one.printed.last_start)
        for one in meant
        if one.meaning == "expire"
        and not one.printed.is_range
        and (kind != "bridge_letter" or _OWN_END.match(one.label))
    ]
    if kind == "bridge_letter":
        return singles[0] if singles else None
    ranges = [
        (one.printed.last, one.printed.last_start)
        for one in meant
        if one.printed.is_range
        and one.meaning != "other"
        and _VALID.search(one.context)
        and (kind in _CERTIFICATES or "valid" in one.context or "valable" in one.context)
    ]
    if kind == "insurance" and not singles and not ranges:
        ranges = [
            (one.printed.last, one.printed.last_start)
            for one in meant
            if one.printed.is_range and one.meaning != "other"
        ]
    found = [*ranges, *singles]
    return found[0] if found else None


def _issue(text: PrintedText, meant: list[MeantDate], kind: str, expires: DatedPlace | None) -> DatedPlace | None:
    own = [
        one
        for one in meant
        if one.meaning == "issue" and not one.printed.is_range and (expires is None or one.printed.first <= expires[0])
    ]
    if kind == "bridge_letter":
        own = [one for one in own if one.weight < 5 or not _dates_report(text, one.printed.start)]
    if kind in _CERTIFICATES:
        starts = [
            one for one in meant if one.meaning == "effective" or (one.printed.is_range and _VALID.search(one.context))
        ]
        weak = [
            MeantDate(one.printed, "issue", 1.0, one.label, one.context) for one in starts if one.meaning != "other"
        ]
        own += [] if kind == "insurance" else weak
    if kind not in _OWN_PERIOD:
        done = [one for one in meant if one.meaning == "period" and not one.printed.is_range]
        own += [MeantDate(one.printed, "issue", 0.5, one.label, one.context) for one in done]
    if kind == "soc2":
        opinions = [match.start() for match in _OPINION.finditer(text.folded)]
        own = [
            MeantDate(
                one.printed,
                one.meaning,
                one.weight + (1.5 if one.weight in (3.0, 4.0) and opinions and one.printed.start > opinions[0] else 0),
                one.label,
                one.context,
            )
            for one in own
        ]
    if not own:
        return None
    most = max(one.weight for one in own)
    best = [one for one in own if one.weight == most]
    chosen = max(best, key=lambda one: one.printed.first) if kind in _CERTIFICATES else best[0]
    return chosen.printed.first, chosen.printed.start


def _dates_report(text: PrintedText, place: int) -> bool:
    """Whether the sentence of a day tells of the auditor's report, not of the letter."""
    sentence = text.folded[slice(*text.sentence_at(place))]
    return bool(_REPORT.search(sentence)) and not _OF_LETTER.search(sentence)


def _period(
    text: PrintedText, meant: list[MeantDate], kind: str, expires: DatedPlace | None, issued: DatedPlace | None
) -> Span:
    """What is covered; nothing for a certificate, which is valid but covers no period."""
    if kind not in _OWN_PERIOD:
        return None, None
    if kind == "bridge_letter":
        return _gap(text, meant, issued)
    ranges = [one for one in meant if one.printed.is_range and one.meaning != "other"]
    if kind == "insurance":
        return _insured(meant, ranges, expires)
    single = next((_begins(one) for one in meant if one.meaning == "period" and not one.printed.is_range), None)
    if kind == "soc2" and single and not any(one.meaning in ("period", "") for one in ranges):
        return single, single
    ranges = [one for one in ranges if not (expires and one.printed.last == expires[0])]
    ranges.sort(key=lambda one: one.meaning != "period")
    if ranges:
        return _begins(ranges[0]), _ends(ranges[0])
    return (single, single) if single else _unlabelled(text, meant, expires)


def _unlabelled(text: PrintedText, meant: list[MeantDate], expires: DatedPlace | None) -> Span:
    """A start and an end told apart, or a whole month or year."""
    starts = [_begins(one) for one in meant if one.meaning == "effective"]
    ends = [_ends(one) for one in meant if one.meaning == "expire"]
    if starts and ends and not expires:
        return starts[0], ends[0]
    whole = next(whole_spans(text.folded), None)
    return ((whole.first, whole.start), (whole.last, whole.last_start)) if whole else (None, None)


def _insured(meant: list[MeantDate], ranges: list[MeantDate], expires: DatedPlace | None) -> Span:
    covered = [one for one in ranges if expires and one.printed.last == expires[0]] or ranges
    if covered:
        return _begins(covered[0]), _ends(covered[0])
    return next((_begins(one) for one in meant if one.meaning == "effective"), None), expires


def _begins(one: MeantDate) -> DatedPlace:
    return one.printed.first, one.printed.start


def _ends(one: MeantDate) -> DatedPlace:
    return one.printed.last, one.printed.last_start


def _gap(text: PrintedText, meant: list[MeantDate], issued: DatedPlace | None) -> Span:
    """The period a bridge letter covers: the latest that is told, not that of the report."""
    ranges = [one for one in meant if one.printed.is_range]
    latest = max(ranges, key=lambda one: one.printed.first, default=None)
    today = _TODAY.search(text.folded)
    if today and issued:
        until = [one for one in meant if not one.printed.is_range and 0 <= today.start() - one.printed.end < NEAR]
        if until and (latest is None or until[0].printed.first > latest.printed.first):
            return _begins(until[0]), issued
    if latest is None:
        return None, None
    first, _ = text.sentence_at(latest.printed.start)
    of_report = _REPORT.search(text.folded, first, latest.printed.start)
    if len(ranges) == 1 and of_report and not _LETTER.search(text.folded, first, latest.printed.start):
        return None, None
    return _begins(latest), _ends(latest)
