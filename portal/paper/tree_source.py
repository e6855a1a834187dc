"""Turns a document tree of ours into a source document, so that what we write is checked like what we receive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from portal.core.documents import tree
from portal.core.documents.outline import clause_opening
from portal.core.documents.wording import item_mark, section_label, set_inlines, typeset
from portal.core.language import Language
from portal.documents_in.document import Annex, ParagraphKind, SourceDocument, assemble_paragraphs

_Line: TypeAlias = tuple[str, ParagraphKind, int, str, int | None]


def source_of_tree(document: tree.Document) -> SourceDocument:
    """The paragraphs of a tree, in order; blanks stand as printed (« [à compléter : …] »)."""
    language = document.language
    lines = [_line(typeset(document.title, language), ParagraphKind.HEADING, 1)]
    lines += [_line(typeset(document.subtitle, language))] if document.subtitle else []
    for label, value in document.cover:
        lines.append(_line(f"{typeset(label, language)} | {_line_text(value, language)}", ParagraphKind.ROW))
    lines += _blocks(document.blocks, language, 1)
    text, paragraphs = assemble_paragraphs([line for line in lines if line[0].strip()])
    placed = tuple(replace(paragraph, language=language) for paragraph in paragraphs)
    annexes = {
        _heading(one, language)[0]: section_label(one, language)
        for one in document.blocks
        if isinstance(one, tree.Section) and one.kind == "annex"
    }
    supplied = tuple(Annex(annexes[one.text], one.start, True) for one in placed if one.text in annexes)
    return SourceDocument(text, placed, language, supplied)


def _line(text: str, kind: ParagraphKind = ParagraphKind.TEXT, level: int = 0, number: str = "") -> _Line:
    return " ".join(text.split()), kind, level, number, None


def _blocks(blocks: tuple[tree.Block, ...], language: Language, level: int) -> Iterator[_Line]:
    for block in blocks:
        match block:
            case tree.Section():
                yield from _section(block, language, level)
            case tree.Paragraph() | tree.Note():
                yield _line(_inline_text(block.inlines, language))
            case tree.Items():
                for rank, item in enumerate(block.items, start=1):
                    mark = item_mark(rank, ordered=True).strip("()") if block.ordered else ""
                    yield _line(_inline_text(item, language), ParagraphKind.ITEM, 1, mark)
            case tree.Table():
                yield _line(" | ".join(typeset(cell, language) for cell in block.header), ParagraphKind.ROW)
                yield from (
                    _line(" | ".join(_inline_text(cell, language) for cell in row), ParagraphKind.ROW)
                    for row in block.rows
                )
            case tree.Figure():
                yield _line(typeset(block.alternative, language))
            case tree.Signatures():
                yield from _signatures(block, language)
            case tree.Translated() | tree.SideBySide():
                yield from _spoken(block, level)


def _spoken(block: tree.Translated | tree.SideBySide, level: int) -> Iterator[_Line]:
    if isinstance(block, tree.Translated):
        yield from _blocks(block.blocks, block.language, level)
        return
    for row in block.rows:
        yield from (*_spoken(row.left, level), *_spoken(row.right, level))


def _signatures(block: tree.Signatures, language: Language) -> Iterator[_Line]:
    for party, lines in block.parties:
        yield _line(typeset(party, language))
        yield from (_line(_line_text(line, language)) for line in lines)


def _section(section: tree.Section, language: Language, level: int) -> Iterator[_Line]:
    title = typeset(section.title, language)
    if section.kind == "annex":
        yield _heading(section, language, level)
        yield from _blocks(section.blocks, language, level + 1)
    elif title.strip():
        yield _line(title, ParagraphKind.HEADING, level, section.number)
        yield from _blocks(section.blocks, language, level + 1)
    else:
        notes, first, rest = clause_opening(section)
        yield from _blocks(notes, language, level)
        if first:
            yield _line(_inline_text(first.inlines, language), ParagraphKind.TEXT, 0, section.number)
        yield from _blocks(rest, language, level)


def _heading(annex: tree.Section, language: Language, level: int = 1) -> _Line:
    return _line(f"{section_label(annex, language)} {typeset(annex.title, language)}", ParagraphKind.HEADING, level)


def _inline_text(inlines: tuple[tree.Inline, ...], language: Language) -> str:
    return "".join(text for _, text in set_inlines(inlines, language))


def _line_text(line: tree.Line, language: Language) -> str:
    return typeset(line, language) if isinstance(line, str) else _inline_text(line, language)
