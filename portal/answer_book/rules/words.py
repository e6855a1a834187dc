"""The words of a question as the rules compare them, in French or in English."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from portal.core.expressions import expression
from portal.core.language import Language

MOST_WORDS = 120
"""Words of a question that are read; a longer text is a clause, not a question."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text written as a list."""
    return frozenset(text.split())


_WORD = expression(r"[^\W_]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))
_NOT = expression(r"\b(do|does|did|is|are|was|were|have|has|had|would|should|could|wo|ca|must)n't\b")
_POSSESSIVE = expression(r"(?<=\w)'s\b|(?<=s)'(?=\s)")
_ELIDED = expression(r"\b(l|d|qu|s|j|c|m|t|jusqu|lorsqu|puisqu|quelqu)'")

FRENCH = word_set(
    """le la les l un une des du de d au aux et ou en dans sur par pour avec chez vers entre ce cet cette ces
    cela ceci il elle ils elles on nous vous votre vos notre nos leur leurs son sa ses se qui que qu quoi dont
    est sont etes ont ait soit avez avons etre avoir a y t quel quelle quels quelles comment si lors afin
    ainsi ceux celles celui celle leurs disposez dispose disposent possedez faites fait faire existe mettez
    oeuvre place realisez realise realises realisees prevu prevue prevus effectue effectuez
    menez merci veuillez indiquer indiquez preciser precisez decrire decrivez fournir fournissez donner donnez
    citez expliquez tous cas pouvez peut peuvent doit doivent devez nom bien mesurez assurez garantissez
    confirmez adressez delivrez acceptez oui lui moi depuis plus tres aussi deja etait seront sera vis ils
    lesquels lesquelles laquelle lequel puis meme memes or car donc sein egard selon suivi annee annees
    ecoulee ecoule arrive arrivent dernier derniere conforme ete quand via desormais notamment eventuellement"""
)
ENGLISH = word_set(
    """the a an of for in on at to by with from into as and or if is are be been being was were do does did done
    have has had will would can could may might shall should must you your yours we us our ours their theirs
    its it they them this that these those there which what who whom whose how please describe provide
    indicate specify state explain give confirm ensure whether any some each such etc also when upon while
    during between within about made make take taken get set put than then so up out over under per via
    including include included e g i ie eg guarantee sure case true one ones last year years past date
    following"""
)
_FILLERS = word_set(
    """basis follow practice carry carried making conduct conducted perform performed relevant regarding concerning
    conforme ete respectez respecte assurer place related"""
)
STOPWORDS = (FRENCH | ENGLISH | _FILLERS) - {"all", "tout", "toute", "place"}
"""Words that say nothing of what a question is about, whichever its language; those that turn it are kept."""

KEPT = word_set(
    """not no never without none nor neither ne pas jamais aucun aucune sans ni que only before after avant apres
    nobody how sous mise mis"""
)


@lru_cache(maxsize=8192)
def every_word(text: str) -> tuple[str, ...]:
    """All the words, without accents, elisions or plurals; a negation is a word of its own.

    >>> every_word("N'avez-vous pas d'accès aux données ?")
    ('ne', 'avez', 'vous', 'pas', 'acce', 'aux', 'donnee')
    >>> every_word("Don't vendors' staff use the customer's data?")
    ('do', 'not', 'vendor', 'staff', 'use', 'the', 'customer', 'data')
    """
    plain = (
        text.translate(_APOSTROPHES)
        .casefold()
        .replace("œ", "oe")
        .replace("æ", "ae")
        .replace("cannot", "can not")
        .replace("où ", "where ")
    )
    plain = _NOT.sub(lambda found: f"{found[1]} not", plain).replace("can't", "can not").replace("n'", "ne ")
    plain = _ELIDED.sub(" ", _POSSESSIVE.sub("", plain))
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(mark))
    return tuple(singular(word) for word in _WORD.findall(bare))


def singular(word: str) -> str:
    """Without the « s » of a plural; « access », « status » and « analysis » have none.

    >>> singular("registres"), singular("access"), singular("status"), singular("delais"), singular("sous")
    ('registre', 'access', 'status', 'delais', 'sous')
    """
    plural = len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word


_SINGULAR_STOPWORDS = STOPWORDS | {singular(word) for word in STOPWORDS}


def is_stopword(word: str) -> bool:
    """Whether a word says nothing of what a question is about."""
    return word not in KEPT and word in _SINGULAR_STOPWORDS


def telling_words(text: str) -> tuple[str, ...]:
    """The words that tell what a question is about, with those that turn it round, in order.

    >>> telling_words("Disposez-vous d'un registre des traitements ?")
    ('registre', 'traitement')
    """
    words = (word for word in every_word(text) if not is_stopword(word))
    return tuple(words)[:MOST_WORDS]


def language_of(texts: Iterable[str]) -> Language:
    """The language that these texts are in, by their small words; French when nothing tells.

    >>> language_of(["Do you keep a record?"]), language_of(["Tenez-vous un registre ?"])
    (<Language.EN: 'en'>, <Language.FR: 'fr'>)
    """
    french = english = 0
    for text in texts:
        for word in _WORD.findall(text.casefold()):
            french += word in _ONLY_FRENCH
            english += word in _ONLY_ENGLISH
    return Language.EN if english > french else Language.FR


_ONLY_FRENCH = word_set(
    """le la les un une des du de au aux et ou en dans sur par pour avec vous votre vos notre nos est sont avez
    que qui quel quelle quels comment êtes données il elle ils si"""
)
_ONLY_ENGLISH = word_set(
    """the an of for in at to by with from and or is are be do does have has you your our their which what who
    how any if will would can there"""
)
