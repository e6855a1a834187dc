"""Whether words say something: a register filled with « à compléter » is an empty register."""

from portal.core.expressions import expression
from portal.vendors.rules.naming import plain

FEWEST_LETTERS = 3
_STAND_INS = frozenset(
    {
        "a completer", "a definir", "a determiner", "a preciser", "a renseigner", "a venir", "a voir", "aucune idee",
        "en cours", "inconnu", "inconnue", "je ne sais pas", "na", "n a", "neant", "non applicable", "non defini",
        "non precise", "non renseigne", "ne sait pas", "sans objet", "tbc", "tbd", "to be completed", "to be confirmed",
        "to be defined", "to complete", "todo", "unknown", "not applicable", "not defined", "voir plus tard", "xxx",
        "test", "none", "null",
    }
)  # fmt: skip
_BEGINNINGS = ("a completer", "a definir", "a preciser", "a renseigner", "to be defined", "to be completed", "tbd")
_ENDLESS = (
    "illimite", "sans limite", "indefini", "aussi longtemps que necessaire", "le temps necessaire",
    "duree necessaire", "unlimited", "forever", "as long as necessary", "no limit", "pour toujours",
)  # fmt: skip


def says_something(text: str, *, fewest: int = FEWEST_LETTERS) -> bool:
    """Whether a text of so many letters at least is more than a stand-in for one.

    >>> says_something("Payer les salariés"), says_something("À compléter"), says_something("aaaa")
    (True, False, False)
    >>> says_something("TBD (voir Paul)"), says_something("à définir avec la paie"), says_something("...")
    (False, False, False)
    """
    told = plain(text)
    letters = [letter for letter in told if letter.isalpha()]
    if len(letters) < fewest or len(set(letters)) < fewest:
        return False
    return told not in _STAND_INS and not told.startswith(_BEGINNINGS)


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts say the same, whatever their accents, case and punctuation.

    >>> is_same_text("Gestion de la paie.", "gestion de la PAIE"), is_same_text("Paie", "Payer")
    (True, False)
    """
    return plain(one) == plain(other)


_DIGIT = expression(r"\d")
_BELOW_NOTHING = expression(r"^\s*[-−–]\d")
_LENGTH = expression(r"(?<!\d)(\d{1,15})\s?(an|year|mois|month|semaine|week|jour|day)")
_IN_A_YEAR = {"an": 1, "year": 1, "mois": 12, "month": 12, "semaine": 52, "week": 52, "jour": 365, "day": 365}
MOST_YEARS = 200
"""Years beyond which nobody keeps what is about living persons: a longer time is a slip of the keys."""


def is_time_limit(text: str) -> bool:
    """Whether a text says when data are erased: a figure, or an event; never « as long as necessary ».

    >>> is_time_limit("5 ans"), is_time_limit("Jusqu'au départ du salarié"), is_time_limit("illimitée")
    (True, True, False)
    >>> is_time_limit("Aussi longtemps que nécessaire"), is_time_limit("à compléter"), is_time_limit("longtemps")
    (False, False, False)
    >>> is_time_limit("-5 ans"), is_time_limit("999999 ans"), is_time_limit("de 3-5 ans"), is_time_limit("- 6 mois")
    (False, False, True, True)
    """
    told = plain(text)
    if _DIGIT.search(told):
        return any(letter.isalpha() for letter in told) and not _BELOW_NOTHING.search(text) and not _is_endless(told)
    return says_something(text) and len(told.split()) > 1 and not any(word in told for word in _ENDLESS)


def _is_endless(told: str) -> bool:
    return any(int(count) > MOST_YEARS * _IN_A_YEAR[unit] for count, unit in _LENGTH.findall(told))
