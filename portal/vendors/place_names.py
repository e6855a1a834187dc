"""Names of countries and regions in each language, in its alphabetical order."""

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale

from portal.core.language import N_, Language
from portal.core.translation import translate
from portal.vendors import reference
from portal.vendors.rules.naming import plain

_REGIONS = {"EU": N_("Union européenne"), "EEA": N_("Espace économique européen"), "WORLD": N_("Monde entier")}


@lru_cache(maxsize=1024)
def place_name(code: str, language: Language) -> str:
    """The name of a country (ISO 3166) or of a region; an unknown code is its own name.

    >>> place_name("DE", Language.FR), place_name("EEA", Language.FR), place_name("", Language.FR)
    ('Allemagne', 'Espace économique européen', '')
    """
    if code in _REGIONS:
        return translate(_REGIONS[code], language)
    return str(Locale(language.value).territories.get(code, code))


def place_names(codes: Iterable[str], language: Language) -> str:
    """Several places, as a form shows them and as it reads them back."""
    return ", ".join(place_name(code, language) for code in codes)


@lru_cache(maxsize=2)
def country_names(language: Language) -> tuple[tuple[str, str], ...]:
    """Every country, code and name."""
    named = ((code, place_name(code, language)) for code in reference.atlas().codes)
    return tuple(sorted(named, key=lambda pair: plain(pair[1])))
