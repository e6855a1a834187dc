"""Whether the text of a signed copy names a company; pure."""

from collections.abc import Iterable

from portal.vendors.rules.naming import denominations, words

_AND = {"et": "&", "and": "&", "und": "&"}


def names_company(text: str, names: Iterable[str]) -> bool:
    """Whether a text has one of these names, accents, case, punctuation and legal form aside.

    >>> names_company("ENTRE Nuage-Clair S.A.S. ET la Mutuelle", ["Nuage Clair SAS"]), names_company("Entre nous", [""])
    (True, False)
    """
    looked_in = f" {' '.join(_AND.get(word, word) for word in words(text))} "
    return any(f" {named} " in looked_in for name in names for named in denominations(name))
