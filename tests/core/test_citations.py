"""The articles that the data cite hold no French word once they are cited to an English reader."""

import re
import tomllib
from collections.abc import Iterator

from portal.core.citations import cited
from portal.core.config import ROOT
from portal.core.language import Language

WORD = re.compile(r"[^\W\d_][^\W\d_.’'-]*")
CODES = frozenset(WORD.findall("C conso assur trav pén civ csp dora data nis ia lil R L D A I II al n º"))
"""What laws are called where they are published, with marks of a place in them."""
NATIONAL = frozenset(
    WORD.findall(
        "Decreto Lei Codice del consumo Ustawa o prawach konsumenta TRLGDCU Consumer Rights Act part Europe Paris"
    )
)
ENGLISH = frozenset(
    WORD.findall(
        "art Art Reg Dir EU GDPR EDPB CJEU Guidelines Contract proof of and following see to former last subparagraph"
        " No January CL"
    )
)


def articles(held: object) -> Iterator[str]:
    if isinstance(held, dict):
        for name, value in held.items():
            told = value if isinstance(value, list) else [value]
            yield from (one for one in told if name in {"article", "articles"} and isinstance(one, str))
            yield from articles(value)
    elif isinstance(held, list):
        for value in held:
            yield from articles(value)


def test_no_word_of_an_article_of_the_data_is_french_to_an_english_reader():
    files = [*ROOT.glob("portal/**/*.toml"), *ROOT.glob("questionnaires/**/*.toml")]
    found = {one for file in files for one in articles(tomllib.loads(file.read_text(encoding="utf-8")))}
    assert len(found) > 300
    left = {word: one for one in found for word in WORD.findall(cited(one, Language.EN)) if len(word) > 1}
    assert {word: one for word, one in left.items() if word not in CODES | NATIONAL | ENGLISH} == {}


def test_to_a_french_reader_they_are_as_they_are_written():
    told = "C. conso. L121-16 à L121-21-8 (anciens) ; CJUE C-683/21"
    assert cited(told, Language.FR) == told
    assert cited(told, Language.EN) == "C. conso. L121-16 to L121-21-8 (former); CJEU C-683/21"
