"""Countries as a vendor writes them: a name in French or English, or the code; kept as the code."""

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

from portal.core.language import Language, Sentence
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import parse_country
from portal.vendors.rules.naming import plain

LONGEST = 80
"""Characters beyond which a text names no country and is not looked up."""

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK
    YE YT ZA ZM ZW
    """.split()  # noqa: SIM905 - a list literal would fill 250 lines
)
"""Codes of countries and territories (ISO 3166-1 alpha-2), and XK for Kosovo."""


@lru_cache(maxsize=len(Language))
def country_names(language: Language) -> Mapping[str, str]:
    """The name of each country by code, in alphabetical order of names.

    >>> country_names(Language.EN)["DE"], country_names(Language.FR)["DE"]
    ('Germany', 'Allemagne')
    """
    known = Locale(language.value).territories
    return dict(sorted(((code, known.get(code, code)) for code in COUNTRIES), key=lambda pair: plain(pair[1])))


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    return {plain(name): code for language in Language for code, name in country_names(language).items()}


def code_named(text: str) -> str | Sentence:
    """The code of the country that a text names, empty for an empty one; else a sentence saying what is wrong.

    >>> code_named("allemagne"), code_named("Germany"), code_named(" de ")
    ('DE', 'DE', 'DE')
    >>> str(code_named("Portugual"))
    'Pays inconnu\\u202f: «\\u202fPortugual\\u202f». Vouliez-vous dire «\\u202fPortugal\\u202f»\\u202f?'
    """
    text = text.strip()
    if text.upper() in COUNTRIES:
        return text.upper()
    known = _codes().get(plain(text[:LONGEST]))
    return known if known is not None else parse_country(text[:LONGEST], atlas())
