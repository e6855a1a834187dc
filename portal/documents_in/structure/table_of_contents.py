"""Tables of contents: lines that repeat the titles of a text; rules leave them out. Standard library only."""

import re
from dataclasses import replace

from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind
from portal.documents_in.structure import numbering
from portal.documents_in.structure.blocks import Block

_TITLE = expression(
    r"(?:sommaire|table des mati[èe]res|table of contents|contents|index|plan du contrat|plan)\s*:?", re.IGNORECASE
)
_LEADER = expression(
    r"(?<![.\s])\s*(?:\.\s?){4,}\s{0,9}(?:\d{1,3}|[ivxl]{1,5})?$"
    r"|(?<![…\s])\s*…{2,}\s{0,9}\d{0,3}$|(?<![_\s])\s*_{4,}\s{0,9}\d{1,3}$"
)
_TO_FILL = expression(r":\s{0,9}(?:[.…]\s?)+$")
"""Dots after a label, without the number of a page: an answer is to be written there."""
_PAGE = expression(r"(?<!\s)\s+\d{1,3}$")
_LETTERS = expression(r"[\W\d_]+")
LONGEST = 160
LEAST_LIST = 3


def mark_contents(blocks: list[Block]) -> list[Block]:
    """The blocks, lines of a table of contents marked and rid of their leaders and page numbers.

    >>> lines = ("Sommaire", "1. Objet ..... 3", "2. Durée ..... 4", "1. Objet")
    >>> found = mark_contents([Block(line) for line in lines])
    >>> [(block.kind and block.kind.value, block.text) for block in found]
    [('contents', 'Sommaire'), ('contents', '1. Objet'), ('contents', '2. Durée'), (None, '1. Objet')]
    """
    keys = [_title_key(block.text) for block in blocks]
    last = {key: rank for rank, key in enumerate(keys) if key}
    found = list(blocks)
    rank = 0
    while rank < len(blocks):
        block = blocks[rank]
        if block.kind is ParagraphKind.CONTENTS or (
            block.kind is None
            and len(block.text) <= LONGEST
            and _LEADER.search(block.text)
            and not _TO_FILL.search(block.text)
        ):
            found[rank] = _contents_line(block)
        elif block.kind in (None, ParagraphKind.HEADING) and _TITLE.fullmatch(block.text):
            end = _end_of_table(blocks, keys, last, rank + 1)
            if end > rank + 1:
                found[rank:end] = [_contents_line(entry) for entry in blocks[rank:end]]
                rank = end - 1
        rank += 1
    return found


def _end_of_table(blocks: list[Block], keys: list[str], last: dict[str, int], start: int) -> int:
    """Where a table that begins at `start` ends: at the first line that announces nothing further down."""
    rank = start + _tight_list(blocks, start)
    while rank < len(blocks):
        block = blocks[rank]
        announced = bool(keys[rank]) and last.get(keys[rank], rank) > rank
        if len(block.text) > LONGEST or not (announced or _LEADER.search(block.text) or _numbered_page(block)):
            break
        rank += 1
    return rank


def _tight_list(blocks: list[Block], start: int) -> int:
    """How many short lines stand together just under the word « Sommaire »; 0 when any of them is a sentence."""
    size = 0
    for rank, block in enumerate(blocks[start:], start):
        if (rank > start and block.apart) or len(block.text) > LONGEST or block.text.endswith((";", ",")):
            break
        size += 1
    return size if size >= LEAST_LIST else 0


def _numbered_page(block: Block) -> bool:
    return bool(_PAGE.search(block.text)) and len(block.text) < LONGEST


def _contents_line(block: Block) -> Block:
    if len(block.text) > LONGEST:
        return replace(block, kind=ParagraphKind.CONTENTS, level=0)
    text = _LEADER.sub("", block.text)
    if text == block.text and not _TITLE.fullmatch(text):
        text = _PAGE.sub("", text)
    return replace(block, text=text or block.text, kind=ParagraphKind.CONTENTS, level=0)


def _title_key(text: str) -> str:
    """What two printings of one title share."""
    if len(text) > LONGEST:
        return ""
    text = _PAGE.sub("", _LEADER.sub("", text))
    found = numbering.parse_mark(text)
    return _LETTERS.sub("", (found.rest or text) if found else text).lower()
