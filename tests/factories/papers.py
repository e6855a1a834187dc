"""Our own contracts as the check reads them, whole or short, and what may be done to their trees."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core.documents.tree import Block, Document, Inline, Items, Note, Paragraph, Section, Table, Text
from portal.core.language import Language
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.checking import check_contract
from portal.paper.tree_source import source_of_tree
from tests.factories.contracts import facts

BARE = (
    "CL01", "CL02", "CL03", "CL04", "CL06", "CL07", "CL10", "CL11", "CL15", "CL17", "CL18", "CL19", "CL24", "CL21",
    "CL20", "annex_description", "annex_measures", "annex_subprocessors",
)  # fmt: skip
"""The parts of a contract that say what art. 28(3) asks; the others repeat some of it."""

_PARTIES = {
    Language.FR: (
        "Sous-traitant",
        "Responsable du traitement",
        r"Sous-traitant(?! ultérieur)|Responsable du traitement",
    ),
    Language.EN: ("Processor", "Controller", r"(?<!-)\b(?:Processor|Controller)\b"),
}


WITH_CONSUMERS = {"service__withdrawals": ("yes",), "service__calls": ("yes",)}
"""What brings clauses CL30 and CL31 in; they speak of data subjects' rights and transfers too, in fewer words."""


def contract(language: Language, **changes: Any) -> Document:
    """A contract the portal generates, complete, for a service that does nothing with consumers unless told."""
    shipped = library.cached()
    known = facts(**{**dict.fromkeys(WITH_CONSUMERS), **changes})
    return assemble_contract(shipped, shipped.template["dpa"], known, language).document


def bare(language: Language) -> Document:
    """The shortest contract of ours that satisfies everything, without transfer."""
    whole = contract(language, transfers__mechanism=("none",), transfers__rows=None)
    return only(whole, lambda block: not isinstance(block, Section) or block.anchor in BARE)


def only(document: Document, keep: Callable[[Block], bool]) -> Document:
    """The document without the parts not kept."""
    return replace(document, blocks=tuple(block for block in document.blocks if keep(block)))


def without(document: Document, *anchors: str) -> Document:
    """The document without these articles or annexes."""
    return only(document, lambda block: not isinstance(block, Section) or block.anchor not in anchors)


def saying(document: Document, anchor: str, *sentences: str) -> Document:
    """The document with an article that says only this."""
    paragraphs = tuple(Paragraph((Text(sentence),)) for sentence in sentences)
    return _changed(document, (anchor,), lambda section: replace(section, blocks=paragraphs))


def swapped(document: Document, anchors: Collection[str]) -> Document:
    """The document with controller and processor changed for each other in these articles."""
    one, other, both = _PARTIES[document.language]
    exchange = {one: other, other: one}

    def turned(text: str) -> str:
        return re.sub(both, lambda match: exchange[match[0]], text)

    return _changed(document, anchors, lambda section: _worded(section, turned))


@lru_cache(maxsize=256)
def statuses(document: Document) -> Mapping[str, RequirementStatus]:
    """What the check says of a tree, by requirement."""
    return {one.id: one.status for one in check_contract(source_of_tree(document), load_rulebook()).requirements}


def _changed(document: Document, anchors: Collection[str], change: Callable[[Section], Section]) -> Document:
    return replace(
        document,
        blocks=tuple(
            change(block) if isinstance(block, Section) and block.anchor in anchors else block
            for block in document.blocks
        ),
    )


def _worded(block: Any, turned: Callable[[str], str]) -> Any:
    def run(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return tuple(replace(one, text=turned(one.text)) if isinstance(one, Text) else one for one in inlines)

    match block:
        case Section():
            return replace(block, blocks=tuple(_worded(one, turned) for one in block.blocks))
        case Paragraph() | Note():
            return replace(block, inlines=run(block.inlines))
        case Items():
            return replace(block, items=tuple(map(run, block.items)))
        case Table():
            return replace(block, rows=tuple(tuple(map(run, row)) for row in block.rows))
    return block
