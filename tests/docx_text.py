"""The text of a Word file that the portal wrote, numbers included, to compare it with the tree it was made from.

Files of others are read by `portal.documents_in.formats.docx`; this reader refuses any numbering we never write.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from portal.core.documents.word_xml import Element, W
from portal.core.documents.wording import LETTERS

_SHOWN = {W + "t": None, W + "br": "\n", W + "tab": "\t", W + "noBreakHyphen": "-"}


def docx_text(data: bytes) -> str:
    """Body text of a DOCX in reading order, one line per paragraph; tables row by row, without table of contents.

    Raises ValueError for a numbering format we never write.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        body, styles, numbering = (
            etree.fromstring(package.read(f"word/{part}.xml")) for part in ("document", "styles", "numbering")
        )
    counters = _Counters(styles, numbering)
    return "\n".join(f"{counters.number(paragraph)} {_runs(paragraph)}".strip() for paragraph in _paragraphs(body[0]))


def _paragraphs(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag == W + "p":
            yield child
        elif child.tag in (W + "tbl", W + "tr", W + "tc", W + "sdtContent") or (
            child.tag == W + "sdt" and child.find(f".//{W}docPartGallery[@{W}val='Table of Contents']") is None
        ):
            yield from _paragraphs(child)


def _runs(paragraph: Element) -> str:
    return "".join(
        _SHOWN[part.tag] or part.text or "" for part in paragraph.iter(*_SHOWN) if part.getparent().tag == W + "r"
    )


class _Counters:
    """Word's counters: one set per definition, shared by its instances, restarted where an instance says so."""

    def __init__(self, styles: Element, numbering: Element) -> None:
        self._levels = {
            definition.get(W + "abstractNumId"): {
                int(level.get(W + "ilvl")): level for level in definition.iter(W + "lvl")
            }
            for definition in numbering.iter(W + "abstractNum")
        }
        self._definitions = {
            instance.get(W + "numId"): _value(instance, "abstractNumId") for instance in numbering.iter(W + "num")
        }
        self._restarts = {
            (instance.get(W + "numId"), int(override.get(W + "ilvl"))): int(_value(override, "startOverride"))
            for instance in numbering.iter(W + "num")
            for override in instance.iter(W + "lvlOverride")
        }
        self._styles = {style.get(W + "styleId"): style for style in styles.iter(W + "style")}
        self._counts: dict[str, dict[int, int]] = {definition: {} for definition in self._levels}

    def number(self, paragraph: Element) -> str:
        """The number or mark Word prints before a paragraph, and count it; empty when there is none."""
        instance, level = self._numbering(paragraph)
        if instance == "0":
            return ""
        definition = self._definitions[instance]
        levels, counts = self._levels[definition], self._counts[definition]
        counts[level] = self._restarts.pop((instance, level), counts.get(level, _start(levels[level]) - 1) + 1)
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]

        def counted(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            return _written(counts.get(other, _start(levels[other])), _value(levels[other], "numFmt"))

        return re.sub(r"%(\d)", counted, _value(levels[level], "lvlText"))

    def _numbering(self, paragraph: Element) -> tuple[str, int]:
        """The numbering instance and level of a paragraph: its own, else the one its style brings."""
        found = paragraph.find(f"{W}pPr/{W}numPr")
        style = self._styles.get(_value(paragraph, "pPr", "pStyle"))
        while found is None and style is not None:
            found = style.find(f"{W}pPr/{W}numPr")
            style = self._styles.get(_value(style, "basedOn"))
        return ("0", 0) if found is None else (_value(found, "numId"), int(_value(found, "ilvl") or 0))


def _value(element: Element, *path: str) -> str:
    found = element.find("/".join(W + name for name in path))
    return "" if found is None else str(found.get(W + "val"))


def _start(level: Element) -> int:
    return int(_value(level, "start") or 1)


def _written(count: int, form: str) -> str:
    """A counter in one of Word's formats: 28 is `bb` in lower letters."""
    rounds, letter = divmod(count - 1, len(LETTERS))
    letters = LETTERS[letter] * (rounds + 1)
    match form:
        case "decimal":
            return str(count)
        case "lowerLetter":
            return letters
        case "upperLetter":
            return letters.upper()
    raise ValueError(f"Format de numérotation inconnu : {form}")
