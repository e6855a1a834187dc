"""Column widths of a table: as asked, unless a word would not fit and the neighbours have room to give."""

from collections.abc import Sequence

from portal.core.documents.tree import Table
from portal.core.documents.wording import set_inlines, typeset
from portal.core.expressions import expression
from portal.core.language import Language

CHARACTERS_ACROSS = 80
"""Characters of the table's size that fit between the margins."""
LONGEST_KEPT = 26
"""Longer words are cut rather than given more room."""
MARGIN = 2
"""Room between columns, in characters."""
MANY_COLUMNS = 6
"""Columns from which a table is set smaller and closer, so that fewer words are cut."""
CHARACTERS_ACROSS_MANY, MARGIN_OF_MANY = 86, 1
_BREAKS = expression(r"[ \n]+")
"""Where a line may end: not at a no-break space, which holds a number or a date together."""


def column_shares(table: Table, language: Language) -> tuple[float, ...]:
    """The share of the whole width each column gets; they add up to 1.

    >>> from portal.core.documents.tree import Text
    >>> row = ((Text("Paris"),), (Text("dpo@nuage-rhenan.example"),), (Text("oui"),), (Text("non"),))
    >>> [round(share, 2) for share in column_shares(Table("", ("a", "b", "c", "d"), (row,)), Language.FR)]
    [0.23, 0.33, 0.22, 0.22]
    """
    columns = len(table.header)
    asked = table.widths or (1,) * columns
    wanted = [width / sum(asked) for width in asked]
    needed = [0.0] * columns
    for row in ((typeset(cell, language) for cell in table.header), *_said(table, language)):
        needed = [
            max(so_far, _need(text, many=columns >= MANY_COLUMNS)) for so_far, text in zip(needed, row, strict=True)
        ]
    return _balanced(wanted, needed)


def _said(table: Table, language: Language) -> list[list[str]]:
    return [["".join(text for _, text in set_inlines(cell, language)) for cell in row] for row in table.rows]


def _need(text: str, *, many: bool) -> float:
    longest = max(map(len, _BREAKS.split(text)), default=0)
    across, margin = (CHARACTERS_ACROSS_MANY, MARGIN_OF_MANY) if many else (CHARACTERS_ACROSS, MARGIN)
    return (min(longest, LONGEST_KEPT) + margin) / across


def _balanced(wanted: Sequence[float], needed: Sequence[float]) -> tuple[float, ...]:
    """Each column at least what it needs, what is left in proportion to what was wanted beyond.

    When all cannot have what they need, the longest word gives way first: an address may be cut, « traitement » not.

    >>> _balanced([0.5, 0.5], [0.1, 0.2]), _balanced([0.75, 0.25], [0.25, 0.5]), _balanced([0.5, 0.5], [0.9, 0.9])
    ((0.5, 0.5), (0.5, 0.5), (0.5, 0.5))
    >>> _balanced([0.5, 0.25, 0.25], [0.7, 0.25, 0.25])
    (0.5, 0.25, 0.25)
    """
    needed = _levelled(needed)
    total = sum(needed)
    beyond = [max(want - need, 0) for want, need in zip(wanted, needed, strict=True)]
    if total >= 1 or not any(beyond):
        return tuple(need / total for need in needed)
    return tuple(need + extra * (1 - total) / sum(beyond) for need, extra in zip(needed, beyond, strict=True))


def _levelled(needed: Sequence[float]) -> list[float]:
    """The needs, cut at the height at which they fit together."""
    room = 1.0
    for position, need in enumerate(sorted(needed)):
        level = room / (len(needed) - position)
        if need > level:
            return [min(one, level) for one in needed]
        room -= need
    return list(needed)
