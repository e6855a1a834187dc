"""Markdown: its titles, lists and tables are what they say; marks of emphasis, links and comments are dropped."""

import re
from collections.abc import Iterator

from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind, SourceDocument
from portal.documents_in.formats import plain_text
from portal.documents_in.structure import document_builder, line_wrapping
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.characters import normalise, strip_emphasis

_TITLE = expression(r"^ {0,3}(#{1,6})\s(.*)$")
_UNDERLINE = expression(r"^ {0,3}(=+|-+)\s*$")
_FENCE = expression(r"^\s*(```|~~~)")
_FRONT = expression(r"\A---[^\S\n]*\n.*?\n---[^\S\n]*\n", re.DOTALL)
_LINK = expression(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)|<(https?://[^<>\s]+)>")
_REFERENCE = expression(r"^ {0,3}\[[^\]]+\]:\s+\S.*$")
_TAG = expression(r"</?(?:br|b|i|em|strong|u|sup|sub|span|div|p|center|a|img|details|summary|hr)\b[^<>]*>", re.I)
_ESCAPED = expression(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_QUOTED = expression(r"^(\s*)(?:>\s?)+")


def read(data: bytes) -> SourceDocument:
    """The document a Markdown file describes; raises UnreadableDocument when it is not text."""
    source, remarks = plain_text.decode(data)
    source = _without_comments(_FRONT.sub("", plain_text.ENDS.sub("\n", source), count=1))
    return document_builder.build_document(list(_blocks(source.split("\n"))), remarks)


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Titles as they come; what stands between two of them is read as plain text, cut to the width of the whole."""
    width = line_wrapping.wrap_width([line_wrapping.parse_line(line) for line in lines])
    body: list[str] = []
    fenced = False
    for raw in lines:
        if _FENCE.match(raw):
            fenced = not fenced
            body.append("")
            continue
        line = raw if fenced else _bare(raw)
        title = None if fenced else _TITLE.match(line)
        under = None if fenced else _UNDERLINE.match(line)
        if title:
            yield from _paragraphs(body, width)
            body = []
            if words := title[2].strip().rstrip("#").rstrip():
                yield Block(normalise(strip_emphasis(words)), ParagraphKind.HEADING, len(title[1]))
        elif under and body and body[-1].strip() and (len(body) < 2 or not body[-2].strip()) and len(under[1]) > 1:
            words = body.pop()
            yield from _paragraphs(body, width)
            body = []
            yield Block(normalise(strip_emphasis(words)), ParagraphKind.HEADING, 1 if under[1][0] == "=" else 2)
        else:
            body.append(line)
    yield from _paragraphs(body, width)


def _without_comments(source: str) -> str:
    """A text without what stands in comments; one that is never closed is text.

    >>> _without_comments("a<!-- b --> c <!-- d <!-- e --> f <!-- g")
    'a c  f <!-- g'
    """
    kept, at = [], 0
    while (begin := source.find("<!--", at)) >= 0 and (end := source.find("-->", begin + 4)) >= 0:
        kept.append(source[at:begin])
        at = end + 3
    return "".join(kept) + source[at:]


def _bare(line: str) -> str:
    """A line without quotation, links, tags and escapes."""
    if _REFERENCE.match(line):
        return ""
    line = _LINK.sub(lambda found: found[1] if found[1] is not None else found[2], _QUOTED.sub(r"\1", line))
    return _ESCAPED.sub(r"\1", _TAG.sub(" ", line)) if "<" in line or "\\" in line else line


def _paragraphs(lines: list[str], width: int) -> list[Block]:
    return line_wrapping.unwrap([line_wrapping.parse_line(line) for line in lines], width)
