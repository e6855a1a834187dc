"""The words of `vocabulary.toml`, compiled once."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.core.expressions import expression
from portal.evidence.reading.printed_text import PrintedText

_IN_ORDER = frozenset(["sentences", "standards"])
"""Sections whose expressions are tried one after the other."""
_FILE = Path(__file__).with_name("vocabulary.toml")


def _either(expressions: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in expressions))


def _compiled(value: Any, *, apart: bool = False) -> Any:
    if isinstance(value, list):
        return tuple(map(re.compile, value)) if apart else _either(value)
    return {name: _compiled(inner, apart=apart or name in _IN_ORDER) for name, inner in value.items()}


def _with_certifying(raw: dict[str, Any]) -> dict[str, Any]:
    """The acts that every certificate shares, in the place of the word that stands for them."""
    for kind in raw["kinds"].values():
        kind["acts"] = [
            act for one in kind["acts"] for act in (raw["certifies"]["acts"] if one == "CERTIFIES" else [one])
        ]
    return raw


WORDS: dict[str, Any] = _compiled(_with_certifying(tomllib.loads(_FILE.read_text("utf-8"))))


@lru_cache(maxsize=64)
def labels(*path: str) -> re.Pattern[str]:
    """The labels under a name of the vocabulary, each as a word of its own.

    >>> bool(labels("scope", "dpf").match("covered data: hr"))
    True
    """
    found: Any = WORDS
    for name in path:
        found = found[name]
    return re.compile(rf"(?<![a-z0-9])(?:{found.pattern})(?![a-z0-9])")


_AFTER = expression(r"(?: ?\([^()\n]{0,40}\))? ?(?P<colon>:|=)? {0,3}")
_LEADS = expression(
    r"(?:par|by|with|aupres d[e']|of|de|office|compte d[e'](?: la compagnie| l'assureur)?|compagnie|societe|"
    r"garantissant|covering|for)\Z"
)
_BREAK = expression(r"[.;:,|)\d-] {0,2}(?:(?:the|la|le|les|nos|our) )?\Z|certified |the |\b(?:est|is) \Z")
_FOLLOWING = expression(r"suivant|following|below|applicable")
_OPENING = " -•*·\"'«“(|\t"


class Labelled:
    """A label and where what it names begins and ends."""

    __slots__ = ("below", "end", "in_table", "label", "start")

    def __init__(self, label: str, start: int, end: int, *, in_table: bool, row: int = -1, target: int = -1) -> None:
        self.label, self.start, self.end, self.in_table = label, start, end, in_table
        self.below = in_table and target > row
        """Whether the label is the title of a column."""


def labelled(
    text: PrintedText, wanted: re.Pattern[str], limit: int | None = None, *, inline: bool = True
) -> list[Labelled]:
    """Every place that a label names: after its colon, in the cell beside or below, or on the next line.

    `inline` also takes what follows « délivré par », with no colon.
    """
    found = []
    for match in wanted.finditer(text.folded, 0, limit or len(text.folded)):
        rank = text.rank_at(match.start())
        segment = text.segments[rank]
        if match.end() > segment.end or match.end() == match.start():
            continue
        first = not text.folded[segment.start : match.start()].strip(_OPENING)
        after = _AFTER.match(text.folded, match.end(), segment.end)
        place = after.end() if after else match.end()
        colon = bool(after and after["colon"])
        leads = bool(_LEADS.search(match[0]))
        titled = colon and (place >= segment.end or text.text[match.start()].isupper() or _FOLLOWING.search(match[0]))
        if (
            not first
            and not leads
            and not titled
            and not _BREAK.search(text.folded, max(segment.start, match.start() - 12), match.start())
        ):
            continue  # « Organisme de formation : » names no training
        if place < segment.end and (colon or (inline and leads)):
            found.append(Labelled(match[0], place, segment.end, in_table=segment.row >= 0))
        elif place >= segment.end and (first or leads or colon) and (target := _beside(text, rank, wanted)):
            row = text.segment_at(target[0]).row
            found.append(Labelled(match[0], *target, in_table=segment.row >= 0, row=segment.row, target=row))
        elif first and segment.columns == 1 and text.folded[match.end() : match.end() + 3] in (" - ",):
            found.append(Labelled(match[0], match.end() + 3, segment.end, in_table=False))
    return found


def _beside(text: PrintedText, rank: int, wanted: re.Pattern[str]) -> tuple[int, int] | None:
    """The cell beside a label, or below when the row is one of labels; the next line out of a table."""
    segment = text.segments[rank]
    if segment.row >= 0:
        nearby = text.segments[rank + 1 : rank + 1 + segment.columns]
        beside = next((one for one in nearby if one.row == segment.row), None)
        below = next(
            (one for one in text.segments[rank + 1 : rank + 1 + 2 * segment.columns]
             if one.row > segment.row and one.column == segment.column and one.columns == segment.columns), None
        )  # fmt: skip
        if below and beside and is_label(text.folded[beside.start : beside.end]):
            return below.start, below.end
        if beside is None or (segment.columns > 2 and segment.column == 0 and below and is_header(text, rank)):
            return (below.start, below.end) if below else None
        if below and segment.columns > 2 and is_header(text, rank):
            return below.start, below.end
        return (beside.start, beside.end) if beside.end > beside.start else None
    for following in text.segments[rank + 1 : rank + 4]:
        if not text.text[following.start : following.end].rstrip().endswith(":"):
            return following.start, following.end
    return None


_ANY = (
    ("holder", "labels"),
    ("issuer", "strong"),
    ("scope", "certificate"),
    ("scope", "insurance"),
    ("limits", "labels"),
)
_TITLES = expression(
    r"(?:standard|norme|referentiel|reference|(?:certificate|policy) n\w{1,6}|n°.{0,20}|insurer|assureur|producer"
    r"|(?:montant|amount|plafond|franchise|limit)s?.{0,30})\W*"
)


def is_label(folded: str) -> bool:
    """Whether a cell only names what stands below or beside it."""
    bare = folded.strip(" .:*")
    dates = WORDS["dates"].values()
    return bool(
        any(labels(*path).fullmatch(bare) for path in _ANY)
        or any(pattern.fullmatch(bare) for pattern in dates)
        or _TITLES.fullmatch(bare)
    )


def is_header(text: PrintedText, rank: int) -> bool:
    """Whether the row of a cell is the titles of the columns: no figure in it, short cells, and a row below as wide."""
    row = text.segments[rank].row
    cells = [one for one in text.segments[max(0, rank - 12) : rank + 12] if one.row == row]
    return all(
        one.end - one.start < 50 and not any(c.isdigit() for c in text.text[one.start : one.end]) for one in cells
    )
