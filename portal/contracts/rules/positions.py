"""Which position a draft holds on each point that the library lets us negotiate, with the figures it now prints."""

from collections.abc import Iterator, Mapping
from typing import Any

from portal.contracts.rules.free_text import read_text
from portal.contracts.rules.model import (
    Approver,
    BilingualWords,
    Clause,
    FigureSense,
    FigureUnit,
    NegotiationPoint,
    Passage,
    PositionFigure,
    Quantity,
)
from portal.contracts.rules.operative_words import text_of
from portal.contracts.rules.paragraphs import DraftParagraph, ParagraphWording
from portal.contracts.rules.position_figures import quantities_in
from portal.core.dataclass import dataclass
from portal.core.language import NO_BREAK, Language

_UNITS: Mapping[FigureUnit, tuple[BilingualWords, BilingualWords]] = {
    FigureUnit.HOURS: (BilingualWords("heure", "hour"), BilingualWords("heures", "hours")),
    FigureUnit.DAYS: (BilingualWords("jour", "day"), BilingualWords("jours", "days")),
    FigureUnit.BUSINESS_DAYS: (
        BilingualWords("jour ouvré", "business day"), BilingualWords("jours ouvrés", "business days"),
    ),
    FigureUnit.MONTHS: (BilingualWords("mois", "month"), BilingualWords("mois", "months")),
}  # fmt: skip


@dataclass(frozen=True)
class HeldFigure:
    """A figure under negotiation, as the draft prints it beside what we asked, accept and refuse."""

    figure: PositionFigure
    held: tuple[Quantity, ...]
    """What the text prints; several or none where a free text cannot be told."""

    @property
    def crosses(self) -> bool:
        """Whether a quantity of the text lies beyond the red line, or beyond the fallback where there is no line."""
        limit = self.figure.red_line or self.figure.fallback
        return any(self.figure.is_stricter(limit, one) for one in self.held)


@dataclass(frozen=True)
class HeldPosition:
    """What a draft says on one point."""

    clause: str
    anchor: str
    number: str
    """The paragraph as printed, e.g. `14.1`; empty when it is struck out."""
    title: str
    wording: ParagraphWording
    approver: Approver
    is_agreed: bool
    figures: tuple[HeldFigure, ...]

    @property
    def crosses(self) -> bool:
        """Whether a figure goes beyond our red line."""
        return any(one.crosses for one in self.figures)


def held_position(
    clause: Clause, point: NegotiationPoint, one: DraftParagraph, number: str, language: Language
) -> HeldPosition:
    """The position that a paragraph of a draft holds on a point of its clause."""
    wording = one.edit.wording if one.edit else ParagraphWording.LIBRARY
    return HeldPosition(
        clause.key,
        one.anchor,
        number,
        clause.title.said_in(language),
        wording,
        point.approver,
        not wording.departs or bool(one.edit and one.edit.is_agreed),
        tuple(_held(figure, wording, one.passage, language) for figure in point.figures),
    )


def _held(figure: PositionFigure, wording: ParagraphWording, passage: Passage, language: Language) -> HeldFigure:
    if wording is ParagraphWording.LIBRARY:
        return HeldFigure(figure, (figure.preferred,) if figure.preferred else ())
    if wording is ParagraphWording.FALLBACK:
        return HeldFigure(figure, (figure.fallback,))
    return HeldFigure(figure, _comparable(figure, passage, language))


def _comparable(figure: PositionFigure, passage: Passage, language: Language) -> tuple[Quantity, ...]:
    """The quantities of a free text that could be this figure: of its unit, or of one it is compared with."""
    kinds = {one.unit for one in (figure.preferred, figure.fallback, figure.red_line) if one}
    if kinds & {FigureUnit.HOURS, FigureUnit.DAYS, FigureUnit.BUSINESS_DAYS} and figure.sense is FigureSense.AT_MOST:
        kinds |= {FigureUnit.HOURS, FigureUnit.DAYS, FigureUnit.BUSINESS_DAYS, FigureUnit.MONTHS}
    found = quantities_in(text_of(passage), language)
    return tuple(sorted((one for one in found if one.unit in kinds), key=lambda one: (one.hours, one.unit)))


def crossed_figures(
    point: NegotiationPoint, text: str, language: Language, targets: frozenset[str]
) -> Iterator[HeldFigure]:
    """The figures of a free text that go beyond what we never accept."""
    passage = Passage(read_text(text, language, targets))
    for figure in point.figures:
        held = _held(figure, ParagraphWording.FREE, passage, language)
        if held.crosses:
            yield held


def quantity_words(quantity: Quantity | None, language: Language) -> str:
    """A quantity as people say it; nothing for a quantity without limit.

    >>> quantity_words(Quantity(3, FigureUnit.BUSINESS_DAYS), Language.FR).replace(NO_BREAK, " ")
    '3 jours ouvrés'
    """
    if quantity is None:
        return ""
    one, several = _UNITS[quantity.unit]
    return f"{quantity.number}{NO_BREAK}{(one if quantity.number < 2 else several).said_in(language)}"


def positions_json(positions: tuple[HeldPosition, ...], language: Language) -> list[dict[str, Any]]:
    """The positions of a version as plain values, to be frozen with it."""
    return [
        {
            "clause": one.clause,
            "anchor": one.anchor,
            "article": one.number,
            "title": one.title,
            "wording": one.wording.value,
            "crosses": one.crosses,
            "figures": [
                {
                    "what": held.figure.what.said_in(language),
                    "held": [quantity_words(quantity, language) for quantity in held.held],
                    "preferred": quantity_words(held.figure.preferred, language),
                    "fallback": quantity_words(held.figure.fallback, language),
                    "red_line": quantity_words(held.figure.red_line, language),
                }
                for held in one.figures
            ],
        }
        for one in positions
    ]
