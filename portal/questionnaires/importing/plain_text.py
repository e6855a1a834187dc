"""Texts of other tools as plain text: their tags taken away, their characters kept, nothing that cannot be seen."""

import html
import re

from portal.core.expressions import expression

_TAG = expression(r"<(/?)([A-Za-z][A-Za-z0-9]{0,10})((?:\s[^<>]{0,4000})?)/?>")
_COMMENT = ("<!--", "-->")
_BLOCKS = frozenset(
    [
        "p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section",
        "article", "blockquote", "pre", "dl", "dt", "dd", "thead", "tbody",
    ]
)  # fmt: skip
_INLINE = frozenset(
    [
        "a", "abbr", "acronym", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "label",
        "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "td", "th", "tt", "u", "var",
        "input", "button", "iframe", "object", "embed", "svg", "form", "select", "option", "textarea",
    ]
)  # fmt: skip
_SILENT = ("script", "style")
_ENTITY = expression(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HREF = expression(r"""href\s{0,3}=\s{0,3}["']?(https?://[^"'\s<>]{1,2000})""", re.IGNORECASE)
_UNSEEN = expression(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls, lone surrogates, marks that reverse the reading direction, letters without a shape."""
_LINE_ENDS = str.maketrans({"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n"})


def plain_text(raw: str) -> str:
    """The text without its tags, its characters otherwise as they were, without spaces around it.

    Only what is really a tag of HTML goes: a text may well compare two numbers.

    >>> plain_text("<p>TPE (< 250 salari&eacute;s) &amp; <b>PME</b></p><p>ETI</p>")
    'TPE (< 250 salariés) & PME\\nETI'
    >>> plain_text("a<b and <script>alert(1)</script>c")
    'a<b and c'
    """
    text = raw
    if "<" in text:
        text = _untagged(text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return seen_text(text)


def seen_text(raw: str) -> str:
    """The text as it is, but for characters that nobody sees and spaces around it."""
    return _UNSEEN.sub("", raw.replace("\r\n", "\n").translate(_LINE_ENDS)).strip()


def one_line(raw: str) -> str:
    """The same on one line, for a title."""
    return " ".join(plain_text(raw).split())


def links_of(raw: str) -> list[str]:
    """The addresses that its links lead to, which plain text does not keep."""
    return list(dict.fromkeys(_HREF.findall(raw))) if "href" in raw.lower() else []


def has_unseen(raw: str) -> bool:
    """Whether it holds characters that nobody sees: these are taken away."""
    return bool(_UNSEEN.search(raw.translate(_LINE_ENDS)))


def _untagged(text: str) -> str:
    kept: list[str] = []
    at = 0
    silent = ""
    while at < len(text):
        start = text.find("<", at)
        if start < 0:
            break
        if not silent:
            kept.append(text[at:start])
        at = start
        if text.startswith(_COMMENT[0], at) and (end := text.find(_COMMENT[1], at)) > 0:
            at = end + len(_COMMENT[1])
            continue
        tag = _TAG.match(text, at)
        name = tag[2].lower() if tag else ""
        if tag and silent:
            silent = "" if tag[1] and name == silent else silent
            at = tag.end()
        elif tag and (name in _SILENT or name in _BLOCKS or name in _INLINE):
            silent = name if name in _SILENT and not tag[1] else ""
            _mark(kept, name, closing=bool(tag[1]))
            at = tag.end()
        else:
            if not silent:
                kept.append("<")
            at += 1
    if not silent:
        kept.append(text[at:])
    return _tidied("".join(kept))


def _mark(kept: list[str], name: str, *, closing: bool) -> None:
    """What a tag leaves: a line's end for a block, a dash before an item."""
    if name == "br":
        kept.append("\n")
    elif name in _BLOCKS:
        kept.append("\n")
        if name == "li" and not closing:
            kept.append("- ")
    elif name in {"td", "th"} and closing:
        kept.append(" ")


def _tidied(text: str) -> str:
    """Blocks inside blocks leave blank lines: one at most is kept, and none at the joints of what was on one line."""
    lines = [line.strip(" \t") for line in text.split("\n")]
    return "\n".join(line for line in lines if line)
