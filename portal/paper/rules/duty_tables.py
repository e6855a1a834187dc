"""Tables that share duties out: a mark in the column of one party leaves nothing to the other."""

import re
from collections.abc import Sequence

from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind
from portal.paper.rules.sentences import ContractSentence

_MARK = expression(r"(?:x|v|r|ra|oui|yes|\W)\.?", re.IGNORECASE)
"""A cross, a tick, « oui », the R of who does it."""
_ALONE = expression(r"(?:(?:the|le|la|l') ?)?(?P<party>@[cp])(?: (?:only|alone|seule?))?")
_FEW = 6
"""Columns up to which a table shares duties out."""


def rows_of_the_other_party(units: Sequence[ContractSentence], lines: Sequence[str]) -> frozenset[int]:
    """The rows that put what they name on the controller alone, by a mark under its name or by its name in a cell.

    `lines` are the sentences folded, their parties by their letters, each after what introduces it.
    """
    found = set()
    for place, (unit, line) in enumerate(zip(units, lines, strict=True)):
        if unit.kind is ParagraphKind.ROW and "@c" in line and _is_the_others(line):
            found.add(place)
    return frozenset(found)


def _is_the_others(line: str) -> bool:
    head, *cells = (cell.strip() for cell in line.split("|"))
    names = [name.strip() for name in head.split(" ; ")]
    if len(names) > _FEW:
        return False
    bearers = {
        found["party"]
        for name, cell in zip(names, cells, strict=False)
        if (found := _ALONE.fullmatch(name)) and _MARK.fullmatch(cell)
    }
    if not bearers:
        bearers = {found["party"] for cell in cells[1:] if (found := _ALONE.fullmatch(cell))}
    return bearers == {"@c"}
