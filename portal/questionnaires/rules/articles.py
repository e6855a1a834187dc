"""Which articles a question may cite, and under what name: the RGPD (Regulation (EU) 2016/679) and other texts.

A reference without a prefix is to the RGPD, `28(3)(h)`; one to another text bears its key, `conso L221-18`.
"""

from collections.abc import Iterable, Mapping

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say

_REFERENCE = expression(r"(?P<article>[1-9][0-9]?)(?:\((?P<paragraph>[1-9][0-9]?)\)(?:\((?P<point>[a-z])\))?)?")

# How many numbered paragraphs each article has; an article that is absent has a single, unnumbered one. Article 4
# numbers its definitions in the same way.
PARAGRAPHS = {
    1: 3, 2: 4, 3: 3, 4: 26, 5: 2, 6: 4, 7: 4, 8: 3, 9: 4, 11: 2, 12: 8, 13: 4, 14: 5, 15: 4, 17: 3, 18: 3, 20: 4,
    21: 6, 22: 4, 23: 2, 24: 3, 25: 3, 26: 3, 27: 5, 28: 10, 30: 5, 32: 4, 33: 5, 34: 4, 35: 11, 36: 5, 37: 7, 38: 6,
    39: 2, 40: 11, 41: 6, 42: 8, 43: 9, 45: 9, 46: 5, 47: 3, 49: 6, 51: 4, 52: 6, 53: 4, 54: 2, 55: 3, 56: 6, 57: 4,
    58: 6, 60: 12, 61: 9, 62: 7, 64: 8, 65: 6, 66: 4, 68: 6, 69: 2, 70: 4, 71: 2, 72: 2, 73: 2, 74: 2, 75: 6, 76: 2,
    77: 2, 78: 4, 79: 2, 80: 2, 81: 3, 82: 6, 83: 9, 84: 2, 85: 3, 88: 3, 89: 4, 90: 2, 91: 2, 92: 5, 93: 3, 94: 2,
    97: 5, 99: 2,
}  # fmt: skip

# The last lettered point of each paragraph that has any.
LAST_POINT = {
    (2, 2): "d", (3, 2): "b", (5, 1): "f", (6, 1): "f", (6, 3): "b", (6, 4): "e", (9, 2): "j", (12, 5): "b",
    (13, 1): "f", (13, 2): "f", (14, 1): "f", (14, 2): "g", (14, 3): "c", (14, 5): "d", (15, 1): "h", (17, 1): "f",
    (17, 3): "e", (18, 1): "d", (20, 1): "b", (22, 2): "c", (23, 1): "j", (23, 2): "h", (27, 2): "b", (28, 3): "h",
    (30, 1): "g", (30, 2): "d", (32, 1): "d", (33, 3): "d", (34, 3): "c", (35, 3): "c", (35, 7): "d", (36, 3): "f",
    (37, 1): "c", (39, 1): "e", (40, 2): "k", (41, 2): "d", (43, 1): "b", (43, 2): "e", (45, 2): "c", (46, 2): "f",
    (46, 3): "b", (47, 1): "c", (47, 2): "n", (49, 1): "g", (54, 1): "f", (57, 1): "v", (58, 1): "f", (58, 2): "j",
    (58, 3): "j", (61, 4): "b", (64, 1): "f", (64, 5): "b", (65, 1): "c", (70, 1): "y", (74, 1): "c", (75, 6): "g",
    (83, 2): "k", (83, 4): "c", (83, 5): "e", (97, 2): "b",
}  # fmt: skip


@dataclass(frozen=True)
class LegalCode:
    """A text other than the RGPD, French or European: how it is named, and the articles a question may cite."""

    full_name: Sentence
    """Its name before several articles."""
    short_name: Sentence
    """Its name, short, before one."""
    articles: frozenset[str]


RGPD = say("RGPD art. %(articles)s")
_RGPD_TAG = say("art. %(articles)s")

# Only articles whose existence and subject were looked up in November 2026: French codes in the text or in a source
# that reports it, European regulations by their number and subject, not word for word. One known by hearsay is not
# citable, and a question that rests on it says so in its reviewer's note.
CODES: Mapping[str, LegalCode] = {
    "conso": LegalCode(
        say("Code de la consommation, art. %(articles)s"),
        say("C. conso. art. %(articles)s"),
        frozenset({
            "L215-1-1", "L221-3", "L221-5", "L221-6", "L221-8", "L221-9", "L221-10", "L221-11", "L221-12", "L221-13",
            "L221-14", "L221-16", "L221-18", "L221-19", "L221-20", "L221-21", "L221-23", "L221-24", "L221-25",
            "L221-26", "L221-27", "L221-28", "L222-7", "L222-8", "L223-1", "L223-2", "L242-1", "L242-3", "L242-4",
            "L242-5", "L242-6", "L242-7", "L242-10", "L242-12", "L242-13", "L242-16", "R221-1", "R221-3", "D215-1",
            "D221-5", "D223-9",
        }),
    ),
    "csp": LegalCode(
        say("Code de la santé publique, art. %(articles)s"),
        say("CSP art. %(articles)s"),
        frozenset({"L1110-4", "L1111-8", "R1111-9", "R1111-10", "R1111-11"}),
    ),
    "lil": LegalCode(
        say("Loi n° 78-17 du 6 janvier 1978, art. %(articles)s"),
        say("Loi 78-17 art. %(articles)s"),
        frozenset({"45", "51"}),
    ),
    "dora": LegalCode(
        say("Règlement (UE) 2022/2554 (DORA), art. %(articles)s"),
        say("DORA art. %(articles)s"),
        frozenset({
            "18(1)", "19(4)", "26", "28(3)", "28(5)", "28(6)", "28(7)", "28(8)", "29(1)", "29(2)", "30(1)", "30(2)",
            "30(2)(a)", "30(2)(b)", "30(2)(c)", "30(2)(d)", "30(2)(e)", "30(2)(f)", "30(2)(g)", "30(2)(h)", "30(2)(i)",
            "30(3)", "30(3)(a)", "30(3)(b)", "30(3)(c)", "30(3)(d)", "30(3)(e)", "30(3)(f)",
        }),
    ),
    "nis2": LegalCode(
        say("Directive (UE) 2022/2555 (NIS 2), art. %(articles)s"),
        say("NIS 2 art. %(articles)s"),
        frozenset({
            "2", "3", "12", "20", "21(2)(a)", "21(2)(b)", "21(2)(c)", "21(2)(d)", "21(2)(e)", "21(2)(f)", "21(2)(g)",
            "21(2)(h)", "21(2)(i)", "21(2)(j)", "21(3)", "23(1)", "23(2)", "23(4)",
        }),
    ),
    "data": LegalCode(
        say("Règlement (UE) 2023/2854 sur les données, art. %(articles)s"),
        say("Règlement sur les données art. %(articles)s"),
        frozenset({"2", "23", "25", "26", "27", "28", "29", "30", "31", "32", "34"}),
    ),
    "ia": LegalCode(
        say("Règlement (UE) 2024/1689 sur l'intelligence artificielle, art. %(articles)s"),
        say("Règlement IA art. %(articles)s"),
        frozenset({"3", "4", "5", "6", "25", "26", "50"}),
    ),
}  # fmt: skip


def is_article(reference: str) -> bool:
    """Whether a reference such as `28(3)(h)` or `conso L221-18` designates something that a question may cite.

    >>> [is_article(text) for text in ("28(3)(h)", "30(2)", "99", "4(7)", "conso L221-18", "dora 30(2)(a)")]
    [True, True, True, True, True, True]
    >>> [is_article(text) for text in ("28.3.h", "28(11)", "28(3)(i)", "31(1)", "28(h)", "L221-18", "conso L1")]
    [False, False, False, False, False, False, False]
    """
    key, _, article = reference.rpartition(" ")
    return article in CODES[key].articles if key in CODES else _is_in_rgpd(reference)


def articles_in_words(references: Iterable[str]) -> tuple[Sentence, ...]:
    """References as a reader finds them: the RGPD's together, then each code's under its name.

    >>> [str(one) for one in articles_in_words(["12(3)", "conso L221-24", "conso L242-4"])]
    ['RGPD art. 12(3)', 'Code de la consommation, art. L221-24, L242-4']
    """
    grouped: dict[str, list[str]] = {"": []}
    for reference in references:
        key, _, article = reference.rpartition(" ")
        grouped.setdefault(key if key in CODES else "", []).append(article if key in CODES else reference)
    return tuple(
        Sentence((CODES[key].full_name if key else RGPD).text, {"articles": ", ".join(articles)})
        for key, articles in grouped.items()
        if articles
    )


def article_tag(reference: str) -> Sentence:
    """One reference in as few words as name its text.

    >>> str(article_tag("28(3)(h)")), str(article_tag("conso D221-5"))
    ('art. 28(3)(h)', 'C. conso. art. D221-5')
    """
    key, _, article = reference.rpartition(" ")
    if key in CODES:
        return Sentence(CODES[key].short_name.text, {"articles": article})
    return Sentence(_RGPD_TAG.text, {"articles": reference})


def _is_in_rgpd(reference: str) -> bool:
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return False
    article, paragraph = int(match["article"]), int(match["paragraph"] or 0)
    if paragraph > PARAGRAPHS.get(article, 0):
        return False
    return match["point"] is None or match["point"] <= LAST_POINT.get((article, paragraph), "")
