"""Countries as a vendor writes them: a name in French or English, or the code; kept as the code."""

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

from portal.core.language import Language, Sentence
from portal.questionnaires.rules import COUNTRIES
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import parse_country
from portal.vendors.rules.naming import plain

LONGEST = 80
"""Characters beyond which a text names no country and is not looked up."""


@lru_cache(maxsize=len(Language))
def names(language: Language) -> Mapping[str, str]:
    """The name of each country by code, in alphabetical order of names.

    >>> names(Language.EN)["DE"], names(Language.FR)["DE"]
    ('Germany', 'Allemagne')
    """
    known = Locale(language.value).territories
    return dict(sorted(((code, known.get(code, code)) for code in COUNTRIES), key=lambda pair: plain(pair[1])))


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    return {plain(name): code for language in Language for code, name in names(language).items()}


def code_of(text: str) -> str | Sentence:
    """The code of the country that a text names, empty for an empty one; else a sentence saying what is wrong.

    >>> code_of("allemagne"), code_of("Germany"), code_of(" de ")
    ('DE', 'DE', 'DE')
    >>> str(code_of("Portugual"))
    'Pays inconnu\\u202f: «\\u202fPortugual\\u202f». Vouliez-vous dire «\\u202fPortugal\\u202f»\\u202f?'
    """
    text = text.strip()
    if text.upper() in COUNTRIES:
        return text.upper()
    known = _codes().get(plain(text[:LONGEST]))
    return known if known is not None else parse_country(text[:LONGEST], atlas())


def shown(code: str, language: Language) -> str:
    """The name of a stored code in the reader's language; what is no code is shown as it is."""
    return names(language).get(code, code)
