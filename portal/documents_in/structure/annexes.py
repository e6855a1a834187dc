"""Annexes that a text has, and those it only refers to. Standard library only."""

import re
from collections.abc import Sequence

from portal.core.expressions import expression
from portal.documents_in.annex_titles import ANNEX_ID, annex_key, annex_label, annex_mentions, annex_word
from portal.documents_in.document import Annex, ParagraphKind, SourceParagraph

_BARE = expression(rf"\b(?:annexe|annex|appendix|exhibit|schedule)\b(?!\s{{1,9}}(?:of\b|{ANNEX_ID}))", re.IGNORECASE)
LEAST_CONTENT = 20
"""Characters under a title, at least, for an annex to be there and not only announced."""


def find_annexes(paragraphs: Sequence[SourceParagraph]) -> tuple[Annex, ...]:
    """The annexes in the order of the text, each once; one with a title and something under it is supplied."""
    supplied = dict(_supplied_annexes(paragraphs))
    named: dict[str, Annex] = {}
    for paragraph in paragraphs:
        if paragraph.kind is ParagraphKind.CONTENTS:
            continue
        for label, offset in annex_mentions(paragraph.text):
            key = annex_key(label)
            if key not in named and key not in supplied:
                named[key] = Annex(label, paragraph.start + offset, supplied=False)
    numbered = any(" " in key for key in [*named, *supplied])
    if not numbered and not supplied:
        named |= dict(_unnumbered_annexes(paragraphs))
    return tuple(sorted([*supplied.values(), *named.values()], key=lambda annex: annex.start))


def _supplied_annexes(paragraphs: Sequence[SourceParagraph]) -> list[tuple[str, Annex]]:
    found: list[tuple[str, Annex]] = []
    for rank, paragraph in enumerate(paragraphs):
        label = annex_label(paragraph.text) if paragraph.kind is ParagraphKind.HEADING else ""
        if not label or annex_key(label) in dict(found):
            continue
        size = 0
        for following in paragraphs[rank + 1 :]:
            if following.kind is ParagraphKind.HEADING and (
                following.level < paragraph.level or annex_word(annex_label(following.text)) == annex_word(label)
            ):
                break
            size += len(following.text) if following.kind is not ParagraphKind.HEADING else 0
            if size >= LEAST_CONTENT:
                found.append((annex_key(label), Annex(label, paragraph.start, supplied=True)))
                break
    return found


def _unnumbered_annexes(paragraphs: Sequence[SourceParagraph]) -> list[tuple[str, Annex]]:
    for paragraph in paragraphs:
        if paragraph.kind is not ParagraphKind.CONTENTS and (found := _BARE.search(paragraph.text)):
            label = found[0]
            return [(annex_key(label), Annex(label, paragraph.start + found.start(), supplied=False))]
    return []


def in_list_of_annexes(texts: Sequence[str]) -> list[bool]:
    """For each text, whether it stands in a list of annexes: titles of one kind, one straight after the other.

    >>> in_list_of_annexes(["Annexe 1 – Registre", "Annexe 2 – Mesures", "Signatures"])
    [True, True, False]
    """
    words = [annex_word(annex_label(text)) for text in texts]
    return [
        bool(word) and word in (words[rank - 1] if rank else "", words[rank + 1] if rank + 1 < len(words) else "")
        for rank, word in enumerate(words)
    ]
