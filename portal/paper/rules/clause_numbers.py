"""Clauses as a text names them: « l'article 9.6 », « clauses 4 to 6 (b) », and the paragraphs that stand in each."""

from collections.abc import Iterator, Sequence

from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind, SourceParagraph

_NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,3}"
CITED = rf"{_NUMBER}(?: ?\(?[a-z]{{1,4}}\)(?!\w))?"
CLAUSES = expression(
    rf"\b(?:articles?|clauses?|sections?|paragraph(?:e)?s?|points?|items?) (?P<first>{CITED})"
    rf"(?P<more>(?: ?(?:,|and|et|or|ou|to|a|through|-|&) ?{CITED}){{0,8}})"
)
_ONE = expression(rf"(?P<to>\b(?:to|a|through)\b|-)? ?(?P<number>{_NUMBER})(?: ?\(?(?P<letter>[a-z]{{1,4}})\))?")
_LONGEST_RANGE = 40


def listed_clauses(cited: str) -> Iterator[tuple[str, str]]:
    """Every clause of a list or a range.

    >>> sorted(number for number, _ in listed_clauses("clauses 4 to 6 and 9.1"))
    ['4', '5', '6', '9.1']
    """
    last = ""
    for one in _ONE.finditer(cited):
        number = one["number"]
        if one["to"] and last:
            yield from ((between, "") for between in _between(last, number))
        yield number, one["letter"] or ""
        last = number


def _between(first: str, last: str) -> Iterator[str]:
    """The numbers that stand between two, when only their last part differs."""
    above, begin = first.rpartition(".")[::2]
    over, end = last.rpartition(".")[::2]
    if above == over and 0 < int(end) - int(begin) <= _LONGEST_RANGE:
        for number in range(int(begin) + 1, int(end)):
            yield f"{above}.{number}" if above else str(number)


def clauses_above(paragraphs: Sequence[SourceParagraph]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Each paragraph by the clauses it stands in, as they may be named."""
    number = letter = ""
    for rank, one in enumerate(paragraphs):
        if one.number[:1].isdigit():
            number, letter = one.number, ""
        elif one.number:
            letter = one.number
        elif one.kind is ParagraphKind.HEADING:
            number = letter = ""
        parts = number.split(".") if number else []
        above = [(".".join(parts[: size + 1]), "") for size in range(len(parts))]
        yield rank, [*above, (number, letter)] if number else []
