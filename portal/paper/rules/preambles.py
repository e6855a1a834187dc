"""What stands before an agreement begins: it says why the parties agree, and binds neither of them.

A section under a title that says nothing else (« Préambule », “Recitals”), what « Il est rappelé ce qui suit : »
introduces, and the lettered paragraphs before the first numbered article. It ends where the parties
say that they agree.
"""

from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind, SourceDocument, SourceParagraph
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import ContractSentence

_REMINDED = (
    r"(?:il est|il a ete|sont|ont|etant) (?:ici |tout d'abord )?(?:prealablement )?(?:rappele|expose|precise)s?"
    r"(?: (?:prealablement|au prealable))?"
)
_TITLE = expression(
    r"\W{0,4}(?:(?:article|section|clause|chapitre|titre|part) )?(?:(?:\d{1,2}|[ivx]{1,4}|[a-z])[.):]{0,2} ?)?\W{0,4}"
    r"(?:preambule|preamble|(?:les )?considerants?|considerations prealables|expose(?: prealable| des motifs)?"
    r"|rappels? prealables?|attendus|(?:the )?recitals?|whereas|background"
    rf"|{_REMINDED}(?: (?:ce qui suit|que))?)\W{{0,4}}"
)
"""A title that says nothing but that what stands under it comes before the agreement."""
_INTRODUCES = expression(rf"(?:\W{{0,4}}[^.;:|]{{0,60}} )?{_REMINDED}(?: (?:ce qui suit|que))? ?: ?")
"""The introduction of a list that does the same."""
_AGREED = expression(
    r"\b(?:il (?:est|a ete)|est|sont|ont) (?:\w+ )?(?:convenu|arrete|decide)|\bconviennent\b"
    r"|\bceci (?:expose|etant|rappele)|\bcela expose"
    r"|\b(?:is|are|be|been|have|has) (?:hereby |now |mutually )?agreed\b|\bnow,? therefore\b"
    r"|\b(?:parties|we|they) (?:hereby |therefore |now )?agree\b"
)
"""What ends a preamble: from there on, the parties are bound."""
_FIRST_ARTICLE = expression(r"1(?:\.1)?")
_OPENS_ARTICLE = expression(r"\W{0,3}(?:article|clause|section|paragraphe?|art\.|§) ?(?:1|premier|first|one|i)\b")
"""How a first article opens that no layout shows to be one."""
_FEWEST, _MOST = 2, 12
"""Letters that a run of recitals may have."""
_SENTENCE_WORDS = 4


def preamble_places(document: SourceDocument, units: Sequence[ContractSentence]) -> frozenset[int]:
    """The sentences of a text that stand before the parties agree on anything."""
    lettered = _lettered_before_articles(document.paragraphs)
    return frozenset(_titled_or_introduced(document, units)) | frozenset(
        place for place, unit in enumerate(units) if unit.paragraph in lettered
    )


def _titled_or_introduced(document: SourceDocument, units: Sequence[ContractSentence]) -> Iterator[int]:
    """The sentences under such a title, up to the one by which the parties agree, and the items so introduced."""
    heading, ended, number = "", False, ""
    for place, unit in enumerate(units):
        if unit.heading != heading:
            heading, ended, number = unit.heading, False, ""
        paragraph = document.paragraphs[unit.paragraph]
        if unit.kind is ParagraphKind.HEADING:
            number = paragraph.number
        said = fold(unit.text)
        ended = (
            ended
            or bool(_AGREED.search(said) or _OPENS_ARTICLE.match(said))
            or _is_another_article(paragraph.number, number)
        )
        titled = _TITLE.fullmatch(fold(unit.heading.rpartition(" / ")[2]))
        if (titled and not ended) or (unit.lead and _INTRODUCES.fullmatch(fold(unit.lead))):
            yield place


def _is_another_article(number: str, title: str) -> bool:
    """Whether a paragraph is numbered « 3.1 » where the title above it is not numbered 3.

    >>> _is_another_article("3.1", ""), _is_another_article("1.2", "1"), _is_another_article("2", "")
    (True, False, False)
    """
    first, dot, _ = number.partition(".")
    return bool(dot) and first.isdigit() and first != title


def _lettered_before_articles(paragraphs: Sequence[SourceParagraph]) -> frozenset[int]:
    """The ranks of the paragraphs A, B, C… before article 1: under no title, introduced by no duty, none a title."""
    articles = next((rank for rank, one in enumerate(paragraphs) if _FIRST_ARTICLE.fullmatch(one.number)), 0)
    numbered = [rank for rank in range(articles) if paragraphs[rank].number]
    letters = "".join(paragraphs[rank].number for rank in numbered)
    if not _FEWEST <= len(letters) <= _MOST or letters != ascii_uppercase[: len(letters)]:
        return frozenset()
    first = numbered[0]
    titles = sum(one.kind is ParagraphKind.HEADING for one in paragraphs[:first])
    introduced = bool(first) and paragraphs[first - 1].text.rstrip().endswith(":")
    if titles > 1 or introduced or any(_is_title(paragraphs[rank]) for rank in numbered):
        return frozenset()
    return frozenset(numbered)


def _is_title(paragraph: SourceParagraph) -> bool:
    """Whether a paragraph is a title, and no short sentence taken for one."""
    ends = paragraph.text.rstrip().endswith((".", ";"))
    return paragraph.kind is ParagraphKind.HEADING and not (ends and len(paragraph.text.split()) >= _SENTENCE_WORDS)
