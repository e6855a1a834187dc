"""Whether a question still asks what it asked when it was published: its key may then stay, and its answers with it.

The answer given to a key is proposed again the next year. Words may be put better under the same key; another question
takes another key, which says what it replaces (`replaces`).
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.questionnaires.definition import Bilingual, Question

_ALIKE = 0.5
"""Share of words in common, from 0 to 1, below which a text has become another."""
_WORD = expression(r"\w+", re.UNICODE)
_NEGATIONS = (
    frozenset({"ne", "n", "pas", "non", "sans", "hors", "aucun", "aucune", "jamais", "sauf"}),
    frozenset({"not", "no", "without", "outside", "never", "none", "except", "t"}),
)
"""Words that turn a question round, in French and in English (« n », « t »: of « n'est », « isn't »)."""


def changed_meaning(before: Question, after: Question) -> Sentence | None:
    """Why the second is not the first under better words; None when it may be.

    >>> from portal.questionnaires.kinds import QUESTION_KINDS
    >>> asked = Question("a.b", QUESTION_KINDS["text"], Bilingual("Où sont vos copies ?", "Where are your copies?"))
    >>> better = Question("a.b", asked.kind, Bilingual("Où sont les copies ?", "Where are the copies?"))
    >>> changed_meaning(asked, better)
    >>> turned = Question("a.b", asked.kind, Bilingual("Où ne sont pas vos copies ?", "Where are your copies?"))
    >>> changed_meaning(asked, turned).text
    "Une négation est apparue ou a disparu : c'est une autre question."
    """
    return next(_changes(before, after), None)


def _changes(before: Question, after: Question) -> Iterator[Sentence]:
    if before.kind.name != after.kind.name:
        yield say("La forme de la réponse a changé : les réponses déjà données ne se liraient plus.")
    pairs = _both(before.text, after.text)
    if any(_negations(one, place) != _negations(other, place) for place, one, other in pairs):
        yield say("Une négation est apparue ou a disparu : c'est une autre question.")
    if any(_likeness(one, other) < _ALIKE for _place, one, other in pairs):
        yield say("Il ne reste presque rien du texte publié : c'est une autre question.")
    for choice in after.choices:
        held = before.choice(choice.value)
        if held is None:
            continue
        for place, one, other in _both(held.label, choice.label):
            if _likeness(one, other) < _ALIKE or _negations(one, place) != _negations(other, place):
                yield say("Le choix « %(before)s » est devenu « %(after)s » : ce n'est plus la même réponse.",
                          before=one, after=other)  # fmt: skip


def _both(before: Bilingual, after: Bilingual) -> list[tuple[int, str, str]]:
    """The texts that both hold, language by language: one that was missing and is there now changes nothing."""
    pairs = ((before.fr, after.fr), (before.en, after.en))
    return [(place, one, other) for place, (one, other) in enumerate(pairs) if one and other and one != other]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _negations(text: str, place: int) -> frozenset[str]:
    return frozenset(_words(text)) & _NEGATIONS[place]


def _likeness(before: str, after: str) -> float:
    return SequenceMatcher(None, _words(before), _words(after), autojunk=False).ratio()
