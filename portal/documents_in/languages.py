"""Tells French from English by counting function words (articles, prepositions). Standard library only."""

from collections.abc import Sequence

from portal.core.expressions import expression
from portal.core.language import Language
from portal.documents_in.document import SourceParagraph

_WORD = expression(r"[^\W\d_]+")
_FRENCH = frozenset(
    _WORD.findall(
        "le la les un une des du de et ou où est sont au aux en dans par pour sur avec sans sous ce cet cette ces son "
        "sa ses leur leurs qui que dont ne pas plus il elle ils elles être été fait tout toute tous toutes ainsi afin "
        "lors ci si vous nous votre vos notre nos selon entre comme soit doit peut même aucun aucune tel telle à chaque"
    )
)
_ENGLISH = frozenset(
    _WORD.findall(
        "the of and to in for with by from this that these those is are be been was were shall will may must not any "
        "all such or as at which who it its their they has have had upon under between other each no if when where "
        "you your our we into than including does do can"
    )
)
_UNREAD = {
    tongue: frozenset(_WORD.findall(words))
    for tongue, words in {
        "de": "des in an der die das und nicht werden wird oder mit von zu ist sind den dem einer durch sich im auf",
        "es": "de la en un a es entre no son el los las del por para con se su sus una y o lo al como cuando será",
        "it": "la le un a in i il gli dei della del delle che con per una sono è di da nel alla ai dal dalla si o non",
        "nl": "het een van de niet wordt worden zijn met voor op door te bij dat die aan deze als of",
        "pt": "de um entre os da dos das não uma com por para que ao pelo pela na em seu sua são ser ou",
    }.items()
}
SURE = 4
"""Telling words a paragraph needs to speak for itself."""


def count_language_words(text: str) -> tuple[int, int]:
    """How many telling words of French, of English.

    >>> count_language_words("Le client et the processor")
    (2, 1)
    """
    words = _WORD.findall(text.lower())
    return sum(word in _FRENCH for word in words), sum(word in _ENGLISH for word in words)


def likelier_language(french: int, english: int, *, least: int = 1) -> Language | None:
    """The language that three telling words in four belong to, when there are at least `least`."""
    if french + english < least or max(french, english) * 4 < 3 * (french + english):
        return None
    return Language.FR if french > english else Language.EN


def main_language(text: str) -> Language:
    """The language of most telling words; French when nothing tells."""
    french, english = count_language_words(text)
    return Language.EN if english > french else Language.FR


def unread_language(text: str) -> str | None:
    """The code of a neighbouring language (`de`, `es`, `it`, `nl`, `pt`) whose words outnumber French and English ones.

    >>> unread_language("Der Auftragsverarbeiter und die Weisung des Verantwortlichen"), unread_language("le client")
    ('de', None)
    """
    words = _WORD.findall(text.lower())
    found = {tongue: sum(word in telling for word in words) for tongue, telling in _UNREAD.items()}
    likeliest = max(found, key=lambda tongue: found[tongue])
    return likeliest if found[likeliest] > max(count_language_words(text)) else None


def paragraph_languages(
    paragraphs: Sequence[SourceParagraph], sections: Sequence[tuple[str, ...]]
) -> list[Language | None]:
    """The language of each paragraph: its own when it says enough, else its section's, else the one before or after."""
    counts = [count_language_words(paragraph.text) for paragraph in paragraphs]
    totals: dict[tuple[str, ...], list[int]] = {}
    for section, (french, english) in zip(sections, counts, strict=True):
        total = totals.setdefault(section, [0, 0])
        total[0] += french
        total[1] += english
    found = [
        likelier_language(*count, least=SURE) or likelier_language(*totals[section], least=SURE)
        for count, section in zip(counts, sections, strict=True)
    ]
    return _fill_from_previous(_fill_from_previous(found)[::-1])[::-1]


def _fill_from_previous(found: list[Language | None]) -> list[Language | None]:
    last = None
    carried = []
    for language in found:
        last = language or last
        carried.append(last)
    return carried
