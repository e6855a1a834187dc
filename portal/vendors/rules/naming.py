"""Names of companies: how they are cleaned, compared and turned into keys."""

import re
import unicodedata
from collections.abc import Container
from functools import cache, lru_cache
from itertools import count

from portal.core.expressions import expression

KEY_LENGTH = 60
FALLBACK_KEY = "sous-traitant"
"""For a name without a single Latin letter or digit."""

_NOT_DECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_JOINED = expression(r"[®©™℠'’‘ʼ`´]")
_WORD = expression(r"[^\W_]+|&")
_WESTERN = expression(r"[\x00-\u017f\u2010-\u2026\u20ac]*")
"""What French and its neighbours are written with: no mark of these changes what another one becomes."""
_AND = frozenset({"and", "et", "und", "&"})

# Written without spaces or dots: « S.à r.l. » and « SARL » are both compared as `sarl`.
_FORMS_OF = {
    "French": "sa sas sasu sarl sarlu eurl selarl selas sca scs snc sci scop scic gie gip &cie",
    "German": "gmbh mbh ag kg ohg ug kgaa gbr ev eg cokg &cokg",
    "English": "ltd limited plc llp lp llc pllc inc incorporated corp corporation pbc ulc coltd &co",
    "Asian": "privateltd privatelimited pvt pvtltd pvtlimited pte pteltd ptelimited pty ptyltd ptylimited smc sdnbhd",
    "Benelux": "bv nv vof bvba sprl asbl",
    "Latin": "sl slu slne sadecv spa sapa srl srls lda sgps",
    "Nordic and Baltic": "ab as asa aps ivs oy oyj ou hf ehf uab",
    "Central European": "sro spzoo kft zrt nyrt doo eood ood",
    "of the Union": "se",
}
_FORMS = frozenset(form for forms in _FORMS_OF.values() for form in forms.split())
_LONGEST_FORM = 5  # words: « S.à r.l. » is read as four, « S. p. z o. o. » as five
_LEADING_FORMS = frozenset({"sarl", "eurl", "sasu"})


def tidy(name: str) -> str:
    """The name as it is shown: soft hyphens and other invisible marks removed, spaces made single.

    >>> tidy("Twilio     (SendGrid)"), tidy("Goog\\u00adle Clou\\u00add")
    ('Twilio (SendGrid)', 'Google Cloud')
    """
    if "  " not in name and name.isprintable():  # which no invisible mark is, nor a space but the plain one
        return name.strip()
    return " ".join("".join(mark for mark in name if unicodedata.category(mark) != "Cf").split())


def words(text: str) -> list[str]:
    """The words of a text without accents, case or punctuation; a dotless acronym stays in pieces.

    >>> words("L'Été – Œuvre & Cie"), words("U.S.")
    (['lete', 'oeuvre', '&', 'cie'], ['u', 's'])
    """
    if text.isascii():
        return _WORD.findall(_JOINED.sub("", text).lower())
    if _WESTERN.fullmatch(text):
        return _WORD.findall(_JOINED.sub("", text).translate(_western()))
    return _WORD.findall(_bare(_JOINED.sub("", tidy(text))))


@cache
def _western() -> dict[int, str]:
    """What each mark of `_WESTERN` becomes, read once: of a text of these alone, that is three times quicker."""
    codes = (*range(0x180), *range(0x2010, 0x2027), 0x20AC)
    return {code: _bare(chr(code)) for code in codes}


def _bare(text: str) -> str:
    """A text in small letters without accents nor invisible marks."""
    text = unicodedata.normalize("NFKD", text)
    text = unicodedata.normalize("NFKD", text.casefold().translate(_NOT_DECOMPOSED))
    bare = "".join(mark for mark in text if unicodedata.category(mark) not in {"Mn", "Cf"})
    return unicodedata.normalize("NFC", bare)


def plain(text: str) -> str:
    """`words`, joined: two spellings of one text have the same plain form.

    >>> plain("Finalité  (principale)") == plain("finalite principale")
    True
    """
    return " ".join(words(text))


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """The name as it is compared: plain, without the legal forms at its end; never empty if the name has a word.

    >>> fold("PayPal (Europe) S.à r.l. et Cie, S.C.A.")
    'paypal europe'
    >>> fold("seven GmbH & Co. KG"), fold("OpenAI, L.L.C."), fold("Plausible Insights OÜ"), fold("SAS")
    ('seven', 'openai', 'plausible insights', 'sas')
    """
    kept = ["&" if word in _AND else word for word in words(name)]
    while size := _form_at_end(kept):
        del kept[-size:]
    while len(kept) > 1 and (kept[0] in _LEADING_FORMS or kept[0] == "&"):
        del kept[0]
    return " ".join(kept)


def _form_at_end(name: list[str]) -> int:
    """How many words at the end are a legal form (or a dangling « & »); at least one word of the name must remain."""
    for size in range(min(_LONGEST_FORM, len(name) - 1), 0, -1):
        if "".join(name[-size:]) in _FORMS:
            return size
    return 1 if len(name) > 1 and name[-1] == "&" else 0


def without_form(name: str, form: str) -> str:
    """The name before its legal form, where the form is told apart and would be read twice; never empty.

    >>> without_form("Paie Facile SAS", "SAS"), without_form("Paie Facile, s.a.s.", "SAS")
    ('Paie Facile', 'Paie Facile')
    >>> without_form("Paie Facile", "SAS"), without_form("SAS", "SAS"), without_form("Texas", "SAS")
    ('Paie Facile', 'SAS', 'Texas')
    """
    form_alone = "".join(words(form))
    before = name.rstrip()
    for _word in range(_LONGEST_FORM):
        before, _space, _last = before.rpartition(" ")
        if words(before) and form_alone and "".join(words(name[len(before) :])) == form_alone:
            return before.rstrip(" ,–-")
    return name


_OTHER_NAME = expression(r"\b(?:d/b/a|dba|f/k/a|fka|aka|ex)\b|[()\[\]{}“”«»\"/+]", re.IGNORECASE)


def denominations(name: str) -> tuple[str, ...]:
    """The folded names that a name holds: the whole, then what its brackets, quotes, slashes and « d/b/a » set apart.

    >>> denominations("Functional Software, Inc. d/b/a Sentry")
    ('functional software inc d b a sentry', 'functional software', 'sentry')
    >>> denominations("Vonage (Nexmo)"), denominations("Stripe")
    (('vonage nexmo', 'vonage', 'nexmo'), ('stripe',))
    """
    found = [fold(name), *map(fold, _OTHER_NAME.split(name))]
    return tuple(dict.fromkeys(filter(None, found)))


def register_key(name: str, taken: Container[str]) -> str:
    """A key for URLs and commands, not yet taken; `taken` also holds the words that the routes reserve.

    >>> [register_key(name, {"clever-cloud"}) for name in ("Clever Cloud SAS", "Cloud", "광장")]
    ['clever-cloud-2', 'cloud', 'sous-traitant']
    """
    latin = [word for word in fold(name).split() if word.isascii() and word != "&"]
    base = "-".join(latin)[:KEY_LENGTH].strip("-") or FALLBACK_KEY
    candidates = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(candidate for candidate in candidates if candidate not in taken)
