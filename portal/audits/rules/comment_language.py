"""Whether what is written to a vendor is in its language."""

from portal.core.language import Language
from portal.documents_in.languages import count_language_words, likelier_language

TELLING = 3
"""Words of one language alone that a text must have before anything is said of it: a name or a figure tells nothing."""


def is_in_other_language(text: str, wanted: Language) -> bool:
    """Whether a text is surely in the other language than the one wanted.

    >>> is_in_other_language("Please attach the signed contract and the list of sub-processors.", Language.FR)
    True
    >>> is_in_other_language("OK", Language.EN)
    False
    """
    found = likelier_language(*count_language_words(text), least=TELLING)
    return found is not None and found is not wanted
