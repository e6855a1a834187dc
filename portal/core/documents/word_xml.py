"""The few WordprocessingML elements our documents are made of (ISO/IEC 29500-1 § 17)."""

from typing import Any, TypeAlias

from lxml import etree

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PREFIXES = {"w": NAMESPACE}

Element: TypeAlias = Any
"""An lxml element; lxml carries no types."""


def w(tag: str, /, *children: Element, **attributes: str | int) -> Element:
    """One element; attributes are in the same namespace."""
    element: Element = etree.Element(W + tag, {W + key: str(value) for key, value in attributes.items()}, _PREFIXES)
    element.extend(children)
    return element


def run(text: str, style: str = "", *properties: Element) -> Element:
    """A run of text under a character style; a line end in it is a line end on paper."""
    element = w("r")
    if style or properties:
        element.append(w("rPr", *([w("rStyle", val=style)] if style else ()), *properties))
    for rank, line in enumerate(text.split("\n")):
        if rank:
            element.append(w("br"))
        words = w("t")
        words.text = line
        words.set(_SPACE, "preserve")
        element.append(words)
    return element


def tab() -> Element:
    """A tabulation."""
    return w("r", w("tab"))


def paragraph(style: str, *content: Element, properties: tuple[Element, ...] = ()) -> Element:
    """A paragraph; `properties` are direct formatting, in the order of the schema."""
    return w("p", w("pPr", w("pStyle", val=style), *properties), *content)


def numbering(num_id: int, level: int = 0) -> Element:
    """The numbering of a paragraph; number 0 takes away the one its style would give."""
    return w("numPr", w("ilvl", val=level), w("numId", val=num_id))


def bookmark(rank: int, *content: Element) -> tuple[Element, ...]:
    """Content that links and the table of contents can point to."""
    return w("bookmarkStart", id=rank, name=bookmark_name(rank)), *content, w("bookmarkEnd", id=rank)


def bookmark_name(rank: int) -> str:
    """A name Word hides from its users (leading underscore)."""
    return f"_Toc{rank:08d}"


def link(rank: int, *content: Element) -> Element:
    """A link to a bookmark of the same document."""
    return w("hyperlink", *content, anchor=bookmark_name(rank), history=1)


def field(instruction: str, *shown: Element) -> tuple[Element, ...]:
    """A field Word computes, with what it shows until then."""
    code = w("instrText")
    code.text = f" {instruction} "
    code.set(_SPACE, "preserve")
    marks = (w("r", w("fldChar", fldCharType=kind)) for kind in ("begin", "separate", "end"))
    begin, separate, end = marks
    return begin, w("r", code), separate, *shown, end


def spacer(height: int) -> Element:
    """An empty line of `height` twentieths of a point; it also keeps two tables from merging."""
    return w("p", w("pPr", w("spacing", before=0, after=0, line=height, lineRule="exact")))
