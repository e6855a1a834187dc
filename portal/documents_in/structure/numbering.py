"""The number or mark that opens a printed paragraph: `4.2`, `(a)`, `iii)`, « Article 5 – », `1°`, bullets.

Standard library only.
"""

import re
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.expressions import expression


class NumberForm(StrEnum):
    """How a paragraph is marked."""

    BULLET = "bullet"
    DECIMAL = "decimal"
    """`4`, `4.2`, `A.1`."""
    LETTER = "letter"
    """`a)`, `(iii)`, `2)`: the items of a list."""
    CAPITAL = "capital"
    """`A.`, `IV –`: a part, or an item."""
    ORDINAL = "ordinal"
    """`1°`."""
    ARTICLE = "article"
    """« Article 5 », "Section 5", "Clause 5"."""


@dataclass(frozen=True, slots=True)
class NumberMark:
    """The mark and what follows it."""

    form: NumberForm
    number: str
    """Without its punctuation; empty for a bullet."""
    rest: str
    closed: str = ""
    """The punctuation that closed it."""

    @property
    def depth(self) -> int:
        """How many parts the number has: 2 for `4.2`."""
        return self.number.count(".") + 1


_CROSSES = "❌✗✘"
"""They say « no »: kept in the text."""
_BULLETS = "•·∙▪▫■□●○◦‣➢➤►▶✓✔✅☑☐→⇒Ɣ\u2043"
_DASHES = "–—−-"
_BULLET = expression(
    rf"(?:(?P<sign>[{_BULLETS}])\s{{0,40}}|[*+{_DASHES}]\s{{1,40}}|[oq§]\s{{2,40}}|(?=[{_CROSSES}]))(?P<rest>\S.*)"
)
_ARTICLE = expression(
    r"(?:article|art\.|section|clause|chapitre|chapter|partie|part|titre|title)\s{1,9}(?:n\s?°\s{0,9})?"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}|premier|[A-Z])(?:er|ère)?"
    r"(?P<closed>\s{0,9}[.:)–—−-]{1,9}(?=\s|$)|(?=\s|$))\s{0,40}(?P<rest>.*)",
    re.IGNORECASE,
)
_DECIMAL = expression(
    r"(?:§\s{0,9})?(?P<number>(?:[A-Z]\.)?\d{1,3}(?:\.\d{1,3}){0,5}(?:\.[a-z](?=[.)]\s))?)"
    r"(?P<closed>\.?\s{0,9}[)–—−-](?=\s)|\.(?=\s|[^\W\d])|\s?°\)?(?=\s)|(?<=\.\d)(?=[A-ZÀ-Ý][a-zà-ÿ]+ )|(?=\s))"
    r"\s{0,40}(?P<rest>\S.*)"
)
_LETTER = expression(
    r"(?:\((?P<in>[a-z]{1,2}|[ivxl]{1,6}|\d{1,2}|[A-Z]{1,2})\)|(?P<out>[a-z]|[ivxl]{2,6}|[A-Z])\s?\)|"
    r"(?P<dot>[a-z]|[ivx]{2,5})\.(?=\s))\s{0,9}[.:–—-]?\s{0,40}(?P<rest>\S.*)"
)
_ARTICLE_OF_A_CODE = expression(r"[LRD]\.\s{1,9}\d{1,4}-\d")
"""« L. 221-18 » at the head of a line, where the sentence before it happens to be cut."""
_CAPITAL = expression(r"(?P<number>[A-Z]|[IVXL]{1,6})(?P<closed>\.|\s{1,9}[–—-]|\s{0,9}/)\s{1,40}(?P<rest>\S.*)")
_REFERRED = expression(
    r"[(\[]|(?:du|de|des|of|to|et|and|ou|or|above|below|ci-|is|are|shall|will|may|does|est|sont)\b", re.I
)
_HOUSE = expression(r"(?:bis |ter )?,? ?(?:rue|avenue|bd|boulevard|place|allée|quai|street|road|lane)\b", re.IGNORECASE)
MAX_BARE = 99


def parse_mark(line: str) -> NumberMark | None:
    """The mark a line opens with, or None: a number inside a sentence is none.

    >>> [parse_mark(line).number for line in ("4.2 Le sous-traitant…", "(iii) the list", "1° informer")]
    ['4.2', 'iii', '1']
    >>> parse_mark("Article 5 – Durée")
    NumberMark(form=<NumberForm.ARTICLE: 'article'>, number='5', rest='Durée', closed='–')
    >>> parse_mark("- Traiter").form.value
    'bullet'
    >>> [parse_mark(line) for line in ("Article 28 du RGPD", "10 rue de la Paix", "2016/679")]
    [None, None, None]
    """
    if not line:
        return None
    return _article(line) or _letter(line) or _decimal(line) or _capital(line) or _bullet(line)


def mark_from_label(label: str, text: str) -> NumberMark:
    """The mark of a text whose format prints `label` before it.

    >>> mark_from_label("Article 5.", "Durée").form.value
    'article'
    >>> mark_from_label("(a)", "traiter").number, mark_from_label("•", "x").number
    ('a', '')
    """
    label = label.strip()
    number = label.strip(" .()[]:;°§*" + _DASHES)
    if not any(char.isalnum() for char in number) or number in ("o", "q") or label in _BULLETS:
        return NumberMark(NumberForm.BULLET, "", text)
    if found := _ARTICLE.match(f"{label} – X"):
        return NumberMark(NumberForm.ARTICLE, found["number"], text, "–")
    if "°" in label:
        return NumberMark(NumberForm.ORDINAL, number, text, "°")
    if label.endswith(")") or (number.isalpha() and number.islower()):
        return NumberMark(NumberForm.LETTER, number, text, ")" if label.endswith(")") else ".")
    return NumberMark(
        NumberForm.CAPITAL if number.isalpha() else NumberForm.DECIMAL,
        number,
        text,
        label[len(label.rstrip(" .–—-")) :],
    )


def _article(line: str) -> NumberMark | None:
    if not (found := _ARTICLE.match(line)):
        return None
    rest, closed = found["rest"], found["closed"].strip()
    if not closed and (_REFERRED.match(rest) or (rest and not _opens(rest)) or len(rest) > 90 or rest.endswith(".")):
        return None
    return NumberMark(
        NumberForm.ARTICLE, "1" if found["number"].lower() == "premier" else found["number"], rest, closed
    )


def _letter(line: str) -> NumberMark | None:
    if not (found := _LETTER.match(line)):
        return None
    number = found["in"] or found["out"] or found["dot"]
    return NumberMark(NumberForm.LETTER, number, found["rest"], "." if found["dot"] else ")")


def _decimal(line: str) -> NumberMark | None:
    if not (found := _DECIMAL.match(line)):
        return None
    number, closed, rest = found["number"], found["closed"].strip(), found["rest"]
    if "°" in closed:
        return NumberMark(NumberForm.ORDINAL, number, rest, "°")
    bare = not closed or closed in _DASHES
    if bare and number.count(".") < 2 and (_HOUSE.match(rest) or not _opens(rest)):
        return None
    if bare and "." not in number and int(number) > MAX_BARE:
        return None
    if bare and "." not in number and (len(rest) > 80 or rest.endswith((".", ";", ","))):
        return None
    return NumberMark(
        NumberForm.LETTER if closed == ")" and "." not in number else NumberForm.DECIMAL, number, rest, closed
    )


def _capital(line: str) -> NumberMark | None:
    if not (found := _CAPITAL.match(line)) or _ARTICLE_OF_A_CODE.match(line):
        return None
    return NumberMark(NumberForm.CAPITAL, found["number"], found["rest"], found["closed"].strip())


def _bullet(line: str) -> NumberMark | None:
    found = _BULLET.match(line)
    return NumberMark(NumberForm.BULLET, "", found["rest"]) if found else None


def _opens(rest: str) -> bool:
    """Whether words could open a title or a sentence."""
    return rest[:1].isupper() or rest[0] in "«“\"'‘([_`" or re.match(r"\d{1,9}[a-z]{3}", rest) is not None
