"""What annexes are called: their titles, and the places where a text names one. Standard library only."""

import re

from portal.core.expressions import expression

_WORD = r"annex(?:es|e)?|appendix|appendices|appendice|schedules?|exhibits?|attachments?|pi[èe]ces? jointes?"
ANNEX_ID = r"(?:n\s?°\s{0,9})?(?:\d{1,2}(?:[.-]?[A-Z]\b)?|[IVX]{1,5}|[A-Z](?:[.-]?\d{1,2})?)(?!\w)"
_NAMED = expression(
    rf"\b(?P<word>{_WORD})\s{{1,9}}(?P<ids>{ANNEX_ID}(?:\s{{0,9}}(?:,|et|and|&|ou|or|à|to|-)\s{{0,9}}{ANNEX_ID}){{0,60}})",
    re.IGNORECASE,
)
_ONE = expression(ANNEX_ID)
_TITLE = expression(
    rf"\W{{0,3}}(?P<label>(?:{_WORD})(?:\s{{1,9}}{ANNEX_ID})?)(?=\s{{0,9}}(?:$|[:.–—(-])|\s{{1,9}}\S)", re.IGNORECASE
)
_FOREIGN = expression(
    r"\s{0,9}(?:\([^)]{0,300}\)\s{0,9})?(?:of|to|in|du|de la|des|aux|au)\s{1,9}(?:the\s{1,9})?"
    r"(?:eu\s{1,9}|uk\s{1,9})?(?:sccs?|standard|clauses|cct|gdpr|rgpd|r[èe]glement|regulation|directive|"
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


def annex_mentions(text: str) -> list[tuple[str, int]]:
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


def annex_word(label: str) -> str:
    """The kind of annex a label is of, without its number.

    >>> annex_word("Annexe 2"), annex_word("SCHEDULE A")
    ('annex', 'schedule')
    """
    return annex_key(label).split(" ")[0] if label else ""


def annex_key(label: str) -> str:
    """What two names of one annex share, whatever their language and their case.

    >>> annex_key("Annexe n° 2"), annex_key("ANNEX 2")
    (\'annex 2\', \'annex 2\')
    """
    words = label.lower().replace("n°", "").replace("n °", "").split()
    return " ".join([_KIND.get(words[0], words[0].rstrip("s")), *words[1:]])
