"""Whether a question asks for a thing or for its absence: « no transfer? » is answered the other way round."""

import re
from enum import StrEnum

from portal.answer_book.rules.words import every_word, word_set
from portal.core.expressions import expression

_ABSENT = word_set(
    """not no never without none nor neither nobody lack lacks lacking refrain refrains absence absent free
    exempt exempted dispense dispensee inexistant inexistante depourvu depourvue aucun aucune sans jamais ni
    abstenez abstient missing unprotected devoid avoid inexistent nonexistent unable abstenir nulle"""
)
_FRENCH_SECOND = word_set("pas jamais aucun aucune rien ni plus nul nulle personne")
_UNSURE = word_set(
    """unless except excepted sauf excepte hormis interdit interdite interdisez interdire prohibit prohibited
    forbid forbidden ban banned exclu exclue exclude excluded refuse refusez other otherwise sinon rarely
    rarement hardly"""
)
_PRONOUNS = word_set("vous il elle ils elles on nous")
_AUXILIARIES = word_set("""do does did is are was were have has had would should could will can must""")
_SUBJECTS = word_set("you they we it there your")
_FREE_OF = word_set("of from")
_ASIDE = expression(r"\([^()]*\)")
_IF_NOT = expression(
    r"\b(?:if (?:not|no|none|so)|sinon|dans la n[ée]gative|si (?:non|oui|ce n['’]est pas le cas)"
    r"|dans l['’]affirmative)\b"
)
_SET_PHRASES = (
    "no later than", "not later than", "without undue delay", "without delay", "sans délai", "sans delai", "not only",
    "non seulement", "sans tarder", "whether or not", "or not", "ou non", "no less than", "not less than",
    "no more than", "not more than", "pas plus de", "à moins de", "sans retard", "no matter", "not applicable",
    "non disclosure", "non-disclosure", "anything other than", "other than", "plain text, without", "free of charge",
    "no less protective", "without limitation", "autre que", "autres que",
)  # fmt: skip
"""Words that look like a negation and are none."""
_SET_PHRASE = expression("|".join(re.escape(phrase) for phrase in _SET_PHRASES))


class Polarity(StrEnum):
    """How a question is put."""

    STRAIGHT = "straight"
    INVERTED = "inverted"
    UNSURE = "unsure"


def polarity(text: str) -> Polarity:
    """Which way a question is put; UNSURE wherever a person could answer both ways and mean the same.

    >>> polarity("Do you keep a record?").value, polarity("Do you operate without a record?").value
    ('straight', 'inverted')
    >>> polarity("N'avez-vous pas de registre ?").value
    'unsure'
    >>> polarity("Garantissez-vous que les données ne sont jamais vendues ?").value
    'inverted'
    """
    asked = _ASIDE.sub(" ", text.casefold())
    aside = " ".join(_ASIDE.findall(text.casefold()))
    asked = _SET_PHRASE.sub(" ", asked)
    condition = _IF_NOT.search(asked)
    if condition and condition.start() > 0:
        asked = asked[: condition.start()]
    words = every_word(asked)
    if any(word in _UNSURE for word in words) or _is_asked_in_the_negative(words):
        return Polarity.UNSURE
    count = _negations(words)
    if count > 1 or (count == 0 and _negations(every_word(_SET_PHRASE.sub(" ", aside)))):
        return Polarity.UNSURE
    return Polarity.INVERTED if count else Polarity.STRAIGHT


def _negations(words: tuple[str, ...]) -> int:
    count, place = 0, 0
    while place < len(words):
        word = words[place]
        if word == "ne":
            second = next((at for at in range(place + 1, min(place + 6, len(words))) if words[at] in _FRENCH_SECOND), 0)
            count += second > 0
            place = second or place
        elif word == "free":
            count += place + 1 < len(words) and words[place + 1] in _FREE_OF
        elif word == "pas" or word in _ABSENT:
            count += 1
        place += 1
    return count


def _is_asked_in_the_negative(words: tuple[str, ...]) -> bool:
    """« Don't you…? », « N'avez-vous pas…? »: yes and no are said for the same thing."""
    if len(words) > 2 and words[0] in _AUXILIARIES and {words[1], words[2]} & _SUBJECTS and "not" in words[1:3]:
        return True
    for place, word in enumerate(words[:-2]):
        if word == "ne" and words[place + 2] in _PRONOUNS and place < 8:
            return any(other in _FRENCH_SECOND for other in words[place + 2 : place + 6])
    return False
