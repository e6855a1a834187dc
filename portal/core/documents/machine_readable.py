"""A document for programs: the same words as its pages, as JSON, with their anchors; the PDF carries it.

Only what is printed is in it. Whoever receives it can take the SHA-256 of `text` in UTF-8 again, and compare it with
the one at the head of every page.
"""

import json
from itertools import count
from typing import Any

from portal.core.documents.text import line_in, said_in, tree_text
from portal.core.documents.tree import (
    Block,
    Document,
    Figure,
    Items,
    Note,
    Paragraph,
    Section,
    SideBySide,
    Signatures,
    Table,
    Translated,
)
from portal.core.documents.wording import item_mark, section_label, typeset
from portal.core.language import Language

FILE_NAME = "document.json"
DESCRIPTION = "The same document as data (JSON)"
FORMAT = "vigie-document/1"


def to_json(document: Document) -> bytes:
    """The document as JSON in UTF-8; equal trees give equal bytes.

    >>> read = json.loads(to_json(Document("Accord", Language.FR, (Section("Objet", (), number="1", anchor="o"),))))
    >>> read["blocks"][0]
    {'kind': 'section', 'anchor': 'o', 'label': '1.', 'title': 'Objet', 'blocks': []}
    """
    language = document.language
    said = {
        "format": FORMAT,
        "title": typeset(document.title, language),
        "subtitle": typeset(document.subtitle, language),
        "language": language.value,
        "reference": typeset(document.reference, language),
        "edition": typeset(document.edition, language),
        "created": document.created,
        "draft": document.draft,
        "sha256": document.sha256,
        "cover": [
            {"label": typeset(label, language), "value": line_in(value, language)} for label, value in document.cover
        ],
        "blocks": _blocks(document.blocks, language),
        "text": tree_text(document),
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _blocks(blocks: tuple[Block, ...], language: Language) -> list[dict[str, Any]]:
    return [_block(block, language) for block in blocks]


def _block(block: Block, language: Language) -> dict[str, Any]:
    match block:
        case Section():
            found = {"kind": block.kind, "anchor": block.anchor, "label": section_label(block, language)}
            return found | {"title": typeset(block.title, language), "blocks": _blocks(block.blocks, language)}
        case Table():
            rows = [[said_in(cell, language) for cell in row] for row in block.rows]
            columns = [typeset(cell, language) for cell in block.header]
            return {"kind": "table", "caption": typeset(block.caption, language), "columns": columns, "rows": rows}
        case Items():
            marks = (item_mark(rank, ordered=block.ordered) for rank in count(1))
            items = [
                {"mark": mark, "text": said_in(item, language)} for item, mark in zip(block.items, marks, strict=False)
            ]
            return {"kind": "list", "items": items}
        case Signatures():
            parties = [
                {"party": typeset(party, language), "lines": [line_in(line, language) for line in lines]}
                for party, lines in block.parties
            ]
            return {"kind": "signatures", "parties": parties}
        case Translated() | SideBySide():
            return _spoken(block)
        case Figure() | Paragraph() | Note():
            said = (
                typeset(block.alternative, language) if isinstance(block, Figure) else said_in(block.inlines, language)
            )
            return {"kind": type(block).__name__.lower(), "text": said}


def _spoken(block: Translated | SideBySide) -> dict[str, Any]:
    if isinstance(block, Translated):
        blocks = _blocks(block.blocks, block.language)
        return {"kind": "translated", "language": block.language.value, "blocks": blocks}
    rows = [{"anchor": row.anchor, "left": _spoken(row.left), "right": _spoken(row.right)} for row in block.rows]
    return {"kind": "side_by_side", "rows": rows}
