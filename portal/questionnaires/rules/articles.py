"""Which articles, paragraphs and points exist in the RGPD (Regulation (EU) 2016/679), to catch a mistyped reference."""

import re

_REFERENCE = re.compile(r"(?P<article>[1-9][0-9]?)(?:\((?P<paragraph>[1-9][0-9]?)\)(?:\((?P<point>[a-z])\))?)?")

# How many numbered paragraphs an article has. Articles 1–49 and 77–84 are all here: one of them that is absent has a
# single, unnumbered paragraph. Article 4 numbers its definitions likewise.
PARAGRAPHS = {
    1: 3, 2: 4, 3: 3, 4: 26, 5: 2, 6: 4, 7: 4, 8: 3, 9: 4, 11: 2, 12: 8, 13: 4, 14: 5, 15: 4, 17: 3, 18: 3, 20: 4,
    21: 6, 22: 4, 23: 2, 24: 3, 25: 3, 26: 3, 27: 5, 28: 10, 30: 5, 32: 4, 33: 5, 34: 4, 35: 11, 36: 5, 37: 7, 38: 6,
    39: 2, 40: 11, 41: 6, 42: 8, 43: 9, 45: 9, 46: 5, 47: 3, 49: 6,
    77: 2, 78: 4, 79: 2, 80: 2, 81: 3, 82: 6, 83: 9, 84: 2,
}  # fmt: skip
_COUNTED = frozenset(range(1, 50)) | frozenset(range(77, 85))

# The last lettered point of the paragraphs a processor's questionnaire cites most.
LAST_POINT = {
    (5, 1): "f", (6, 1): "f", (9, 2): "j", (28, 3): "h", (30, 1): "g", (30, 2): "d", (32, 1): "d", (33, 3): "d",
    (35, 7): "d", (37, 1): "c", (39, 1): "e", (46, 2): "f", (49, 1): "g",
}  # fmt: skip


def is_article(reference: str) -> bool:
    """Whether a reference such as `28(3)(h)` designates something in the RGPD.

    >>> [is_article(text) for text in ("28(3)(h)", "30(2)", "99", "4(7)")]
    [True, True, True, True]
    >>> [is_article(text) for text in ("28.3.h", "28(11)", "28(3)(i)", "31(1)", "28(h)", "art. 28")]
    [False, False, False, False, False, False]
    """
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return False
    article = int(match["article"])
    if match["paragraph"] is None:
        return True
    paragraph = int(match["paragraph"])
    if article in _COUNTED and paragraph > PARAGRAPHS.get(article, 0):
        return False
    return match["point"] is None or match["point"] <= LAST_POINT.get((article, paragraph), "z")
