"""The picture of a chain: columns of boxes from our entities to the countries, and the curves between them.

Pure, and linear in what it is given but for the sorting of a column. A column too long is drawn by groups; a label is
cut to the width of its box, so that nothing overlaps whatever the names.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from functools import cached_property

from portal.core.dataclass import dataclass

MOST = 24
"""Boxes of a column; one that has more is drawn by groups."""
BOX_WIDTH, BOX_HEIGHT, GAP, PITCH, TOP, MARGIN = 168, 28, 8, 208, 34, 4
"""Pixels of the drawing; PITCH from one column to the next, TOP above the first box, for the name of the column."""
PADDING = 8
"""Pixels between the side of a box and its label."""
_NARROW, _WIDE = set("iljtfrI.,;:'’|!()[] -"), set("mwMW@%&ŒœÆæ…—")


class Rank(IntEnum):
    """The columns, from the left."""

    ENTITY = 0
    PROCESSING = 1
    VENDOR = 2
    """Vendors of the register, and companies that nobody engages."""
    FIRST = 3
    SECOND = 4
    DEEPER = 5
    COUNTRY = 6


@dataclass(frozen=True, slots=True)
class PictureItem:
    """Something to draw."""

    key: str
    label: str
    rank: Rank
    group: str = ""
    """What it is drawn under when its column is too long."""
    is_red: bool = False
    is_unfiled: bool = False
    """Whether it is a service that no line of the register of processing rests on."""


@dataclass(frozen=True, slots=True)
class PictureLink:
    """One thing leads to another."""

    start: str
    end: str
    is_red: bool = False


@dataclass(frozen=True)
class PictureBox:
    """A thing, or a group of things, where it is drawn."""

    key: str
    """Of the thing; of a group, `group:<rank>:<group>`."""
    label: str
    shown: str
    """The label as far as it fits."""
    rank: Rank
    x: int
    y: int
    count: int
    """How many things it stands for."""
    group: str
    is_red: bool
    unfiled: int
    """How many of them are services without a line of the register."""

    @property
    def middle(self) -> int:
        """Where curves arrive."""
        return self.y + BOX_HEIGHT // 2


@dataclass(frozen=True)
class PictureCurve:
    """What leads from a box to another."""

    start: PictureBox
    end: PictureBox
    path: str
    count: int
    is_red: bool
    is_back: bool
    """Whether it goes back to the left, or stays in its column: the chain comes back on itself."""


@dataclass(frozen=True)
class Picture:
    """A drawing, in pixels."""

    width: int
    height: int
    columns: tuple[tuple[Rank, int], ...]
    """Each column that has something, and where it begins."""
    boxes: tuple[PictureBox, ...]
    curves: tuple[PictureCurve, ...]


def draw(items: Sequence[PictureItem], links: Iterable[PictureLink]) -> Picture:
    """Draw things and what leads from one to another; a link to something that is not there is left out."""
    heaps = _heaps(items)
    box_of = {item.key: key for key, held in heaps.items() for item in held}
    joined: dict[tuple[str, str], list[int]] = {}
    for link in links:
        ends = box_of.get(link.start), box_of.get(link.end)
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            continue
        found = joined.setdefault((ends[0], ends[1]), [0, 0])
        found[0] += 1
        found[1] |= link.is_red
    boxes = _placed(heaps, joined.keys())
    columns = sorted({box.rank: box.x for box in boxes.values()}.items())
    curves = tuple(
        _curve(boxes[start], boxes[end], count, bool(is_red)) for (start, end), (count, is_red) in joined.items()
    )
    return Picture(
        width=max((box.x + BOX_WIDTH for box in boxes.values()), default=0) + MARGIN,
        height=max((box.y + BOX_HEIGHT for box in boxes.values()), default=0) + MARGIN,
        columns=tuple(columns),
        boxes=tuple(boxes.values()),
        curves=curves,
    )


@dataclass(frozen=True)
class Drawable:
    """All that may be drawn, and what finds a part of it without walking the rest; worked out once, at first use."""

    items: Sequence[PictureItem]
    links: Sequence[PictureLink]

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Where each thing stands among the items, by key."""
        return {item.key: row for row, item in enumerate(self.items)}

    @cached_property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """The keys of the things of each group, by the key that its box has."""
        found: dict[str, list[str]] = defaultdict(list)
        for item in self.items:
            found[f"group:{item.rank.value}:{item.group}"].append(item.key)
        return found

    @cached_property
    def red(self) -> Sequence[PictureItem]:
        """What is outside the EEA without a tool."""
        return [item for item in self.items if item.is_red]

    @cached_property
    def _leaving(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, link in enumerate(self.links):
            found[link.start].append(row)
        return dict(found)

    @cached_property
    def _arriving(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, link in enumerate(self.links):
            found[link.end].append(row)
        return dict(found)

    def get(self, key: str) -> PictureItem | None:
        """The thing of this key, when there is one."""
        row = self.rows.get(key)
        return None if row is None else self.items[row]

    def around(self, starts: Iterable[str]) -> "Drawable":
        """These things, all that leads to them and all that they lead to, in the order of the whole."""
        begun = list(starts)
        shown = _reached(lambda key: (self.links[row].end for row in self._leaving.get(key, ())), begun)
        shown |= _reached(lambda key: (self.links[row].start for row in self._arriving.get(key, ())), begun)
        rows = sorted(self.rows[key] for key in shown if key in self.rows)
        links = sorted(row for key in shown for row in self._leaving.get(key, ()))
        return Drawable([self.items[row] for row in rows], [self.links[row] for row in links])


def _reached(steps: Callable[[str], Iterable[str]], starts: Collection[str]) -> set[str]:
    found, waiting = set(starts), list(starts)
    while waiting:
        for other in steps(waiting.pop()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _heaps(items: Sequence[PictureItem]) -> dict[str, list[PictureItem]]:
    """What each box holds, by the key of the box."""
    columns: dict[Rank, list[PictureItem]] = defaultdict(list)
    for item in items:
        columns[item.rank].append(item)
    found: dict[str, list[PictureItem]] = {}
    for rank, column in columns.items():
        if len(column) <= MOST:
            found |= {item.key: [item] for item in column}
            continue
        groups: dict[str, list[PictureItem]] = defaultdict(list)
        for item in column:
            groups[item.group].append(item)
        if len(groups) == 1:  # nothing to group by: the first ones stand alone
            found |= {item.key: [item] for item in column[: MOST - 1]}
            found[f"group:{rank.value}:*"] = column[MOST - 1 :]
            continue
        largest = sorted(groups.items(), key=lambda named: (-len(named[1]), named[0]))
        kept = largest if len(largest) <= MOST else largest[: MOST - 1]
        for name, held in kept:
            found[held[0].key if len(held) == 1 else f"group:{rank.value}:{name}"] = held
        rest = [item for _name, held in largest[len(kept) :] for item in held]
        if rest:
            found[f"group:{rank.value}:*"] = rest
    return found


def _placed(heaps: Mapping[str, list[PictureItem]], joined: Iterable[tuple[str, str]]) -> dict[str, PictureBox]:
    """Where each box stands: in its column, near those that lead to it."""
    before: dict[str, list[str]] = defaultdict(list)
    for start, end in joined:
        before[end].append(start)
    columns: dict[Rank, list[str]] = defaultdict(list)
    for key, held in heaps.items():
        columns[held[0].rank].append(key)
    boxes: dict[str, PictureBox] = {}
    for place, rank in enumerate(sorted(columns)):
        drawn = {key: [boxes[one].y for one in before[key] if one in boxes] for key in columns[rank]}
        order = sorted(
            columns[rank], key=lambda key: (key.endswith(":*"), _mean(drawn[key]), heaps[key][0].label.casefold(), key)
        )
        for row, key in enumerate(order):
            boxes[key] = _box(key, heaps[key], MARGIN + place * PITCH, TOP + row * (BOX_HEIGHT + GAP))
    return boxes


def _mean(heights: Sequence[int]) -> float:
    return sum(heights) / len(heights) if heights else 0.0


def _box(key: str, held: Sequence[PictureItem], x: int, y: int) -> PictureBox:
    alone = not key.startswith("group:")
    label = held[0].label if alone else held[0].group if not key.endswith(":*") else ""
    is_red = any(item.is_red for item in held)
    mark = ("! " if is_red else "") + (f"{len(held)} · " if len(held) > 1 else "")
    shown = cut(label, int(BOX_WIDTH - 2 * PADDING - text_width(mark)))
    unfiled = sum(item.is_unfiled for item in held)
    return PictureBox(key, label, shown, held[0].rank, x, y, len(held), held[0].group, is_red, unfiled)


def cut(label: str, room: int) -> str:
    """The label, cut with « … » when it is wider than some pixels.

    >>> cut("Paie Facile", 150), cut("Northwind Messaging Incorporated", 150)
    ('Paie Facile', 'Northwind Messagin…')
    """
    if text_width(label) <= room:
        return label
    kept = label
    while kept and text_width(kept) + text_width("…") > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def text_width(text: str) -> float:
    """Pixels that a text takes at most, at 13 pixels, in the fonts of the portal; a script of another alphabet is wide.

    >>> text_width("il") < text_width("nn") < text_width("NN") < text_width("MW") == text_width("광장")
    True
    """
    return sum(
        4.6 if mark in _NARROW else 13.0 if mark in _WIDE or ord(mark) > 0x2FFF else 9.4 if mark.isupper() else 7.7
        for mark in text
    )


def _curve(start: PictureBox, end: PictureBox, count: int, is_red: bool) -> PictureCurve:
    is_back = end.x <= start.x
    x1, x2 = start.x + BOX_WIDTH, end.x + (BOX_WIDTH if is_back else 0)
    bend = 26 if is_back else (x2 - x1) // 2
    last = x2 + bend if is_back else x2 - bend
    path = f"M{x1} {start.middle}C{x1 + bend} {start.middle} {last} {end.middle} {x2} {end.middle}"
    return PictureCurve(start, end, path, count, is_red, is_back)
