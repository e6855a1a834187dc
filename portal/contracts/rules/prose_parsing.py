"""Parsing the prose of a clause, a strict subset of Markdown.

1. {C42} Un paragraphe numéroté, {{ service.name }}, {{ ref:CL18 }}, **en gras**, *en italique*.
   La suite est en retrait de trois espaces.
   - une puce ;
   a) un élément d'une liste lettrée.

::: reinforced
2. Un paragraphe qui n'est là que si la condition `reinforced` est remplie.
:::
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import TypeAlias

from portal.contracts.rules.model import (
    CrossReference,
    FactPlaceholder,
    Passage,
    ProseBlock,
    ProseList,
    ProseParagraph,
    ProsePiece,
    typeset,
)
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Text
from portal.core.expressions import expression
from portal.core.language import Language, Sentence, say

Complain: TypeAlias = Callable[[int, Sentence], None]

_NUMBERED = expression(r"\A(\d{1,9})\. ++(?:\{([^{}]*)\} *+)?(.*)")
_ITEM = expression(r"\A(?:(-)|([a-z])\)) ++(.*)")
_PIECE = expression(
    r"\{\{ {0,9}(?:ref:(?P<link>[\w.-]{1,200})|(?P<key>[\w.-]{1,200})) {0,9}\}\}|\*\*(?P<strong>[^*{}]+)\*\*|\*"
    r"(?P<emphasis>[^*{}]+)\*"
)
_INDENT = "   "


@dataclass
class _OpenPassage:
    """A passage while its lines are being read."""

    line: int
    obligations: tuple[str, ...] = ()
    condition: str = ""
    lines: list[tuple[int, str]] = field(default_factory=list)


def parse_passages(text: str, language: Language, complain: Complain, *, first_line: int = 1) -> tuple[Passage, ...]:
    """Read numbered sub-paragraphs; what cannot be read is reported with its line and left out.

    >>> [passage] = parse_passages("1. {C13} Pour {{ service.purpose }}.", Language.FR, print)
    >>> passage.obligations, sorted(passage.placeholders)
    (('C13',), ['service.purpose'])
    """
    drafts: list[_OpenPassage] = []
    condition = ""
    for number, line in enumerate(text.splitlines(), start=first_line):
        if line.startswith(":::"):
            condition = _fence(line[3:].strip(), condition, number, complain)
        elif match := _NUMBERED.fullmatch(line):
            drafts.append(_OpenPassage(number, _marks(match[2]), condition, [(number, match[3])]))
            if int(match[1]) != len(drafts):
                complain(
                    number,
                    say(
                        "Le paragraphe porte le numéro %(found)s, on attendait %(due)s.",
                        found=match[1],
                        due=len(drafts),
                    ),
                )
        elif not line.strip() and drafts:
            drafts[-1].lines.append((number, ""))
        elif line.startswith(_INDENT) and drafts:
            drafts[-1].lines.append((number, line[len(_INDENT) :]))
        elif line.strip():
            complain(number, say("Ligne hors d'un paragraphe numéroté : retrait de trois espaces ou « 1. » attendu."))
    if condition:
        complain(
            drafts[-1].line if drafts else first_line, say("Le bloc « ::: %(name)s » n'est pas fermé.", name=condition)
        )
    return tuple(
        Passage(tuple(blocks(draft.lines, language, complain)), draft.obligations, draft.condition, draft.line)
        for draft in drafts
    )


def parse_paragraphs(text: str, language: Language) -> tuple[Passage, ...]:
    """Read unnumbered prose (the introduction of an annex) as one passage; raises ValueError on a bad placeholder."""

    def refuse(_line: int, sentence: Sentence) -> None:
        raise ValueError(str(sentence))

    lines = [(number, line) for number, line in enumerate(text.strip().splitlines(), start=1)]
    return (Passage(tuple(blocks(lines, language, refuse))),) if lines else ()


def _fence(name: str, opened: str, line: int, complain: Complain) -> str:
    if name and opened:
        complain(line, say("Un bloc « ::: » en contient un autre : fermez d'abord « %(name)s ».", name=opened))
    if not name and not opened:
        complain(line, say("Un « ::: » ferme un bloc qui n'est pas ouvert."))
    return name


def _marks(text: str | None) -> tuple[str, ...]:
    return tuple(mark.strip() for mark in (text or "").split(",") if mark.strip())


def blocks(lines: Iterable[tuple[int, str]], language: Language, complain: Complain) -> Iterable[ProseBlock]:
    """Paragraphs and lists of dedented lines; a blank line ends a paragraph, not a list."""
    groups: list[tuple[str, list[tuple[int, str]]]] = []
    broken = True
    for number, line in lines:
        item = _ITEM.fullmatch(line)
        if item:
            groups.append(("-" if item[1] else "a", [(number, item[3])]))
        elif not line.strip():
            broken = True
            continue
        elif broken or not groups or (groups[-1][0] != "p" and not line.startswith(" ")):
            groups.append(("p", [(number, line.strip())]))
        else:
            groups[-1][1].append((number, line.strip()))
        broken = False
    pending: list[tuple[ProsePiece, ...]] = []
    mark = ""
    for kind, content in [*groups, ("", [])]:
        if pending and kind != mark:
            yield ProseList(tuple(pending), ordered=mark == "a")
            pending = []
        mark = kind
        if kind == "p":
            yield ProseParagraph(_pieces(content, language, complain))
        elif kind:
            pending.append(_pieces(content, language, complain))


def _pieces(content: list[tuple[int, str]], language: Language, complain: Complain) -> tuple[ProsePiece, ...]:
    text = typeset(" ".join(line for _, line in content), language)
    found: list[ProsePiece] = []
    at = 0
    for match in _PIECE.finditer(text):
        if match.start() > at:
            found.append(Text(text[at : match.start()]))
        found.append(_piece(match))
        at = match.end()
    if at < len(text):
        found.append(Text(text[at:]))
    for piece in found:
        if isinstance(piece, Text) and ("{" in piece.text or "}" in piece.text):
            complain(content[0][0], say("Variable mal écrite : « %(text)s ».", text=piece.text.strip()))
    return tuple(found)


def _piece(match: re.Match[str]) -> ProsePiece:
    if match["link"]:
        return CrossReference(match["link"])
    if match["key"]:
        return FactPlaceholder(match["key"])
    if match["strong"]:
        return Text(match["strong"], strong=True)
    return Text(match["emphasis"], emphasis=True)
