"""Text folded for reading by rules: lower case, no accents, plain quotes, spaces and hyphens."""

import unicodedata
from functools import lru_cache

_PLAIN = {
    **dict.fromkeys("’‘ʼ`´", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009\t", " "),
    "œ": "oe",
    "æ": "ae",
    "·": "",
}


@lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    letter = letter.lower()
    if letter in _PLAIN:
        return _PLAIN[letter]
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return plain if plain == letter else "".join(map(_letter, plain))


def fold(text: str) -> str:
    """The text as the rules compare it.

    >>> fold("L’« Œuvre » du sous‑traitant à l’UE")
    'l\\'" oeuvre " du sous-traitant a l\\'ue'
    """
    return text.lower() if text.isascii() else "".join(map(_letter, text))
