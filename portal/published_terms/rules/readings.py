"""Reads what a text states: its sentences are those of the paper engine, its readings data of the same language."""

import re
from collections.abc import Iterator, Mapping, Sequence

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind, SourceDocument
from portal.paper.rules.folding import fold
from portal.paper.rules.parties import PartyNouns, find_parties
from portal.paper.rules.patterns import Pattern, SentenceIndex
from portal.paper.rules.sentences import split_sentences
from portal.paper.rules.terms import find_amount, find_durations
from portal.published_terms.rules.companies import CompanyReading, companies_in, companies_in_row
from portal.published_terms.rules.stated_facts import UNDATED, UNLIMITED, StatedFact, TermClass
from portal.vendors.rules.countries import Atlas
from portal.vendors.rules.naming import fold as company_key
from portal.vendors.rules.naming import words

_WORKING = expression(r"ouvre|ouvrable|working|business")
_WORKING_REACH = 45
"""Characters after a delay begins in which its days may be said to be working days."""
_HOURS = {"h": 1.0, "d": 24.0, "m": 720.0}
_WORKING_DAYS_A_WEEK = 5
_YEARLY = expression(r"annuel|annual|yearly|par an\b|per year")
_TIMES = expression(
    r"\b(?P<times>\d{1,2}|deux|two|trois|three|quatre|four|cinq|five|twice|thrice)(?: (?:fois|times))?\b.{0,30}?"
    r"(?:annuel|annual|yearly|par an\b|per year)"
)
_FACTORS = {"deux": 2, "two": 2, "twice": 2, "trois": 3, "three": 3, "thrice": 3, "quatre": 4, "four": 4, "cinq": 5,
            "five": 5}  # fmt: skip
_LAW_OF = (
    expression(r"\b(?:droits?|lois?) (?P<word>[a-z-]{3,20})"),
    expression(r"\b(?P<word>[a-z-]{3,20}) laws?\b"),
    expression(r"\b(?P<word>(?:new|united) [a-z-]{3,20}) laws?\b"),
    expression(r"\blaws? of (?:the )?(?:state of |republic of |kingdom of )?(?P<word>(?:new |united )?[a-z-]{3,20})"),
    expression(r"\b(?:droit|lois?) (?:de |du |d')(?:la |l'|l'etat de )?(?P<word>[a-z-]{3,20})"),
)
_COURT_OF = (
    expression(
        r"\b(?:tribunal|tribunaux|cours?|courts?|juridictions?)(?: (?:de )?[a-z]{4,20}){0,2} (?:de |du |d'|of |a )"
        r"(?:la |l'|the )?"
        r"(?P<word>(?:new )?[a-z-]{3,20})"
    ),
    expression(r"\b(?P<word>[a-z-]{3,20}) courts?\b"),
)
_NO_PLACE = frozenset(
    [
        "commerce",
        "competent",
        "competents",
        "competentes",
        "grande",
        "instance",
        "the",
        "any",
        "such",
        "justice",
        "law",
        "their",
        "its",
        "our",
        "your",
        "these",
        "those",
        "exclusive",
        "district",
        "federal",
        "state",
        "national",
        "local",
        "civil",
        "english",
        "appel",
        "premiere",
    ]
)
_MOST_WORDS = 4
"""Words of the longest name of a country that is looked for."""
_SHORTEST_NAME = 4
"""Letters below which a name of a country is a code, which common words spell too."""
_LEAVES = expression(r"quitt|leave")
_LAW_WORDS = expression(r"\blaws?\b|\blois?\b|\bdroit (?:\w{2,20}ais|\w{2,20}ien|belge|suisse)|\bcourts?\b|tribuna")
_APOSTROPHES = expression(r"['’‘]")
_CELLS = expression(r"\s{0,3}[|(),;]\s{0,3}|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class DelayReading:
    """How a delay is found: the sentences that state it, and the words it stands beside."""

    kind: TermClass
    aspect: str
    unit: str
    """`h` hours, `d` days."""
    patterns: tuple[Pattern, ...]
    undated: tuple[Pattern, ...]
    beside: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class MarkReading:
    """How something that is said or not is found; `good` says for whom: for us, or for the vendor."""

    kind: TermClass
    value: str
    good: bool
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class TermReadings:
    """Everything that is looked for."""

    delays: tuple[DelayReading, ...]
    marks: tuple[MarkReading, ...]
    standards: tuple[tuple[str, re.Pattern[str]], ...]
    not_held: re.Pattern[str]
    liability: tuple[Pattern, ...]
    unlimited: tuple[Pattern, ...]
    law: tuple[Pattern, ...]
    courts: tuple[Pattern, ...]
    demonyms: Mapping[str, str]
    """Folded word → country whose law it names."""
    companies: CompanyReading
    place_context: re.Pattern[str]
    place_denied: re.Pattern[str]

    @property
    def good_marks(self) -> frozenset[tuple[TermClass, str]]:
        """The marks that are good for us."""
        return frozenset((mark.kind, mark.value) for mark in self.marks if mark.good)


def read_facts(
    document: SourceDocument, readings: TermReadings, nouns: PartyNouns, atlas: Atlas
) -> tuple[StatedFact, ...]:
    """Everything that a text states of the points we watch, each value once, in the order of the points."""
    index = SentenceIndex(split_sentences(document), find_parties(document.text, nouns))
    found: dict[tuple[TermClass, str, str], StatedFact] = {}
    for fact in _facts(index, readings, atlas):
        found.setdefault((fact.kind, fact.aspect, _key(fact)), fact)
    return tuple(found.values())


def _key(fact: StatedFact) -> str:
    return company_key(fact.value) if fact.kind is TermClass.SUBPROCESSOR else fact.value


def _facts(index: SentenceIndex, readings: TermReadings, atlas: Atlas) -> Iterator[StatedFact]:
    for delay in readings.delays:
        yield from _delays(index, delay)
    for mark in readings.marks:
        yield from (StatedFact(mark.kind, mark.value, index.units[n].text) for n in _first(index, mark.patterns))
    yield from _standards(index, readings)
    yield from _liability(index, readings)
    yield from _law(index, readings)
    yield from _companies_and_places(index, readings, atlas)


def _matching(index: SentenceIndex, patterns: Sequence[Pattern]) -> list[int]:
    return sorted(frozenset[int]().union(*(index.matching(pattern) for pattern in patterns)))


def _first(index: SentenceIndex, patterns: Sequence[Pattern]) -> list[int]:
    return _matching(index, patterns)[:1]


def _delays(index: SentenceIndex, reading: DelayReading) -> Iterator[StatedFact]:
    dated = False
    for place in _matching(index, reading.patterns):
        sentence = index.read[place]
        if found := _nearest(sentence, reading.beside):
            dated = True
            start, hours = found
            working = bool(_WORKING.search(sentence[start : start + _WORKING_REACH]))
            yield _delay(reading, hours, index.units[place].text, working=working)
    if not dated:
        for place in _first(index, reading.undated):
            yield StatedFact(reading.kind, UNDATED, index.units[place].text, reading.aspect)


def _nearest(sentence: str, beside: re.Pattern[str] | None) -> tuple[int, float] | None:
    found = find_durations(sentence)
    if not found:
        return None
    marks = [mark.start() for mark in beside.finditer(sentence)] if beside else []
    return min(found, key=lambda one: min((abs(mark - one[0]) for mark in marks), default=0))


def _delay(reading: DelayReading, hours: float, quote: str, *, working: bool) -> StatedFact:
    if working:
        days = hours / _HOURS["d"]
        amount = days * 7 / _WORKING_DAYS_A_WEEK * _HOURS["d"]
        return StatedFact(reading.kind, f"{days:g} wd", quote, reading.aspect, amount)
    return StatedFact(reading.kind, f"{hours / _HOURS[reading.unit]:g} {reading.unit}", quote, reading.aspect, hours)


def _standards(index: SentenceIndex, readings: TermReadings) -> Iterator[StatedFact]:
    for place, line in enumerate(index.lines):
        if readings.not_held.search(line):
            continue
        for name, standard in readings.standards:
            if standard.search(line):
                yield StatedFact(TermClass.SECURITY_MEASURE, name, index.units[place].text)


def _liability(index: SentenceIndex, readings: TermReadings) -> Iterator[StatedFact]:
    free = _matching(index, readings.unlimited)
    for place in free[:1]:
        yield StatedFact(TermClass.LIABILITY, UNLIMITED, index.units[place].text, amount=float("inf"))
    for place in _matching(index, readings.liability):
        if place not in free and (found := _cap(index.read[place])) is not None:
            value, aspect, amount = found
            yield StatedFact(TermClass.LIABILITY, value, index.units[place].text, aspect, amount)


def _cap(sentence: str) -> tuple[str, str, float] | None:
    amount = find_amount(sentence)
    if amount is not None:
        return f"{amount:.0f} €", "eur", amount
    months = [hours / _HOURS["m"] for _, hours in find_durations(sentence) if hours >= _HOURS["m"]]
    if months:
        return f"{round(months[0]):d} m", "months", months[0]
    if not _YEARLY.search(sentence):
        return None
    several = _TIMES.search(sentence)
    factor = (_FACTORS.get(several["times"]) or int(several["times"])) if several else 1
    return f"{12 * factor} m", "months", 12.0 * factor


def _law(index: SentenceIndex, readings: TermReadings) -> Iterator[StatedFact]:
    for place in _matching(index, readings.law):
        for law_of in _LAW_OF:
            for match in law_of.finditer(index.read[place]):
                if match["word"] in readings.demonyms:
                    yield StatedFact(TermClass.LAW, readings.demonyms[match["word"]], index.units[place].text, "law")
    for place in _matching(index, readings.courts):
        for court_of in _COURT_OF:
            for match in court_of.finditer(index.read[place]):
                if match["word"] not in readings.demonyms and not _NO_PLACE.intersection(match["word"].split()):
                    yield StatedFact(TermClass.LAW, match["word"].title(), index.units[place].text, "court")


def _companies_and_places(index: SentenceIndex, readings: TermReadings, atlas: Atlas) -> Iterator[StatedFact]:
    told = readings.companies.section
    about = frozenset[int]().union(*(index.matching(pattern) for pattern in told))
    for place, unit in enumerate(index.units):
        listed = unit.kind in (ParagraphKind.ROW, ParagraphKind.ITEM)
        if unit.kind is ParagraphKind.ROW:
            names = companies_in_row(unit.text, readings.companies, within=_is_told(unit.lead, unit.heading, readings))
        elif place in about or listed or _is_told(unit.lead, unit.heading, readings):
            names = companies_in(unit.text, readings.companies)
        else:
            names = []
        names = [name for name in names if not readings.companies.words.search(fold(name))]
        yield from (StatedFact(TermClass.SUBPROCESSOR, name, unit.text) for name in names)
        line = index.lines[place]
        if readings.place_denied.search(index.read[place]) and not _LEAVES.search(line):
            continue
        if _speaks_of_law(index.read[place]):
            continue
        if listed and names:
            codes = _countries_of_cells(unit.text, atlas)
        elif names or readings.place_context.search(line):
            codes = _countries_in(unit.text, atlas)
        else:
            codes = []
        yield from (StatedFact(TermClass.PLACE, code, unit.text) for code in codes)


def _is_told(lead: str, heading: str, readings: TermReadings) -> bool:
    return any(readings.companies.words.search(fold(text)) for text in (lead, heading))


def _speaks_of_law(sentence: str) -> bool:
    return _LAW_WORDS.search(sentence) is not None


def _countries_of_cells(text: str, atlas: Atlas) -> list[str]:
    found = [atlas.names.get(" ".join(words(cell)), "") for cell in _CELLS.split(text)]
    return [code for code in dict.fromkeys(found) if code and code not in atlas.regions] or _countries_in(text, atlas)


def _countries_in(text: str, atlas: Atlas) -> list[str]:
    """Countries whose names stand in a sentence, the longest name first."""
    left, found, place = words(_APOSTROPHES.sub(" ", text)), dict[str, None](), 0
    while place < len(left):
        for length in range(_MOST_WORDS, 0, -1):
            name = " ".join(left[place : place + length])
            code = atlas.names.get(name, "") if len(name) >= _SHORTEST_NAME else ""
            if code and code not in atlas.regions and place + length <= len(left):
                found[code] = None
                place += length - 1
                break
        place += 1
    return list(found)
