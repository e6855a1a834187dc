"""Each text of a fact in the language of the contract, or the note that it is lacking: never the other language."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.contracts.language_data import coded_words, language_words
from portal.contracts.rules.fact_catalogue import FACTS, FactKind, FactNature
from portal.contracts.rules.facts import Value
from portal.contracts.rules.written_dates import date_in_words
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Language
from portal.vendors import reference
from portal.vendors.place_names import place_name, place_names
from portal.vendors.rules.countries import parse_locations

_STATE_OF_AMERICA = "Georgia"
"""At the end of an address, more often the state than the country."""
_BETWEEN_PLACES = expression(r"([,;()/]|\s[-–—]\s)")


class FreeText(str):
    """A text that somebody wrote in one language without saying which; `presumed` holds when its words do not tell."""

    __slots__ = ("presumed",)
    presumed: Language

    def __new__(cls, text: str, presumed: Language = Language.FR) -> "FreeText":
        """The register and the questionnaires are kept in French, unless known otherwise."""
        made = super().__new__(cls, text)
        made.presumed = presumed
        return made


@dataclass(frozen=True)
class TextToTranslate:
    """A text known in the other language alone: no version is issued until it is said in this one."""

    fact: str
    text: str
    """What the other language says."""
    column: str = ""
    row: int | None = None
    """From 0, within a table."""


@dataclass(frozen=True)
class SaidFact:
    """A fact in one language, with what of it is lacking there."""

    value: Value
    lacking: tuple[TextToTranslate, ...] = ()


def said_fact(key: str, value: Any, language: Language) -> SaidFact:
    """A fact as one source or a person gives it, said in a language.

    A plain string is said already; a `FreeText` is read; a mapping holds what was said in each language.
    """
    fact = FACTS[key]
    if fact.kind is FactKind.CODES or value is None:
        return SaidFact(value)
    if fact.kind is FactKind.ROWS:
        return _rows(key, value, language)
    if isinstance(value, Mapping):
        return _stated(key, value, language)
    if isinstance(value, str):
        said = _said(fact.nature, value, language)
        return SaidFact(said) if said is not None else SaidFact(None, (TextToTranslate(key, value),))
    return _list(key, value, language)


def _list(key: str, items: Sequence[str], language: Language) -> SaidFact:
    """A list with one item lacking is lacking as a whole: half a list would say something else."""
    said = [_said(FACTS[key].nature, item, language) for item in items]
    if None in said:
        return SaidFact(None, (TextToTranslate(key, "\n".join(items)),))
    return SaidFact(tuple(item for item in said if item is not None))


def _stated(key: str, both: Mapping[str, Any], language: Language) -> SaidFact:
    """What was said in this language; else what the other says, where it translates itself."""
    if own := both.get(language.value):
        return said_fact(key, _trusted(key, own, language), language)
    other = next((text for text in both.values() if text), None)
    if other is None:
        return SaidFact(None)
    presumed = _other(language)
    free = FreeText(other, presumed) if isinstance(other, str) else tuple(FreeText(one, presumed) for one in other)
    return said_fact(key, free, language)


def _trusted(key: str, own: Any, language: Language) -> Any:
    """What a person said in this language; a date, a place or a capacity is written as the language does all the same.

    A capacity that cannot be translated is theirs to choose.
    """
    nature = FACTS[key].nature
    listed = (own,) if isinstance(own, str) else tuple(own)
    said = tuple(_converted(nature, one, language)[0] for one in listed)
    return said[0] if isinstance(own, str) else said


def _rows(key: str, rows: Sequence[Mapping[str, Any]], language: Language) -> SaidFact:
    made: list[dict[str, str | None]] = []
    lacking: list[TextToTranslate] = []
    for index, row in enumerate(rows):
        said: dict[str, str | None] = {}
        for column, cell in row.items():
            nature = FACTS[key].nature_of(column)
            if isinstance(cell, Mapping):
                own = cell.get(language.value)
                other = next((text for text in cell.values() if text), "")
                text = own or FreeText(other, _other(language))
                said[column] = _converted(nature, own, language)[0] if own else _said(nature, text, language)
            else:
                text = cell
                said[column] = None if cell is None else _said(nature, cell, language)
            if said[column] is None and text:
                lacking.append(TextToTranslate(key, str(text), column, index))
        made.append(said)
    return SaidFact(tuple(made), tuple(lacking))


def _said(nature: FactNature, text: str, language: Language) -> str | None:
    """A text in a language, None when it is known in the other alone."""
    if not isinstance(text, FreeText) or not text.strip():
        return text
    said, unsettled = _converted(nature, text, language)
    if not unsettled:
        return said
    found = language_words().is_in(unsettled, language, presumed=text.presumed)
    return said if found else None


def _converted(nature: FactNature, text: str, language: Language) -> tuple[str, str]:
    """A text with what translates itself translated, and the words of it that do not: nothing when all of it does."""
    bare = str(text)
    match nature:
        case FactNature.NAME:
            return coded_words().phrase(bare, language) or bare, ""
        case FactNature.ADDRESS:
            return _address(bare, language), ""
        case FactNature.PLACE:
            return place_in_words(bare, language), ""
        case FactNature.PERSON:
            return coded_words().person(bare, language)
        case FactNature.DATE if (day := date_in_words(bare, language)) is not None:
            return day, ""
    phrase = coded_words().phrase(bare, language)
    return (bare, bare) if phrase is None else (phrase, "")


def place_in_words(text: str, language: Language) -> str:
    """A place with its countries and regions named as a language names them; what is no country is left as it is.

    >>> place_in_words("Francfort (Allemagne)", Language.EN), place_in_words("France, Pays-Bas", Language.EN)
    ('Francfort (Germany)', 'France, Netherlands')
    """
    whole = parse_locations(text, reference.atlas())
    if isinstance(whole, tuple):
        return place_names(whole, language)
    return "".join(_part_in_words(part, language) for part in _BETWEEN_PLACES.split(text))


def _address(text: str, language: Language) -> str:
    """An address with the country it ends with named as a language names it; a town is left as it is.

    >>> _address("3 rue Sebti, Casablanca, Maroc", Language.EN), _address("1 Pine St, Atlanta, Georgia", Language.FR)
    ('3 rue Sebti, Casablanca, Morocco', '1 Pine St, Atlanta, Georgia')
    """
    before, comma, country = text.rpartition(", ")
    return text if country == _STATE_OF_AMERICA else f"{before}{comma}{_part_in_words(country, language)}"


def _part_in_words(part: str, language: Language) -> str:
    found = parse_locations(part, reference.atlas())
    if not isinstance(found, tuple) or len(found) != 1:
        return part
    return part.replace(part.strip(), place_name(found[0], language))


def _other(language: Language) -> Language:
    return Language.EN if language is Language.FR else Language.FR
