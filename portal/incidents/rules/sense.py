"""Whether a text says something: an obligation is never met by letters that mean nothing. Pure."""

import unicodedata

from portal.core.expressions import expression

FEWEST_LETTERS = 20
FEWEST_WORDS = 4
_WORD = expression(r"[^\W\d_]{2,}")
_EMPTY = expression(
    r"\b(?:lorem|ipsum|blabla|azerty|qwerty|todo|tbd|xxx+|test test|a completer|to be completed|a definir"
    r"|to be defined|rien a (?:dire|signaler)|nothing to (?:say|report)|je ne sais pas|i do not know|i don.t know"
    r"|non renseigne|not available)\b"
)


def says_something(text: str) -> bool:
    """Whether a text has enough different words to be an answer, and is not one of those typed to get past a field.

    >>> says_something("Un ordinateur portable non chiffré a été volé dans un train.")
    True
    >>> [says_something(text) for text in ("", "ok", "aaaa aaaa aaaa aaaa aaaa", "à compléter avec la suite des faits")]
    [False, False, False, False]
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    words = {word for word in _WORD.findall(plain) if len(set(word)) > 1}
    letters = sum(len(word) for word in words)
    return letters >= FEWEST_LETTERS and len(words) >= FEWEST_WORDS and _EMPTY.search(plain) is None


def is_reachable(contact: str) -> bool:
    """Whether somebody can be reached by what is written: an address, or a telephone number.

    >>> is_reachable("Ana, ana@exemple.test"), is_reachable("Ana, 04 00 00 00 00"), is_reachable("Ana")
    (True, True, False)
    """
    return any(map(_is_address, contact.split())) or sum(map(str.isdigit, contact)) >= 8


def _is_address(word: str) -> bool:
    """Whether a word is an e-mail address; taken apart by hand, for an expression would be slow on hostile text."""
    local, _, host = word.strip("<>()[],;:").rpartition("@")
    name, _, last = host.rpartition(".")
    return bool(local and name) and len(last) > 1
