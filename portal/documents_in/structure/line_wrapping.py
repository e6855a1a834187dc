"""Lines of a plain text made paragraphs again, where they were cut to fit a width; where not, each stays its own.

Standard library only.
"""

import re
from itertools import pairwise
from statistics import quantiles

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind
from portal.documents_in.structure import numbering
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.characters import normalise, strip_emphasis
from portal.documents_in.structure.hyphens import HyphenJoiner
from portal.documents_in.structure.numbering import NumberForm

WIDEST = 140
"""Characters of the longest line that somebody cut to a width."""
_ENDED = (".", ":", ";", "!", "?", ":*", "|")
_ROW = expression(r"^\s*\|.*\|\s*$|^\s*\|\s*\S.*\|")
_RULE = expression(r"^[\s|:=_*~.·–—-]{3,}$")
_TO_FILL = expression(r"^[\s|]*(?:_{3}|\.{3}|…)[\s|_.…]*$")
"""A line that waits for an answer where it follows a label or stands in a table; elsewhere it only separates."""
_JOINING = expression(
    r"(?:\b(?:article|section|annexe?|appendix|schedule|clause|n°|no\.|du|de|des|of|the|to|la|le|les|in|and|et|[ldàa]['’]?)|[,(§]|l['’])$",
    re.I,
)

LEAST_CUT = 60
"""Characters of a line, at least, that a blank line may have cut where no line is cut to a width."""
_LISTED = expression(r"[;,]\s{1,9}(?:and|or|et|ou)$")
"""What ends an item that another one follows."""
_DANGLING = expression(
    r"\b(?:of|the|to|and|or|in|by|for|as|with|any|this|such|its|a|an|du|de|des|le|la|les|et|ou|à|par|un|une|ce|cette|"
    r"pour|avec|dans|son|sa)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line."""

    text: str
    indent: int = 0
    page: int | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing is printed."""
        return not self.text


def parse_line(raw: str, page: int | None = None) -> TextLine:
    """A line of a file, its characters made plain, its indentation counted."""
    expanded = raw.expandtabs(4).rstrip()
    return TextLine(normalise(expanded, soft_hyphens=True), len(expanded) - len(expanded.lstrip()), page)


def unwrap(lines: list[TextLine], width: int | None = None) -> list[Block]:
    """The paragraphs of a text, rows of its tables apart; `width` where the lines are but a part of what was cut."""
    lines = _single_spaced(lines)
    width = wrap_width(lines) if width is None else width
    joiner = HyphenJoiner(entry.text for entry in lines)
    found: list[list[TextLine]] = []
    apart: list[bool] = []
    separated = True
    for entry in lines:
        awaited = _TO_FILL.match(entry.text) and ("|" in entry.text or (found and found[-1][-1].text.endswith(":")))
        if entry.blank or (_RULE.match(entry.text) and not awaited):
            separated = True
            continue
        if awaited:
            found.append([entry])
            apart.append(True)
        elif (found and not separated and _continues(found[-1][-1], entry, width, opening=found[-1][0])) or (
            found and separated and _runs_on(found[-1][-1], entry, width)
        ):
            found[-1].append(entry)
        else:
            found.append([entry])
            apart.append(separated)
        separated = False
    return [_block(group, joiner, apart=gap) for group, gap in zip(found, apart, strict=True)]


def _block(group: list[TextLine], joiner: HyphenJoiner, *, apart: bool) -> Block:
    text = strip_emphasis(normalise(joiner.joined(entry.text for entry in group)))
    if _ROW.match(text):
        cells = [cell.strip() for cell in text.strip().removeprefix("|").removesuffix("|").split("|")]
        return Block(" | ".join(cells), ParagraphKind.ROW, page=group[0].page, apart=apart)
    return Block(text, level=group[0].indent, page=group[0].page, apart=apart)


def _single_spaced(lines: list[TextLine]) -> list[TextLine]:
    """The lines, without the blank ones of a text set with one after every line."""
    pairs = [(a, b) for a, gap, b in zip(lines, lines[1:], lines[2:], strict=False) if gap.blank and a.text and b.text]
    tight = sum(1 for a, b in pairwise(lines) if a.text and b.text)
    carried = sum(_lower(b) and not a.text.endswith(_ENDED) and 40 < len(a.text) < WIDEST for a, b in pairs)
    if tight * 10 > len(pairs) or carried * 4 < len(pairs) or carried < 5:
        return lines
    kept = []
    for rank, entry in enumerate(lines):
        single = entry.blank and 0 < rank < len(lines) - 1 and lines[rank - 1].text and lines[rank + 1].text
        if not single:
            kept.append(entry)
    return kept


def wrap_width(lines: list[TextLine]) -> int:
    """The width lines were cut to, in characters; 0 for a text where they were not."""
    pairs = [
        (a, b) for a, b in pairwise(lines) if a.text and b.text and not _ROW.match(a.text) and not _ROW.match(b.text)
    ]
    carried = [a.indent + len(a.text) for a, b in pairs if _lower(b) and not a.text.endswith((":", ";", "."))]
    cut = [length for length in carried if 35 <= length <= WIDEST]
    unmarked = sum(1 for a, b in pairs if not numbering.parse_mark(b.text) and len(a.text) <= WIDEST)
    if len(cut) < 3 or len(cut) * 5 < unmarked or len(cut) * 2 < len(carried):
        return 0
    return int(quantiles(cut, n=20)[-1]) if len(cut) > 3 else max(cut)


def _continues(before: TextLine, entry: TextLine, width: int, *, opening: TextLine) -> bool:
    """Whether a line goes on with the paragraph of the line just above."""
    if _ROW.match(before.text) or _ROW.match(entry.text):
        return False
    if not width:
        return numbering.parse_mark(entry.text) is None and 0 < _hang(opening) == entry.indent - opening.indent
    printed = before.indent + len(before.text)
    first = entry.text.split(" ", 1)[0]
    full = printed + 1 + len(first) > width * 0.93
    ended = before.text.endswith(_ENDED)
    found = numbering.parse_mark(entry.text)
    if found and not (full and not ended and may_continue_sentence(found, before.text)):
        return False
    if printed > width * 1.3:
        return False
    if _lower(entry) and not ended:
        return printed > width * 0.45 or entry.indent > opening.indent
    hung = found is None and 0 < _hang(opening) == entry.indent - opening.indent
    carried = not ended and printed > width * 0.5 and before.text.count(" ") >= 8
    return hung or full or (carried and not _titled(before, opening))


def _runs_on(before: TextLine, entry: TextLine, width: int) -> bool:
    """Whether a blank line fell inside a sentence (a page's end, often)."""
    if (
        numbering.parse_mark(entry.text)
        or _ROW.match(before.text)
        or _ROW.match(entry.text)
        or _LISTED.search(before.text)
    ):
        return False
    printed = before.indent + len(before.text)
    dangling = bool(_DANGLING.search(before.text))
    if not width:
        cut = printed > LEAST_CUT // 2 if dangling else printed > LEAST_CUT and before.text[-1].isalpha()
        return entry.text[:1].islower() and cut
    carried = _lower(entry) and not before.text.endswith((*_ENDED, ")"))
    return width * 0.6 < printed <= width * 1.3 and (carried or dangling)


def may_continue_sentence(found: numbering.NumberMark, before: str) -> bool:
    """Whether what looks like a number may be the middle of a sentence: « …à l'article / 12. Le client »."""
    if found.form is NumberForm.BULLET:
        return False
    if found.form in (NumberForm.DECIMAL, NumberForm.ARTICLE, NumberForm.CAPITAL):
        return bool(_JOINING.search(before))
    return bool(_JOINING.search(before)) and found.rest[:1].islower()


def _hang(opening: TextLine) -> int:
    found = numbering.parse_mark(opening.text)
    return len(opening.text) - len(found.rest) if found else 0


def _titled(before: TextLine, opening: TextLine) -> bool:
    return before is opening and len(before.text) < 60 and not before.text.endswith(",")


def _lower(entry: TextLine) -> bool:
    return entry.text[:1].islower() and not numbering.parse_mark(entry.text)
