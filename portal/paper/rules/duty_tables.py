"""Tables that share duties out: what stands in one party's column, or a mark in it, leaves nothing to the other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind
from portal.paper.rules.sentences import ContractSentence

_MARK = expression(r"(?:x|v|r|ra|oui|yes|[^\w\s\-–—‒.…/:,;|])\.?", re.IGNORECASE)
"""A cross, a tick, « oui », the R of who does it; never a dash, which says that nothing is asked."""
_VOID = expression(r"\W*|n ?[./]? ?a\.?|sans objet|neant|nil|none|rien|aucune?|nothing|not applicable|non applicable")
"""What says that a party has nothing to do."""
_ALONE = expression(r"(?:(?:the|le|la|l') ?)?(?P<party>@[cp])(?: (?:only|alone|seule?))?")
_COLUMN = expression(
    r"(?:(?:(?:what|ce que)(?: (?:is|must be) done by)?|(?:cote|side|pour|by|par)"
    r"|(?:obligations?|dut(?:y|ies)|engagements?|roles?|commitments?|responsibilit(?:y|ies)|responsabilites?|part"
    r"|taches?|tasks?|actions?)(?: (?:of|du|de la|de l'|de|des))?) ?)?"
    r"(?:(?:the|le|la|l') ?)?(?P<party>@[cp])(?:'s?)?"
    r"(?: (?:does|do|fait|must(?: do)?|shall(?: do)?|will(?: do)?|doit(?: faire)?|s'engage a"
    r"|obligations?|dut(?:y|ies)|roles?|commitments?|part|tasks?))?"
)
"""How a column is headed by the duties of a party (« Le Titulaire », « What the Supplier does »)."""
_SUBJECT = expression(
    r"(?:\W{0,4}\S{1,7}[.)] )?(?:(?:the|le|la|l') ?)?@[pcs]\b"
    r"|(?:il|elle|ils|elles|it|they|no|aucune?|nul|si|if|where)\b"
)
"""A cell that says itself who does what."""
_DUTY = expression(
    r"@p\b[^|]{0,80}\b(?:shall|must|will|undertakes?|agrees? to|doit|devra|s'engage|s'oblige)\b"
    r"|@p (?:\w+ )?(?:\w{3,14}(?:e|t|d|s)) (?:\w+ ){2}"
)
_LAST_DUTY = expression(r"@p (?:\w+ )?\w{2,13}[etds] (?:[\w'@]+ ){2}")
"""The same, said in the last cell of a row: nothing stands after it, no price and no « non souscrit »."""
_FEW = 6
"""Columns up to which a table shares duties out."""
_SAYS = 3
"""Words from which a cell says something."""
_NAMES = expression(r"[a-z]{3}|@[pcsd]\b")
"""What a cell that is no number nor mark holds."""
_LABEL = 8
"""Words up to which a cell only names what another one says."""


class _DutyRow(NamedTuple):
    """A row, or what is left of one of which a sentence ended: the names of its columns, and its cells."""

    names: tuple[str, ...]
    cells: tuple[str, ...]


def rows_of_the_other_party(units: Sequence[ContractSentence], lines: Sequence[str]) -> frozenset[int]:
    """The rows that put what they name on the controller alone: a mark or words in its column, its name in a cell.

    `lines` are the sentences folded, their parties by their letters, each after what introduces it.
    """
    return frozenset(place for place, row in _rows(units, lines) if _is_the_others(row))


def sentences_of_rows(units: Sequence[ContractSentence], lines: Sequence[str]) -> Mapping[int, str]:
    """What rows say as sentences, by place: the cell under the processor's name, or the one cell that says a duty.

    « Violation | prévient sous 24 heures | notifie à la CNIL », under « Le Titulaire » and « L'acheteur », says that
    the first warns, and nothing that the second does is read as its duty.
    """
    found = {}
    for place, row in _rows(units, lines):
        said = _of_the_processor(row) or _only_duty(row)
        if said:
            found[place] = said
    return found


def _rows(units: Sequence[ContractSentence], lines: Sequence[str]) -> Iterator[tuple[int, _DutyRow]]:
    """Each row after a header, with its place; one cut into sentences goes on in the column where it was cut."""
    paragraph, column, end = -1, 0, 0
    for place, (unit, line) in enumerate(zip(units, lines, strict=True)):
        if unit.kind is not ParagraphKind.ROW or not unit.lead or "|" not in line:
            continue
        head, *cells = (cell.strip() for cell in line.split("|"))
        if unit.paragraph != paragraph:
            column = 0
        elif unit.start - end > 1:
            column += 1
        names = tuple(name.strip() for name in f" {head} ".split(" ; "))
        if len(names) <= _FEW and not unit.lead.rstrip().endswith(":"):
            yield place, _DutyRow(names[column:], tuple(cells))
        paragraph, column, end = unit.paragraph, column + len(cells) - 1, unit.end


def _is_the_others(row: _DutyRow) -> bool:
    marked = {
        found["party"]
        for name, cell in zip(row.names, row.cells, strict=False)
        if (found := _COLUMN.fullmatch(name)) and _MARK.fullmatch(cell)
    }
    if not marked:
        if _is_left_to_another(row):
            return True
        marked = {found["party"] for cell in row.cells[1:] if (found := _ALONE.fullmatch(cell))}
    return marked == {"@c"}


def _is_left_to_another(row: _DutyRow) -> bool:
    """Whether nothing stands in the processor's column, and words do in another party's: the one named, or the next."""
    told = _told(row)
    if told.get("@p", "something"):
        return False
    place = next(rank for rank, name in enumerate(row.names) if _is_of_the_processor(name))
    beside = (told.get("@c", ""), *row.cells[place + 1 :])
    return any(len(cell.split()) >= _SAYS for cell in beside)


def _is_of_the_processor(name: str) -> bool:
    found = _COLUMN.fullmatch(name)
    return found is not None and found["party"] == "@p"


def _told(row: _DutyRow) -> dict[str, str]:
    """What stands in the column of each party, empty where nothing does."""
    return {
        found["party"]: "" if _VOID.fullmatch(cell) else cell
        for name, cell in zip(row.names, row.cells, strict=False)
        if (found := _COLUMN.fullmatch(name))
    }


def _of_the_processor(row: _DutyRow) -> str:
    """What the processor does, when a column is its own."""
    cell = _told(row).get("@p", "")
    if len(cell.split()) < _SAYS:
        return ""
    return _labelled(row, cell, cell if _SUBJECT.match(cell) else f"@p {cell}")


def _only_duty(row: _DutyRow) -> str:
    """The duty that one cell says, when the others only name it."""
    duties = [cell for cell in row.cells if _DUTY.search(cell)]
    if not duties and _LAST_DUTY.search(row.cells[-1]):
        duties = [row.cells[-1]]
    if len(duties) != 1 or len(row.cells) == 1:
        return ""
    others = [cell for cell in row.cells if cell not in duties]
    return _labelled(row, duties[0], duties[0]) if all(len(cell.split()) <= _LABEL for cell in others) else ""


def _labelled(row: _DutyRow, cell: str, said: str) -> str:
    """A sentence after the cells before it that name its subject, without their numbers."""
    before = row.cells[: row.cells.index(cell)]
    names = [one for one in before if len(one.split()) <= _LABEL and _NAMES.search(one)]
    return " | ".join([*names[-1:], said])
