"""What is printed again on every page: running headers and footers, page numbers. Standard library only."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from portal.core.expressions import expression

EDGE = 4
"""Lines looked at from the top and from the bottom of a page."""
LEAST_PAGES = 3
LONGEST_STAMP = 80
_DATED = expression(r"\b(?:19|20)\d\d\b|\bv\d", re.IGNORECASE)
_DIGITS = expression(r"\d+")
_PAGE_NUMBER = expression(
    r"\A[\W_]*(?:page\s{0,9}|p\.\s{0,9})?(?:\d{1,4}|[ivx]{1,5})(?:\s{0,9}(?:/|of|sur|de|-|–)\s{0,9}\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_OF = r"(?:/|of|sur|de)"
_SPELT = expression(
    rf"\A[\W_]*(?:page\s{{0,9}}\d{{1,4}}(?:\s{{0,9}}{_OF}\s{{0,9}}\d{{1,4}})?|\d{{1,4}}\s?{_OF}\s?\d{{1,4}})[\W_]*",
    re.I,
)


def find_repeated(pages: Sequence[Sequence[str]]) -> set[tuple[int, int]]:
    """The (page, line) places, from 0, of what is printed again; a title printed once at a page's top is none.

    Parts of a line that stand far apart are separated by a tabulation.

    >>> sorted(find_repeated([["DPA v1", "Objet", "1"], ["DPA v1", "Durée", "2"], ["DPA v1", "Audit", "3"]]))
    [(0, 0), (0, 2), (1, 0), (1, 2), (2, 0), (2, 2)]
    """
    edges = [_edges(page) for page in pages]
    seen: Counter[str] = Counter()
    for page, places in zip(pages, edges, strict=True):
        seen.update({key for place in places for key in _keys(page[place])})
    most = max(LEAST_PAGES, len(pages) // 2)
    found = set()
    for number, (page, places) in enumerate(zip(pages, edges, strict=True)):
        for place in sorted(places):
            outer = place in (_first(page), _last(page)) or (number, place - 1) in found
            whole, *parts = _keys(page[place])
            again = seen[whole] >= most or (parts and all(seen[part] >= most for part in parts))
            if again or is_page_number(page[place], alone=outer and len(pages) > 1):
                found.add((number, place))
    return found


def find_stamps(lines: Sequence[str]) -> set[int]:
    """Places of short dated lines printed again and again in a text that lost its pages, and of what goes with them.

    Page numbers go too, where the only bare numbers of the text count 1, 2, 3… Each line is kept where it first stands.

    >>> find_stamps(["DPA", "Version de 2025", "Objet", *["DPA", "Version de 2025", "texte"] * 4]) >= {3, 4}
    True
    """
    printed = [place for place, line in enumerate(lines) if line]
    seen = Counter(line for line in lines if line and len(line) < LONGEST_STAMP)
    again = {line for line, count in seen.items() if count > LEAST_PAGES}
    stamps = {line for line in again if _DATED.search(line)}
    beside = [(lines[one], lines[other]) for one, other in pairwise(printed)]
    stamps |= {one for one, other in beside if other in stamps and one in again}
    stamps |= {other for one, other in beside if one in stamps and other in again}
    first = {line: lines.index(line) for line in stamps}
    numbers = [place for place in printed if lines[place].isdecimal() and len(lines[place]) < 4]
    counted = [int(lines[place]) for place in numbers]
    paged = len(counted) >= LEAST_PAGES and all(other == one + 1 for one, other in pairwise(counted))
    return {
        *(place for place in printed if lines[place] in stamps and place != first[lines[place]]),
        *(numbers if paged else ()),
    }


def is_page_number(line: str, *, alone: bool) -> bool:
    """Whether a line is only a page's number; `alone` accepts a bare figure.

    >>> is_page_number("Page 3 sur 12", alone=False), is_page_number("3", alone=True), is_page_number("3", alone=False)
    (True, True, False)
    """
    return bool(_SPELT.fullmatch(line) or (alone and line and _PAGE_NUMBER.fullmatch(line)))


def _edges(page: Sequence[str]) -> set[int]:
    printed = [place for place, line in enumerate(page) if line]
    return {*printed[:EDGE], *printed[-EDGE:]} if len(printed) > 2 * EDGE else {*printed[:1], *printed[-2:]}


def _first(page: Sequence[str]) -> int:
    return next((place for place, line in enumerate(page) if line), -1)


def _last(page: Sequence[str]) -> int:
    return max((place for place, line in enumerate(page) if line), default=-1)


def _keys(line: str) -> list[str]:
    """What two printings of a line share, then its parts; a bare number is no part of anything."""
    whole = _DIGITS.sub("#", line).lower()
    return [whole.replace("\t", " "), *(part for part in whole.split("\t") if len(part.strip("#./ ")) > 2)]
