"""The picture of the portfolio on paper: key figures, heat map in colour, trend; an SVG and the same in words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import wrap
from xml.sax.saxutils import escape

from portal.core.documents.tree import Figure
from portal.core.language import Sentence, say
from portal.dashboard import rules
from portal.dashboard.portfolio_page import PortfolioFigure, month_name, trend_title
from portal.dashboard.rules import HeatMap
from portal.scorecards.overview import MonthLevel

Say = Callable[[Sentence | str], str]
WIDTH, HEIGHT = 468, 210
"""Three units a millimetre: as wide as the text of a page."""
INK, SOFT, RULE = "#16233f", "#5b6270", "#d5d8df"
TONES = {"danger": "#a11f33", "warning": "#8a4b08", None: INK}
HEAT = ("#d3e5da", "#e6ecca", "#fae6b8", "#f6c9a4", "#efa6a0")
"""From the safest to the gravest, as on the page (`tokens.css`)."""
TILE_TOP, CHART_TOP = 0, 70
HEAT_WIDTH, TREND_LEFT = 244, 276
CELL, ROW = 32, 20


def portfolio_picture(
    figures: Sequence[PortfolioFigure], heat: HeatMap, trend: Sequence[MonthLevel], said: Say
) -> Figure:
    """Key figures, the heat map and the trend as one picture, with everything it shows in its text."""
    drawn = "".join([*_tiles(figures, said), *_heat(heat, said), *_trend(trend, said)])
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH / 3:.0f}mm" '
        f'height="{HEIGHT / 3:.0f}mm" font-family="Liberation Sans, Arial, sans-serif">{drawn}</svg>'
    )
    return Figure(svg, " ".join(_words(figures, heat, trend, said)))


def _text(x: float, y: float, text: object, size: float, fill: str = INK, *, anchor: str = "start", bold: bool = False,
          serif: bool = False) -> str:  # fmt: skip
    weight = ' font-weight="bold"' if bold else ""
    family = ' font-family="Charis SIL, Liberation Serif, serif"' if serif else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"{weight}{family}>'
        f"{escape(str(text))}</text>"
    )


def _lines(
    x: float, y: float, text: str, letters: int, size: float, fill: str = INK, *, bold: bool = False
) -> Iterator[str]:
    """A text on lines of so many letters."""
    for rank, line in enumerate(wrap(text, letters, break_on_hyphens=False)):
        yield _text(x, y + rank * size * 1.2, line, size, fill, bold=bold)


def _tiles(figures: Sequence[PortfolioFigure], said: Say) -> Iterator[str]:
    width = WIDTH / len(figures)
    for rank, figure in enumerate(figures):
        left, colour = rank * width, TONES[figure.tone]
        ground = "#fbe9e7" if figure.tone == "danger" else "#f6f5f1"
        yield f'<rect x="{left:.1f}" y="{TILE_TOP}" width="{width - 6:.1f}" height="60" fill="{ground}"/>'
        yield f'<rect x="{left:.1f}" y="{TILE_TOP}" width="2" height="60" fill="{colour}"/>'
        yield _text(left + 7, TILE_TOP + 19, figure.value, 19, colour, serif=True)
        yield from _lines(left + 7, TILE_TOP + 30, said(figure.label), 16, 7.2, colour)


def _heat(heat: HeatMap, said: Say) -> Iterator[str]:
    yield from _lines(0, CHART_TOP + 8, said(rules.headline(heat)), 52, 8.4, bold=True)
    top, left = CHART_TOP + 38, HEAT_WIDTH - len(heat.grades) * CELL
    yield _text(0, top - 5, said(say("Risque inhérent")), 7.4, SOFT)
    for column, grade in enumerate(heat.grades):
        yield _text(left + (column + 0.5) * CELL - 1, top - 5, _grade(grade, said), 6.8, SOFT, anchor="middle")
    for rank, (level, cells) in enumerate(heat.rows):
        y = top + rank * ROW
        yield _text(left - 6, y + 13, f"{level} / 5", 8, SOFT, anchor="end")
        for column, count in enumerate(cells):
            shade = HEAT[(len(heat.rows) - rank + column + 1) // 2 - 1]
            fade = "" if count else ' fill-opacity="0.45"'
            place = f'x="{left + column * CELL:.1f}" y="{y}" width="{CELL - 2}" height="{ROW - 2}"'
            yield f'<rect {place} fill="{shade}"{fade}/>'
            if count:
                yield _text(left + (column + 0.5) * CELL - 1, y + 13, count, 10, anchor="middle", serif=True)


def _grade(grade: str, said: Say) -> str:
    return grade or said(say("non mesuré"))


def _trend(points: Sequence[MonthLevel], said: Say) -> Iterator[str]:
    yield from _lines(TREND_LEFT, CHART_TOP + 8, said(trend_title(points)), 42, 8.4, bold=True)
    if len(points) < 2:
        return
    top, bottom, left, right = CHART_TOP + 40, CHART_TOP + 128, TREND_LEFT + 20, WIDTH - 8
    for level in (0, 50, 100):
        y = bottom - (bottom - top) * level / 100
        yield f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{RULE}" stroke-width="0.8"/>'
        yield _text(left - 5, y + 2.5, level, 7, SOFT, anchor="end")
    step = (right - left) / (len(points) - 1)
    places = [(left + rank * step, bottom - (bottom - top) * one.mean / 100) for rank, one in enumerate(points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{INK}"/>' for x, y in places)
    for (x, y), one, anchor in ((places[0], points[0], "start"), (places[-1], points[-1], "end")):
        yield _text(x, y - 6, round(one.mean), 9, anchor=anchor, serif=True)
        yield _text(x, bottom + 11, month_name(one.month), 7, SOFT, anchor=anchor)


def _words(
    figures: Iterable[PortfolioFigure], heat: HeatMap, trend: Sequence[MonthLevel], said: Say
) -> Iterator[str]:  # fmt: skip
    for figure in figures:
        yield f"{figure.value} {said(figure.label)}."
    yield f"{said(rules.headline(heat))}."
    for level, cells in heat.rows:
        counted = [f"{_grade(grade, said)} {n}" for grade, n in zip(heat.grades, cells, strict=True) if n]
        if counted:
            yield f"{said(say('Risque inhérent'))} {level} / 5 : {', '.join(counted)}."
    yield f"{said(trend_title(trend))}."
    if len(trend) > 1:
        yield ", ".join(f"{month_name(one.month)} {round(one.mean)}" for one in trend) + "."
