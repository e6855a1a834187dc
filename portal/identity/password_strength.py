"""How long a password would resist who guesses: zxcvbn, with what people in France begin theirs with.

zxcvbn knows English: « Printemps2026 » gets its best mark. It is given our own list (`data/common_words.toml`), runs of
an AZERTY keyboard, years, and the words of this person and of this organisation.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from portal.core.language import Sentence, say
from portal.core.late import late
from portal.identity import rules

if TYPE_CHECKING:
    import zxcvbn
else:
    zxcvbn = late("zxcvbn")

GUESSES = 10**10
"""Guesses that a password must resist: the best mark of zxcvbn, which overrates French words that it does not know."""
JUDGED_CHARACTERS = 48
"""What is judged of a password: the time of zxcvbn grows faster than the length, and the rest only adds to it."""
LEET_KINDS = 6
"""Of the signs that stand for letters, how many kinds zxcvbn may read both ways: its time doubles with each.

Beyond, the signs are made letters beforehand; the digits stay, for dates and runs.
"""
OWN_WORD = 3
"""From how many letters a part of a name or of an address is looked for."""

_FILE = Path(__file__).parent / "data" / "common_words.toml"
_YEARS = range(2040, 1929, -1)
_ROWS = (
    "azertyuiop", "qsdfghjklm", "wxcvbn", "1234567890", "aqwzsxedcrfvtgbyhnujk", "1aqw2zsx3edc4rfv5tgb6yhn",
    "1a2z3e4r5t6y7u8i9o0p", "a1z2e3r4t5y6u7i8o9p0", "aqzsedrftgyhuj",
)  # fmt: skip
_RUN = 4
_LEET = str.maketrans(
    {
        "@": "a", "4": "a", "8": "b", "(": "c", "{": "c", "[": "c", "<": "c", "3": "e", "6": "g", "9": "g", "1": "i",
        "!": "i", "|": "i", "0": "o", "$": "s", "5": "s", "+": "t", "7": "t", "%": "x", "2": "z",
    }
)  # fmt: skip
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_ONE_AT_A_TIME = Lock()
"""zxcvbn keeps the words it is given where every thread reads them: one person's are not another's."""

_OWN = say(
    "Ce mot de passe tient à votre nom, à votre adresse ou au nom de l'organisation : c'est ce que l'on essaie "
    "d'abord. Préférez une phrase, ou quatre mots sans rapport entre eux."
)
_REPEATED = say(
    "Ce mot de passe répète les mêmes caractères ou les mêmes mots : il se devine aussi vite que s'il était court. "
    "Préférez une phrase, ou quatre mots sans rapport entre eux."
)
_RUNS = say(
    "Ce mot de passe suit les touches du clavier, l'alphabet ou les chiffres : il serait essayé parmi les premiers. "
    "Préférez une phrase, ou quatre mots sans rapport entre eux."
)
_COMMON = say(
    "Ce mot de passe serait essayé parmi les premiers : il part de mots que beaucoup choisissent. Préférez une phrase, "
    "ou quatre mots sans rapport entre eux."
)
_BY_KIND: Mapping[str, Sentence] = {
    "own": _OWN,
    "months": say(
        "Ce mot de passe tient en un mois, un jour ou une saison : suivi d'une année ou non, il serait essayé parmi "
        "les premiers. Préférez une phrase, ou quatre mots sans rapport entre eux."
    ),
    "first_names": say(
        "Ce mot de passe part d'un prénom : tous les prénoms sont essayés parmi les premiers. Préférez une phrase, ou "
        "quatre mots sans rapport entre eux."
    ),
    "towns": say(
        "Ce mot de passe part d'une ville ou d'une région : toutes sont essayées parmi les premières. Préférez une "
        "phrase, ou quatre mots sans rapport entre eux."
    ),
    "runs": _RUNS,
    "years": say(
        "Ce mot de passe part d'une date ou d'une année : il y en a peu, et toutes sont essayées. Préférez une phrase, "
        "ou quatre mots sans rapport entre eux."
    ),
}
_BY_PATTERN: Mapping[str, Sentence] = {
    "repeat": _REPEATED,
    "spatial": _RUNS,
    "sequence": _RUNS,
    "date": _BY_KIND["years"],
    "regex": _BY_KIND["years"],
}


def problem_of(password: str, *, own: Iterable[str] = ()) -> Sentence | None:
    """Why a password is refused and what would be better, or None: length (CNIL, délibération 2022-100), then guesses.

    `own` is what anybody knows of this person: name, address, organisation. A name or a common word is not forbidden:
    it only counts for the little it is worth.

    >>> problem_of("Jeanne aime les vieux phares", own=["Jeanne Roy"]) is None
    True
    >>> problem_of("Printemps2026").text[:60]
    'Ce mot de passe tient en un mois, un jour ou une saison : su'
    >>> problem_of("Jeanne-Roy-2026", own=["Jeanne Roy"]).text[:32]
    'Ce mot de passe tient à votre no'
    """
    typed = rules.normal_password(password)
    if len(typed) < rules.PASSWORD_MINIMUM:
        return say(
            "Choisissez un mot de passe d'au moins %(n)s caractères : une phrase convient.", n=rules.PASSWORD_MINIMUM
        )
    if len(typed) > rules.PASSWORD_MAXIMUM:
        return say("Ce mot de passe dépasse %(n)s caractères.", n=rules.PASSWORD_MAXIMUM)
    if len(set(typed.casefold())) < 5:
        return say("Ce mot de passe répète toujours les mêmes caractères : choisissez-en un autre.")
    if (only := _only_word(typed)) is not None:
        return _BY_KIND.get(common_words()[only], _COMMON)
    names = own_words(own)
    weakest = min((_judged(text, names) for text in _readings(typed)), key=lambda found: float(found["guesses"]))
    return None if weakest["guesses"] >= GUESSES else _reason(weakest["sequence"], frozenset(names))


def _only_word(typed: str) -> str | None:
    """The listed word that a password is made of, once or several times, with nothing else but digits and signs.

    >>> _only_word("été 2025 été1950"), _only_word("Marseille-bonjour-2025")
    ('ete', None)
    """
    words = set(re.findall("[a-z]+", folded(typed).casefold()))
    found = words.pop() if len(words) == 1 else ""
    return found if found in common_words() and found not in _runs() else None


def own_words(texts: Iterable[str]) -> list[str]:
    """What of a name, an address or an organisation may stand in a password: its parts, and the parts run together.

    >>> own_words(["Zoé Le Roy", "zoe.leroy@exemple.test"])
    ['zoe', 'roy', 'zoeleroy', 'leroy', 'exemple', 'test', 'exempletest']
    """
    found = []
    for text in texts:
        for side in folded(text).casefold().split("@"):
            parts = "".join(c if c.isalnum() else " " for c in side).split()
            found += [*parts, "".join(parts)]
    return list(dict.fromkeys(word for word in found if len(word) >= OWN_WORD))


def folded(text: str) -> str:
    """A text without its accents, its capitals kept.

    >>> folded("Cœur d'Été")
    "Coeur d'Ete"
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _readings(typed: str) -> set[str]:
    """The texts that a password is judged as: without accents, then without what stands between its words."""
    plain = folded(typed)[:JUDGED_CHARACTERS]
    if sum(ord(sign) in _LEET for sign in set(plain)) > LEET_KINDS:
        plain = "".join(c if c.isdigit() else c.translate(_LEET) for c in plain)
    bare = "".join(c for c in plain if c.isalnum() or c in "@$")
    return {plain, bare} if bare else {plain}


def _judged(text: str, own: Sequence[str]) -> Mapping[str, Any]:
    with _ONE_AT_A_TIME:
        found: Mapping[str, Any] = zxcvbn.zxcvbn(
            text, user_inputs=[*own, *common_words()], max_length=JUDGED_CHARACTERS
        )
    return found


def _reason(parts: Sequence[Mapping[str, Any]], own: frozenset[str]) -> Sentence:
    """Said of the longest part that is recognised."""
    known = [part for part in parts if part["pattern"] != "bruteforce"]
    if not known:
        return _COMMON
    part = max(known, key=lambda one: len(one["token"]))
    if part["pattern"] in _BY_PATTERN:
        return _BY_PATTERN[part["pattern"]]
    word = part["matched_word"]
    kind = "own" if word in own else "runs" if word in _runs() else common_words().get(word, "")
    return _BY_KIND.get(kind, _COMMON)


@lru_cache(maxsize=1)
def common_words() -> Mapping[str, str]:
    """Each word of the list, the likeliest first, with its kind; read once."""
    listed = {kind: table["words"].split() for kind, table in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}
    postcodes = [f"{department:02}000" for department in range(1, 96)] + [f"750{n:02}" for n in range(1, 21)]
    ordered = (
        ("months", listed["months"]), ("classics", listed["classics"]), ("years", [str(year) for year in _YEARS]),
        ("first_names", listed["first_names"]), ("towns", listed["towns"]), ("towns", postcodes),
        ("runs", _runs()), ("words", listed["words"]),
    )  # fmt: skip
    found: dict[str, str] = {}
    for kind, words in ordered:
        for word in words:
            found.setdefault(word, kind)
    return found


@lru_cache(maxsize=1)
def _runs() -> Sequence[str]:
    """Stretches of keys of an AZERTY keyboard, both ways, the longest first."""
    stretches = {
        row[start : start + length]
        for line in _ROWS
        for row in (line, line[::-1])
        for length in range(_RUN, len(row) + 1)
        for start in range(len(row) - length + 1)
    }
    return sorted(stretches, key=lambda run: (-len(run), run))
