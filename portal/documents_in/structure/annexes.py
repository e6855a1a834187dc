"""Annexes that a text has, and those it only refers to. Standard library only."""

import re
from collections.abc import Sequence

from portal.documents_in.document import Annex, ParagraphKind, SourceParagraph

_WORD = r"annex(?:es|e)?|appendix|appendices|appendice|schedules?|exhibits?|attachments?|pi[èe]ces? jointes?"
_ID = r"(?:n\s?°\s*)?(?:\d{1,2}(?:[.-]?[A-Z]\b)?|[IVX]{1,5}|[A-Z](?:[.-]?\d{1,2})?)(?!\w)"
_NAMED = re.compile(rf"\b(?P<word>{_WORD})\s+(?P<ids>{_ID}(?:\s*(?:,|et|and|&|ou|or|à|to|-)\s*{_ID})*)", re.IGNORECASE)
_ONE = re.compile(_ID)
_TITLE = re.compile(rf"\W{{0,3}}(?P<label>(?:{_WORD})(?:\s+{_ID})?)(?=\s*(?:$|[:.–—(-])|\s+\S)", re.IGNORECASE)
_BARE = re.compile(rf"\b(?:annexe|annex|appendix|exhibit|schedule)\b(?!\s+(?:of\b|{_ID}))", re.IGNORECASE)
_FOREIGN = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:of|to|in|du|de la|des|aux|au)\s+(?:the\s+)?"
    r"(?:eu\s+|uk\s+)?(?:sccs?|standard|clauses|cct|gdpr|rgpd|r[èe]glement|regulation|directive|"
    r"d[ée]cision|decision|data protection act)",
    re.IGNORECASE,
)
_KIND = {"annexe": "annex", "appendice": "appendix"}
_SINGULAR = {
    "annexes": "Annexe",
    "appendices": "Appendix",
    "schedules": "Schedule",
    "exhibits": "Exhibit",
    "attachments": "Attachment",
    "pièces jointes": "Pièce jointe",
}
LONGEST_TITLE = 150
MOST_WORDS = 6
"""Words of a title that ends as a sentence does."""
LEAST_CONTENT = 20
"""Characters under a title, at least, for an annex to be there and not only announced."""


def find_annexes(paragraphs: Sequence[SourceParagraph]) -> tuple[Annex, ...]:
    """The annexes in the order of the text, each once; one with a title and something under it is supplied."""
    supplied = dict(_supplied_annexes(paragraphs))
    named: dict[str, Annex] = {}
    for paragraph in paragraphs:
        if paragraph.kind is ParagraphKind.CONTENTS:
            continue
        for label, offset in _annex_mentions(paragraph.text):
            key = _annex_key(label)
            if key not in named and key not in supplied:
                named[key] = Annex(label, paragraph.start + offset, supplied=False)
    numbered = any(" " in key for key in [*named, *supplied])
    if not numbered and not supplied:
        named |= dict(_unnumbered_annexes(paragraphs))
    return tuple(sorted([*supplied.values(), *named.values()], key=lambda annex: annex.start))


def annex_label(text: str) -> str:
    """The label of an annex whose title this is, else an empty string.

    >>> annex_label("Annexe 2 – Mesures de sécurité"), annex_label("SCHEDULE A"), annex_label("L'annexe 2 précise…")
    ('Annexe 2', 'SCHEDULE A', '')
    """
    found = _TITLE.match(text)
    if not found or len(text) > LONGEST_TITLE or (text.endswith(".") and len(text.split()) > MOST_WORDS):
        return ""
    if found["label"].lower() in _SINGULAR:
        return ""  # « Annexes »: a list of them
    rest = text[found.end() :].strip()
    if not any(char.isdigit() or char.isupper() for char in found["label"].split()[-1]) and rest[:1].islower():
        return ""
    return "" if rest[:1].islower() and not text.isupper() else " ".join(found["label"].split())


def _supplied_annexes(paragraphs: Sequence[SourceParagraph]) -> list[tuple[str, Annex]]:
    found: list[tuple[str, Annex]] = []
    for rank, paragraph in enumerate(paragraphs):
        label = annex_label(paragraph.text) if paragraph.kind is ParagraphKind.HEADING else ""
        if not label or _annex_key(label) in dict(found):
            continue
        size = 0
        for following in paragraphs[rank + 1 :]:
            if following.kind is ParagraphKind.HEADING and (
                following.level < paragraph.level or _annex_word(annex_label(following.text)) == _annex_word(label)
            ):
                break
            size += len(following.text) if following.kind is not ParagraphKind.HEADING else 0
            if size >= LEAST_CONTENT:
                found.append((_annex_key(label), Annex(label, paragraph.start, supplied=True)))
                break
    return found


def _annex_mentions(text: str) -> list[tuple[str, int]]:
    """Annexes named in a text, each with its offset; an annex of somebody else's text is none of ours."""
    found: list[tuple[str, int]] = []
    for match in _NAMED.finditer(text):
        if _FOREIGN.match(text, match.end()) or not any(c.isupper() or c.isdigit() for c in match["ids"]):
            continue
        word = match["word"]
        for one in _ONE.finditer(match["ids"]):
            if one[0].islower():
                continue
            single = _SINGULAR.get(word.lower(), word)
            found.append((f"{single} {one[0]}", match.start()))
    return found


def _unnumbered_annexes(paragraphs: Sequence[SourceParagraph]) -> list[tuple[str, Annex]]:
    for paragraph in paragraphs:
        if paragraph.kind is not ParagraphKind.CONTENTS and (found := _BARE.search(paragraph.text)):
            label = found[0]
            return [(_annex_key(label), Annex(label, paragraph.start + found.start(), supplied=False))]
    return []


def _annex_word(label: str) -> str:
    """The kind of annex, without its number."""
    return _annex_key(label).split(" ")[0] if label else ""


def in_list_of_annexes(texts: Sequence[str]) -> list[bool]:
    """For each text, whether it stands in a list of annexes: titles of one kind, one straight after the other.

    >>> in_list_of_annexes(["Annexe 1 – Registre", "Annexe 2 – Mesures", "Signatures"])
    [True, True, False]
    """
    words = [_annex_word(annex_label(text)) for text in texts]
    return [
        bool(word) and word in (words[rank - 1] if rank else "", words[rank + 1] if rank + 1 < len(words) else "")
        for rank, word in enumerate(words)
    ]


def _annex_key(label: str) -> str:
    words = label.lower().replace("n°", "").replace("n °", "").split()
    return " ".join([_KIND.get(words[0], words[0].rstrip("s")), *words[1:]])
