"""Languages, sentences to be translated later, and French typography; standard library only, so rules may use it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from functools import lru_cache

from portal.core.dataclass import dataclass
from portal.core.expressions import expression

NARROW = "\u202f"
NO_BREAK = "\u00a0"


class Language(StrEnum):
    """A language of the interface and of the data; French is the source."""

    FR = "fr"
    EN = "en"


@dataclass(frozen=True)
class Sentence:
    """A French sentence with its values, kept apart so that an edge can say it in the reader's language.

    >>> str(Sentence("Ligne %(line)s : pays inconnu.", {"line": 3}))
    'Ligne 3\\u202f: pays inconnu.'
    """

    text: str
    """The French text; of a sentence that counts, the singular."""
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str = ""
    """What is said instead when `values["num"]` is not one of a thing; none for a sentence that does not count."""

    def __str__(self) -> str:
        """The sentence in French."""
        text = french(self.plural if self.plural and is_plural(self.values["num"]) else self.text)
        return elided(text, self.values) % self.values if self.values else text


def is_plural(count: object) -> bool:
    """Whether French says so many of a thing in the plural: from two.

    >>> is_plural(0), is_plural(1), is_plural(-2)
    (False, False, True)
    """
    return not isinstance(count, int) or abs(count) >= 2


def say(text: str, /, **values: object) -> Sentence:
    """Name a sentence for translation (extracted as a message) and keep its values."""
    return Sentence(text, values)


def say_count(count: int, singular: str, plural: str, /, **values: object) -> Sentence:
    """Name a sentence that says how many of a thing, as `%(num)s`; each language chooses its form by the number.

    >>> [str(say_count(n, "%(num)s point", "%(num)s points")) for n in (0, 1, 2)]
    ['0 point', '1 point', '2 points']
    """
    return Sentence(singular, {"num": count, **values}, plural)


def N_(text: str) -> str:  # noqa: N802 - the name translators' tools expect
    """Mark a string for extraction; it is translated where it is shown."""
    return text


def number_of(count: int, singular: str, plural: str) -> str:
    """How many of a thing, in French, for the commands, which speak French alone: « 0 tâche », singular below two.

    >>> number_of(1, "clause ajoutée", "clauses ajoutées"), number_of(12, "clause", "clauses")
    ('1 clause ajoutée', '12 clauses')
    """
    return f"{count} {singular if abs(count) < 2 else plural}"


def both(language: "Language", french: str, english: str) -> str:
    """One of two texts: those of a document that is written in both languages side by side."""
    return english if language is Language.EN else french


def colon(language: "Language") -> str:
    """What stands between a label and what it announces: French sets a narrow space before it.

    >>> f"Délai{colon(Language.FR)}24 h", f"Time{colon(Language.EN)}24 h"
    ('Délai\\u202f: 24 h', 'Time: 24 h')
    """
    return both(language, f"{NARROW}: ", ": ")


def semicolon(language: "Language") -> str:
    """What parts several things in one line, where some of them hold commas.

    >>> semicolon(Language.FR).join(["Paris, Lyon", "Oslo"]), semicolon(Language.EN).join(["Paris, Lyon", "Oslo"])
    ('Paris, Lyon\\u202f; Oslo', 'Paris, Lyon; Oslo')
    """
    return both(language, f"{NARROW}; ", "; ")


def quoted(text: object, language: "Language") -> str:
    """What somebody wrote, between the quotation marks of a language.

    >>> quoted("oui", Language.FR), quoted("yes", Language.EN)
    ('«\\u202foui\\u202f»', '“yes”')
    """
    return both(language, f"«{NARROW}{text}{NARROW}»", f"“{text}”")


_RULES = (
    (expression(r"(?<=\w)'(?=\w)"), "’"),
    (expression(r"«[ \u00a0\u202f]*"), "«" + NARROW),
    (expression(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]*»"), NARROW + "»"),
    (expression(r"(?<=\S)[ \u00a0]+(?=[;!?:](?:\s|$|[\"»)<]))"), NARROW),
    (expression(r"(?<=[\ds])[ \u00a0]+(?=%%|€)"), NARROW),
    (expression(r"(?<=\d)[ \u00a0]+(?=%)"), NARROW),
    (expression(r"\bart\. (?=[LRD]?\d)"), "art." + NO_BREAK),
    (expression(r" - (?=\S)"), " – "),
)


_APOSTROPHE = expression(r"(?<=\w)'(?=[\w\s])")
_ADDRESS = expression(r"(?<!\w)\w*://[^\s«»<>\"]*")
_HELD = "\ue000"


@lru_cache(maxsize=8192)
def french(text: str) -> str:
    """Set a French text as a printer would: curly apostrophe, « guillemets », narrow no-break spaces, dashes.

    >>> french("L'avis : « oui » ?")
    'L’avis\\u202f: «\\u202foui\\u202f»\\u202f?'
    >>> french("à 12:30") # no space before a colon inside a time
    'à 12:30'
    >>> french("l'avis : https://exemple.test/l'avis") # an address is not a text
    "l’avis\\u202f: https://exemple.test/l'avis"
    """
    if "://" in text and _HELD not in text:
        return _around_addresses(text, french)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


_BEFORE_A_VALUE = expression(r"\b(d|qu)e (%\(\w{1,40}\)s)", re.IGNORECASE)
_VOWELS = frozenset("aàâäeéèêëiîïoôöuùûü")
_NOT_ELIDED = ("onz", "oui")


def elided(text: str, values: Mapping[str, object]) -> str:
    """A French text whose « de » and « que » lose their vowel before a value that begins with one.

    An h keeps it: nothing written says whether it is heard.

    >>> elided("Plan de %(vendor)s", {"vendor": "Orange"}), elided("Plan de %(vendor)s", {"vendor": "Hubert"})
    ('Plan d’%(vendor)s', 'Plan de %(vendor)s')
    """
    for name, whole, short in _elisions(text):
        if _begins_with_vowel(values.get(name)):
            text = text.replace(whole, short)
    return text


@lru_cache(maxsize=8192)
def _elisions(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((one[2][2:-2], one[0], f"{one[1]}’{one[2]}") for one in _BEFORE_A_VALUE.finditer(text))


def _begins_with_vowel(value: object) -> bool:
    if not isinstance(value, str) or value[:1].casefold() not in _VOWELS:
        return False
    return not value[:3].casefold().startswith(_NOT_ELIDED)


def english(text: str) -> str:
    """Set an English text as a printer would: curly apostrophe.

    >>> english("the customers' requests")
    'the customers’ requests'
    >>> english("today's: https://example.test/today's")
    "today’s: https://example.test/today's"
    """
    if "'" not in text:
        return text
    if "://" in text and _HELD not in text:
        return _around_addresses(text, english)
    return _APOSTROPHE.sub("’", text)


def printed(text: str, language: Language) -> str:
    """Set a text as a printer of its language would.

    >>> printed("l'avis", Language.FR), printed("today's notice", Language.EN)
    ('l’avis', 'today’s notice')
    """
    return english(text) if language is Language.EN else french(text)


def _around_addresses(text: str, setter: Callable[[str], str]) -> str:
    """Set what surrounds the addresses of a text, and leave them whole."""
    addresses = iter(_ADDRESS.findall(text))
    return re.sub(_HELD, lambda _: next(addresses), setter(_ADDRESS.sub(_HELD, text)))
