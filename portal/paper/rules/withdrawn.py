"""Clauses that another clause of the same text takes back (« L'article 9.6 ne s'applique pas aux marchés de… »)."""

import re
from collections.abc import Iterator, Sequence

from portal.documents_in.document import ParagraphKind, SourceDocument, SourceParagraph
from portal.paper.rules.sentences import ContractSentence

_TAKES_BACK = re.compile(
    r"\b(?:articles?|clauses?|sections?|paragraph(?:e)?s?|points?) (?P<number>\d{1,3}(?:\.\d{1,3}){0,3})"
    r" ?(?:\(?(?P<letter>[a-z]{1,4})\))?(?P<between>[^.;,|\d]{0,80}?)"
    r"(?:\b(?:shall|do|does|will) not (?:apply|bind)|\b(?:shall have|has|have) no effect|\bceases? to apply"
    r"|\bcesse de s.appliquer|\b(?:is|are) (?:deleted|disapplied|of no effect)(?! and replaced)"
    r"|\bne (?:s.applique|lie|joue|vaut)(?:nt)? (?:pas|a aucun)|\bn.(?:a aucun effet|est pas applicable)"
    r"|\b(?:est|sont) (?:supprimee?s?|sans effet|reputee?s? non ecrit)(?! et remplac))"
)
_OF_ANOTHER = re.compile(
    r"\b(?:of|du|de la|de l.|des) ?(?:the |le |la )?(?:standard|clauses|sccs?|ccts?|gdpr|rgpd|uk|regulation|reglement"
    r"|directive|code|main|master|principal|contrat principal)"
)
"""A clause of another text."""
_SUPPOSED = re.compile(r"\b(?:if|where|when|unless|si|lorsque|quand|sauf)\b[^,|]{0,40}$")
"""What stands before a clause that is only supposed not to apply."""
_BY_LAW = re.compile(r"\b(?:laws?|lois?|legale?s?|legislation|statutory|droit (?:de l|national|francais|applicable))\b")
"""An exception that the law itself makes takes nothing back."""


def withdrawn_places(
    document: SourceDocument, units: Sequence[ContractSentence], lines: Sequence[str]
) -> frozenset[int]:
    """The sentences that stand under the number of a clause which another sentence takes back.

    `lines` are the sentences folded, in the same order.
    """
    named = {target for line in lines for target in _taken_back(line)}
    if not named:
        return frozenset()
    gone = frozenset(rank for rank, path in _numbered(document.paragraphs) if not named.isdisjoint(path))
    return frozenset(place for place, unit in enumerate(units) if unit.paragraph in gone)


def _taken_back(line: str) -> Iterator[tuple[str, str]]:
    """The clauses that a sentence takes back: number, and letter of an item or nothing."""
    for match in _TAKES_BACK.finditer(line):
        supposed = _SUPPOSED.search(line[: match.start()]) or _OF_ANOTHER.search(match["between"])
        if not supposed and not _BY_LAW.search(line, match.end()):
            yield match["number"], match["letter"] or ""


def _numbered(paragraphs: Sequence[SourceParagraph]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Each paragraph by the clauses it stands in, as they may be named."""
    number = letter = ""
    for rank, one in enumerate(paragraphs):
        if one.number[:1].isdigit():
            number, letter = one.number, ""
        elif one.number:
            letter = one.number
        elif one.kind is ParagraphKind.HEADING:
            number = letter = ""
        parts = number.split(".") if number else []
        above = [(".".join(parts[: size + 1]), "") for size in range(len(parts))]
        yield rank, [*above, (number, letter)] if number else []
