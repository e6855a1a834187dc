"""Web pages: what a browser shows of a contract; scripts, forms and hidden parts are dropped, nothing is fetched."""

import re
from collections.abc import Iterator
from itertools import count

from lxml import etree

from portal.core.documents.word_xml import Element
from portal.core.expressions import expression
from portal.core.language import say
from portal.documents_in.document import ParagraphKind, SourceDocument
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats import plain_text
from portal.documents_in.formats.docx_numbers import as_integer, written_number
from portal.documents_in.structure import document_builder, table_cells
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.characters import normalise

_NAME = expression(r"\w+")
_DROPPED = frozenset(
    _NAME.findall(
        "script style noscript template head svg math iframe object embed form button select textarea input footer "
        "audio video canvas"
    )
)
_INLINE = frozenset(
    _NAME.findall(
        "a abbr b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike strong sub sup "
        "time tt u var wbr"
    )
)
_CHARSET = expression(rb"charset\s{0,9}=\s{0,9}[\"']?([\w-]{2,30})", re.IGNORECASE)
_DECLARATION = expression(r"^\s*<\?xml[^>]*\?>")
_HIDDEN = expression(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
DEEPEST = 150
"""Elements inside one another; what lies deeper is taken as one text."""


def read(data: bytes) -> SourceDocument:
    """The document a page shows; raises UnreadableDocument when it is no page."""
    source = _DECLARATION.sub("", _decode(data)).replace("\0", "")
    parser = etree.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8", recover=True
    )
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as failure:
        raise _not_html() from failure
    if root is None:
        raise _not_html()
    body = root.find("body")
    return document_builder.build_document(list(_HtmlReader().blocks(root if body is None else body)))


def _decode(data: bytes) -> str:
    """The page's characters, by what it declares, else as any text."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, ValueError):
            pass
    return plain_text.decode(data)[0]


def _not_html() -> UnreadableDocument:
    return UnreadableDocument(
        say("Cette page web ne peut pas être lue : enregistrez-la à nouveau, ou copiez son texte.")
    )


class _HtmlReader:
    """Walks one page in reading order; the text met between two block elements makes one block."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._label: str | None = None
        self._kinds: list[tuple[ParagraphKind | None, int]] = [(None, 0)]
        self._bold: list[bool] = []

    def blocks(self, element: Element, depth: int = 0) -> Iterator[Block]:
        """The blocks under an element, its own text included."""
        self._add_text(element.text, bold=False)
        for child in element:
            yield from self._child(child, depth + 1)
            self._add_text(child.tail, bold=False)
        yield from self._flush()

    def _child(self, child: Element, depth: int) -> Iterator[Block]:
        name = child.tag if isinstance(child.tag, str) else ""
        if not name or name in _DROPPED or _is_hidden(child):
            return
        if name == "br":
            yield from self._flush(apart=False)
        elif depth > DEEPEST:
            self._add_text("".join(child.itertext()), bold=False)
        elif name in _INLINE and not any(isinstance(each.tag, str) and each.tag not in _INLINE for each in child):
            self._add_text("".join(child.itertext()), bold=name in ("b", "strong"))
        elif name in _INLINE:
            self._add_text(child.text, bold=name in ("b", "strong"))
            for inner in child:
                yield from self._child(inner, depth + 1)
                self._add_text(inner.tail, bold=False)
        else:
            yield from self._flush()
            yield from self._element(child, name, depth)

    def _element(self, child: Element, name: str, depth: int) -> Iterator[Block]:
        if name == "table":
            for caption in child.iterchildren("caption"):
                yield from _HtmlReader().blocks(caption, depth + 1)
            yield from table_cells.table_rows(
                [[list(_HtmlReader().blocks(cell, depth + 1)) for cell in row] for row in _rows(child)]
            )
        elif name in ("ol", "ul", "menu"):
            yield from self._list(child, name, depth)
        elif name == "pre":
            for line in "".join(child.itertext()).split("\n"):
                self._add_text(line, bold=False)
                yield from self._flush(apart=False)
        else:
            kind = self._kinds[-1]
            if heading := re.fullmatch(r"h([1-6])", name):
                kind = ParagraphKind.HEADING, int(heading[1])
            elif name == "nav":
                kind = ParagraphKind.CONTENTS, 0
            self._kinds.append(kind)
            yield from self.blocks(child, depth)
            self._kinds.pop()

    def _list(self, parent: Element, name: str, depth: int) -> Iterator[Block]:
        """The items of a list, numbered as a browser does where nothing says otherwise."""
        form = _FORMS.get(parent.get("type", ""), "decimal")
        ranks = count(as_integer(parent.get("start", ""), 1))
        for child in parent:
            if child.tag == "li" and not _is_hidden(child):
                rank = as_integer(child.get("value", ""), next(ranks))
                self._label = "•" if name != "ol" else f"{written_number(rank, form)}."
                self._kinds.append(self._kinds[-1] if self._kinds[-1][0] else (None, self._kinds[-1][1] + 1))
                yield from self.blocks(child, depth)
                self._kinds.pop()
                self._label = None
            else:
                yield from self._child(child, depth + 1)

    def _add_text(self, words: str | None, *, bold: bool) -> None:
        if words:
            self._words.append(words)
            if words.strip():
                self._bold.append(bold)

    def _flush(self, *, apart: bool = True) -> Iterator[Block]:
        said = normalise(re.sub(r"[\r\n]+", " ", "".join(self._words)))
        strong = bool(self._bold) and all(self._bold)
        self._words.clear()
        self._bold.clear()
        if said:
            kind, level = self._kinds[-1]
            label, self._label = self._label, None
            yield Block(said, kind, level, label, apart=apart, strong=strong)


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def _rows(table: Element) -> Iterator[Iterator[Element]]:
    """The cells of each row of a table, not of those inside it."""
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            yield (cell for cell in row if cell.tag in ("td", "th"))
