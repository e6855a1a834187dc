"""The figures of our negotiation positions: compared with one another, and with the numbers printed in their texts."""

import re
from collections.abc import Iterator, Mapping

from portal.contracts.rules.model import Clause, FigureUnit, NegotiationPoint, Passage, PositionFigure, Quantity
from portal.contracts.rules.spelled_numbers import number_words
from portal.core.documents.tree import Text
from portal.core.expressions import expression
from portal.core.language import Language, Sentence, say

_UNITS: Mapping[Language, str] = {
    Language.FR: r"(?P<business_days>jours? ouvrés?)|(?P<hours>heures?)|(?P<days>jours?|jour)|(?P<months>mois)",
    Language.EN: r"(?P<business_days>business days?)|(?P<hours>hours?)|(?P<days>days?)|(?P<months>months?)",
}
_FIGURES = {
    language: expression(rf"(?P<number>\d{{1,9}})(?:e|er|st|nd|rd|th)?\)?\s(?:{units})\b", re.IGNORECASE)
    for language, units in _UNITS.items()
}
_NUMBER_WORDS: Mapping[Language, str] = {
    Language.FR: "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|"
    "quarante|cinquante|soixante|cent",
    Language.EN: "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|twenty|"
    "thirty|forty|fifty|sixty|hundred",
}
_UNNAMED = {language: re.sub(r"[?]P<[a-z_]+>", "?:", units) for language, units in _UNITS.items()}
_UNFIGURED = {
    language: expression(
        rf"\b(?:{numbers})(?:[- ](?:{numbers}|one|un|et un))?\s(?:{_UNNAMED[language]})\b", re.IGNORECASE
    )
    for language, numbers in _NUMBER_WORDS.items()
}
_RHYTHMS: Mapping[Language, Mapping[str, int]] = {
    Language.FR: {
        "chaque mois": 1, "mensuel": 1, "chaque trimestre": 3, "trimestriel": 3, "chaque semestre": 6, "semestriel": 6,
    },
    Language.EN: {
        "every month": 1, "monthly": 1, "every quarter": 3, "quarterly": 3, "every half-year": 6, "half-yearly": 6,
    },
}  # fmt: skip
_AT_ONCE: Mapping[Language, tuple[str, ...]] = {
    Language.FR: ("le jour même", "immédiat", "aussitôt", "préalable"),
    Language.EN: ("the same day", "immediate", "at once", "prior"),
}


_BRACKETED = expression(r"\s\((\d{1,3})\)")
_LAST_WORDS = expression(r"(?:[^\W\d_]{1,30}[- ]){0,4}[^\W\d_]{1,30}$")
"""What stands before it; looked for from each letter of a whole clause, it took half the reading of the library."""
_REACH = 160
"""Letters that five words of thirty letters take."""


def figure_defects(clause: Clause) -> Iterator[Sentence]:
    """Figures that contradict one another, the numbers of the texts they stand for, or their own words."""
    for language in Language:
        for number, passage in enumerate(clause.prose.get(language, ()), start=1):
            yield from _misspelled(number, _text_of(passage), language)
        for point in clause.negotiation:
            for text in (*map(_text_of, point.fallback.get(language, ())), point.red_line.said_in(language)):
                yield from _misspelled(point.paragraph, text, language)
    for point in clause.negotiation:
        for figure in point.figures:
            yield from _order(point.paragraph, figure)
        for language in Language:
            passages = clause.prose.get(language, ())
            if point.paragraph <= len(passages):
                yield from _printed(point, passages[point.paragraph - 1], language)


def _order(paragraph: int, figure: PositionFigure) -> Iterator[Sentence]:
    if figure.preferred is not None and figure.is_stricter(figure.fallback, figure.preferred):
        yield say(
            "Paragraphe %(n)s, « %(what)s » : le repli est plus strict que la position préférée.",
            n=paragraph,
            what=figure.what.fr,
        )
    if figure.red_line is not None and figure.is_stricter(figure.red_line, figure.fallback):
        yield say(
            "Paragraphe %(n)s, « %(what)s » : la ligne rouge est plus stricte que le repli.",
            n=paragraph,
            what=figure.what.fr,
        )


def _printed(point: NegotiationPoint, passage: Passage, language: Language) -> Iterator[Sentence]:
    """Each figure is printed where it holds, and no text of ours prints one that was not declared."""
    text = _text_of(passage)
    texts = {
        "preferred": text,
        "fallback": " ".join(map(_text_of, point.fallback.get(language, ()))),
        "red_line": point.red_line.said_in(language),
    }
    declared: dict[str, set[Quantity]] = {name: set() for name in texts}
    for figure in point.figures:
        for name, quantity in (
            ("preferred", figure.preferred), ("fallback", figure.fallback), ("red_line", figure.red_line),
        ):  # fmt: skip
            if quantity is None:
                continue
            declared[name].add(quantity)
            if not _says(texts[name], quantity, language):
                yield say(
                    "Paragraphe %(n)s, « %(what)s » : le texte (%(where)s, %(language)s) n'imprime pas %(figure)s.",
                    n=point.paragraph,
                    what=figure.what.fr,
                    where=name,
                    language=language.value,
                    figure=f"{quantity.number} {quantity.unit}",
                )
    everything = set().union(*declared.values(), quantities_in(text, language))
    for name in ("fallback", "red_line"):
        for quantity in sorted(quantities_in(texts[name], language) - everything, key=lambda one: one.hours):
            yield say(
                "Paragraphe %(n)s : le texte (%(where)s, %(language)s) imprime %(figure)s, que rien ne déclare.",
                n=point.paragraph,
                where=name,
                language=language.value,
                figure=f"{quantity.number} {quantity.unit}",
            )
        if found := _UNFIGURED[language].search(texts[name]):
            yield say(
                "Paragraphe %(n)s : écrivez aussi en chiffres « %(words)s » (%(where)s, %(language)s).",
                n=point.paragraph,
                words=found[0],
                where=name,
                language=language.value,
            )


def _text_of(passage: Passage) -> str:
    return " ".join(piece.text for piece in passage.pieces if isinstance(piece, Text))


def _misspelled(paragraph: int, text: str, language: Language) -> Iterator[Sentence]:
    """Words that do not say the figures that follow them: « vingt-quatre (48) »."""
    flat = " ".join(text.split())
    for bracket in _BRACKETED.finditer(flat):
        before = _LAST_WORDS.search(flat[max(0, bracket.start() - _REACH) : bracket.start()])
        words, figures = before[0].lower().split() if before else [], int(bracket[1])
        ends = (" ".join(words[start:]) for start in range(len(words)))
        said = next((end for end in ends if end in number_words(language)), None)
        if said is not None and number_words(language)[said] != figures:
            yield say(
                "Paragraphe %(n)s (%(language)s) : « %(words)s » est suivi de (%(figures)s).",
                n=paragraph,
                language=language.value,
                words=said,
                figures=figures,
            )


def _says(text: str, quantity: Quantity, language: Language) -> bool:
    if quantity.number == 0:
        return any(words in text.lower() for words in _AT_ONCE[language])
    return quantity in quantities_in(text, language)


def quantities_in(text: str, language: Language) -> set[Quantity]:
    """The numbers with a unit that a text prints.

    >>> sorted(one.hours for one in quantities_in("dans les vingt-quatre (24) heures, chaque mois", Language.FR))
    [24, 672]
    """
    flat = " ".join(text.split())
    found = [
        Quantity(int(one["number"]), next(unit for unit in FigureUnit if one[unit.value]))
        for one in _FIGURES[language].finditer(flat)
    ]
    low = flat.lower()
    found += [Quantity(months, FigureUnit.MONTHS) for words, months in _RHYTHMS[language].items() if words in low]
    return set(found)
