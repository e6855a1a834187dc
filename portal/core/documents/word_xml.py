"""The few WordprocessingML elements our documents are made of (ISO/IEC 29500-1 § 17)."""

import hashlib
from typing import Any, TypeAlias

from lxml import etree

from portal.core.documents.wording import printable

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PREFIXES = {"w": NAMESPACE}
_SINCE_2013 = "http://schemas.microsoft.com/office/word/2012/wordml"
LONGEST_TAG = 64
"""Characters of a tag that Word keeps."""

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


def content_control(tag: str, number: int, *content: Element) -> Element:
    """A control around whole paragraphs, which keeps its tag whatever is written in it; Word draws no frame.

    `number` is unlike any other of the document. A tag too long for Word is replaced by its digest.
    """
    if len(tag) > LONGEST_TAG:
        tag = hashlib.sha256(tag.encode("utf-8", "replace")).hexdigest()
    properties = w("sdtPr", w("tag", val=printable(tag)), w("id", val=number))
    frame = etree.SubElement(properties, f"{{{_SINCE_2013}}}appearance", nsmap={"w15": _SINCE_2013})
    frame.set(f"{{{_SINCE_2013}}}val", "hidden")
    return w("sdt", properties, w("sdtContent", *content))


def speak(element: Element, locale: str) -> None:
    """Say the language of every run of an element."""
    for one in element.iter(W + "r"):
        speak_run(one, locale)


def speak_run(one: Element, locale: str) -> None:
    """Say the language of one run."""
    properties = one.find(W + "rPr")
    if properties is None:
        properties = w("rPr")
        one.insert(0, properties)
    properties.append(w("lang", val=locale))


def spacer(height: int) -> Element:
    """An empty line of `height` twentieths of a point; it also keeps two tables from merging."""
    return w("p", w("pPr", w("spacing", before=0, after=0, line=height, lineRule="exact")))
