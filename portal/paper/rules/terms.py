"""Delays, frequencies, caps and costs found in a text, judged against the positions of a controller who negotiates."""

import re
from collections.abc import Iterable, Iterator, Sequence

from portal.contracts.rules.model import BilingualWords
from portal.contracts.rules.spelled_numbers import number_words
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Language
from portal.paper.rules.check_result import ContractTerm, Span, TermJudgement
from portal.paper.rules.folding import fold
from portal.paper.rules.patterns import Pattern, SentenceIndex
from portal.paper.rules.sentences import ContractSentence

_WORDS = {fold(word): number for language in Language for word, number in number_words(language).items() if number} | {
    "once": 1
}
_HOURS = {"hours": 1.0, "days": 24.0, "weeks": 168.0, "months": 720.0, "years": 8760.0}
_QUANTITY = expression(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:[.,]\d{1,9})?|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")"
    r"(?: ?\((?P<figure>[\w-]{1,15})\))?[ -]?"
    r"(?P<before>(?:full |consecutive |calendar |working |business |clear ){0,4})"
    r"(?P<unit>h\b|hours?|heures?|days?|jours?|weeks?|semaines?|months?|mois|years?|ans?|annees?)\b"
    r"(?P<after> (?:ouvrables?|ouvres?)\b)?"
)
_NUMBER = r"\d{1,3}(?:[ ,.]\d{3}){1,6}|\d{1,18}(?:[.,]\d{1,2})?"
_AMOUNT = expression(
    rf"(?:(?:€|\beur(?:os?)?) ?(?P<after>{_NUMBER})|(?P<before>{_NUMBER}) ?(?=(?:millions? (?:d')?)?(?:€|eur)))"
    r" ?(?P<million>million)?"
)
_KINDS = {"h": "hours", "j": "days", "d": "days", "w": "weeks", "s": "weeks", "m": "months", "y": "years", "a": "years"}


@dataclass(frozen=True, slots=True)
class TermRule:
    """How a kind of term is found and judged."""

    id: str
    patterns: tuple[Pattern, ...]
    unit: str
    """Unit in which it is stated: `hours`, `days`, `months`, `per_year`, or empty when it is not a number."""
    good: float | None
    """Up to this value (or from it when `more_is_better`), the term is good."""
    acceptable: float | None
    why: dict[TermJudgement, BilingualWords]
    more_is_better: bool = False
    beside: str = ""
    """Expression the quantity stands beside; the first quantity of the sentence when empty."""
    without_number: TermJudgement | None = None
    """Judgement of a sentence that has no number (who pays; « raisonnable »); None to leave it out."""


def find_terms(index: SentenceIndex, readings: Iterable[TermRule]) -> tuple[ContractTerm, ...]:
    """Every term found, one per sentence and kind, in the order of the readings then of the text."""
    return tuple(term for reading in readings for term in _terms_of_rule(index, reading))


def _terms_of_rule(index: SentenceIndex, reading: TermRule) -> Iterator[ContractTerm]:
    places = frozenset[int]().union(*(index.matching(pattern) for pattern in reading.patterns))
    for place in sorted(places):
        unit = index.units[place]
        value = _value(index.read[place], reading)
        if value is not None:
            judged = _judge(value, reading)
            yield ContractTerm(reading.id, value, reading.unit, judged, reading.why[judged], _span(unit))
        elif reading.without_number is not None:
            judged, amount = reading.without_number, find_amount(index.read[place])
            measure = "eur" if amount is not None else ""
            yield ContractTerm(reading.id, amount, measure, judged, reading.why[judged], _span(unit))


def _value(sentence: str, reading: TermRule) -> float | None:
    """The quantity of a folded sentence that matters, in the unit of the reading; a frequency is counted per year."""
    if reading.unit == "per_year":
        return _frequency(sentence)
    found = find_durations(sentence) if reading.unit else ()
    if not found:
        return None
    marks = [mark.start() for mark in re.finditer(reading.beside, sentence)] if reading.beside else []
    _, hours = min(found, key=lambda one: min((abs(mark - one[0]) for mark in marks), default=0))
    return round(hours / _HOURS[reading.unit], 2)


def _frequency(sentence: str) -> float | None:
    if re.search(
        r"\b(?:once|one|1|une?)\b.{0,25}(?:year|an\b|annee|twelve|douze|12|annual|calendar)|annuel|annually", sentence
    ):
        return 1.0
    return 2.0 if re.search(r"(?:twice|two|deux) .{0,20}(?:year|an\b|annee)", sentence) else None


@dataclass(frozen=True, slots=True)
class WrittenDuration:
    """A duration as a sentence writes it."""

    start: int
    """Where it begins in the folded sentence."""
    number: float
    unit: str
    """`hours`, `days`, `weeks`, `months` or `years`."""
    days_counted: str
    """`working` (Monday to Friday), `weekdays` (« ouvrables », Saturday too), or empty when every day counts."""

    @property
    def hours(self) -> float:
        """Its length when every day counts, to be compared."""
        return self.number * _HOURS[self.unit]


def written_durations(sentence: str) -> Sequence[WrittenDuration]:
    """Durations of a folded sentence in order.

    >>> [(one.number, one.unit, one.days_counted) for one in written_durations("within thirty (30) business days")]
    [(30.0, 'days', 'working')]
    >>> [one.days_counted for one in written_durations("sous dix jours ouvrables, ou 5 jours ouvres, ou 3 jours")]
    ['weekdays', 'working', '']
    """
    found = []
    for match in _QUANTITY.finditer(sentence):
        number = match["figure"] if (match["figure"] or "").isdigit() else match["number"]
        value = float(_WORDS.get(number, 0)) or float(number.replace(",", ".")) if number else 0.0
        found.append(WrittenDuration(match.start(), value, _KINDS[match["unit"][0]], _days_counted(match)))
    return found


def _days_counted(match: re.Match[str]) -> str:
    if "ouvrable" in (match["after"] or ""):
        return "weekdays"
    is_working = match["after"] or any(word in match["before"] for word in ("working", "business"))
    return "working" if is_working else ""


def find_durations(sentence: str) -> Sequence[tuple[int, float]]:
    """Durations of a folded sentence in order: where each begins, and its hours.

    >>> find_durations("sous quarante-huit (48) heures, puis 30 jours")
    [(5, 48.0), (37, 720.0)]
    >>> find_durations("within thirty (30) business days")
    [(7, 720.0)]
    >>> find_durations("dans les quarante-cinq jours, ou vingt et un jours")
    [(9, 1080.0), (33, 504.0)]
    """
    return [(one.start, one.hours) for one in written_durations(sentence)]


def find_amount(sentence: str) -> float | None:
    """The first amount in euros of a folded sentence; None when it has none.

    >>> find_amount("plafonnee a 100 000 euros"), find_amount("capped at eur 1.5 million"), find_amount("12 months")
    (100000.0, 1500000.0, None)
    """
    found = _AMOUNT.search(sentence)
    if found is None:
        return None
    digits = found["before"] or found["after"]
    plain = re.sub(r"[ ,.](?=\d{3}\b)", "", digits).replace(",", ".")
    return float(plain) * (1_000_000 if found["million"] else 1)


def _judge(value: float, reading: TermRule) -> TermJudgement:
    if reading.good is None or reading.acceptable is None:
        return TermJudgement.ACCEPTABLE
    good, acceptable = (
        (value >= reading.good, value >= reading.acceptable)
        if reading.more_is_better
        else (value <= reading.good, value <= reading.acceptable)
    )
    return TermJudgement.GOOD if good else TermJudgement.ACCEPTABLE if acceptable else TermJudgement.BAD


def _span(unit: ContractSentence) -> Span:
    return Span(unit.text, unit.start, unit.end, unit.page)
