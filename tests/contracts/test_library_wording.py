"""One voice in each language: duties say « shall », French cites as the house does, English holds no French."""

import re

import pytest

from portal.contracts import library
from portal.contracts.rules.operative_words import fallback_prose
from portal.core.language import Language

CLAUSES = library.cached().clauses


def texts(clause, language):
    """Every wording of each paragraph, as it is typed."""
    for passages in (clause.prose[language], fallback_prose(clause, language)):
        for passage in passages:
            yield (
                " ".join(
                    "".join(getattr(piece, "text", "…") for piece in run)
                    for block in passage.blocks
                    for run in ((block.pieces,) if hasattr(block, "pieces") else block.items)
                )
                .replace("\u202f", " ")
                .replace("\xa0", " ")
                .replace("’", "'")
            )


STATING = "is|has|shall|may|remains|acts|determines|alone|must|can|undertakes|further undertakes|carries"
STATING += "|gives|represents|warrants|consents|chooses|does|concerns|entitles|requires|applies|forms|lays|falls"


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.key)
def test_english_duties_say_shall(clause):
    found = [
        match[0]
        for text in texts(clause, Language.EN)
        for match in re.finditer(
            r"(?:^|[.;:,] |and )(?:[Tt]he (?:Processor|Controller|exporter|recipient)|It|it|Each Party) "
            r"(?!(?:" + STATING + r")\b)([a-z]+s) ",
            text,
        )
    ]
    assert found == []


HOUSE = re.compile(r"articles? \d+\(|§ ?\d+\(|\b[LRD]\d{2,}|est essayée|en donne acte|\bCCT 2010|\(UE\) n°2")


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.key)
def test_french_cites_the_law_as_the_house_does(clause):
    assert [found[0] for text in texts(clause, Language.FR) for found in HOUSE.finditer(text)] == []


LABELS = ("renoncer au contrat ici", "confirmer la rétractation")
"""What French law makes the buttons say, whatever the language of the contract."""
FRENCH = re.compile(
    r"[àâçéèêëîïôûùœ«»]|\b(?:le|les|des|du|une|et|ou|pour|dans|avec|sur|aux|par|ci-après)\b", re.IGNORECASE
)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.key)
def test_an_english_clause_holds_no_french(clause):
    for text in (*texts(clause, Language.EN), clause.title.en, *(label.en for label in clause.variables.values())):
        own = re.sub("|".join(LABELS), "", text)
        assert FRENCH.findall(own) == [], text
