"""Companies named in a list of sub-processors: by their legal form, or by where they stand in a table."""

import re
from collections.abc import Sequence

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.paper.rules.folding import fold
from portal.paper.rules.patterns import Pattern

_MOST_WORDS = 8
_LINK_WORDS = frozenset(["de", "du", "des", "la", "le", "les", "et", "and", "of", "the", "d'"])
_MARK = expression(r"\A\W{0,4}")


@dataclass(frozen=True, slots=True)
class CompanyReading:
    """How companies are found."""

    section: tuple[Pattern, ...]
    """Sentences that speak of sub-processors."""
    words: re.Pattern[str]
    """The same in a title or an introduction, on folded text."""
    form: re.Pattern[str]
    """A legal form, alone."""
    heads: re.Pattern[str]
    """First cell of a table's header."""


def companies_in(text: str, reading: CompanyReading) -> list[str]:
    """Names that end with a legal form, in the order of the text.

    >>> form = re.compile("(?:SAS|s[.]r[.]o[.])")
    >>> reading = CompanyReading((), re.compile("x"), form, re.compile("x"))
    >>> companies_in("Nous employons : Coffre Bleu SAS, à Nantes, et Ostrava Archiv s.r.o. à Brno.", reading)
    ['Coffre Bleu SAS', 'Ostrava Archiv s.r.o.']
    """
    tokens = text.replace("|", " | ").split()
    found: list[str] = []
    for place in range(len(tokens)):
        end = _form_ending(tokens, place, reading.form)
        if end is None:
            continue
        name: list[str] = []
        for before in reversed(tokens[max(0, place - _MOST_WORDS) : place]):
            if (
                not _is_name_word(before)
                or reading.form.fullmatch(before)
                or before.endswith((",", ";", ":", "(", ")", "|"))
            ):
                break
            name.insert(0, before)
        while name and (name[0].lower() in _LINK_WORDS):
            name.pop(0)
        if name:
            found.append(" ".join((*(part.strip('*_(«»"“”') for part in name), *end)))
    return list(dict.fromkeys(found))


def _form_ending(tokens: Sequence[str], place: int, form: re.Pattern[str]) -> list[str] | None:
    """The words of the legal form that begins at a place, the longest first, without the punctuation after it."""
    for length in (2, 1):
        said = " ".join(tokens[place : place + length]).strip('*_()«»"“”')
        for tried in (said, said.rstrip(",;:)"), said.rstrip(".,;:)")):
            if tried and form.fullmatch(tried):
                return tried.split()
    return None


def _is_name_word(token: str) -> bool:
    plain = token.strip('*_«»"“”')
    return bool(plain) and (plain[0].isupper() or plain[0].isdigit() or plain == "&" or plain.lower() in _LINK_WORDS)


def companies_in_row(text: str, reading: CompanyReading, *, within: bool) -> list[str]:
    """The company of a row of a table: those with a legal form, else its first cell in a list of sub-processors."""
    named = companies_in(text, reading)
    if named or not within:
        return named
    cells = [cell.strip(" *_") for cell in text.split("|")]
    first = _MARK.sub("", cells[0])
    is_header = bool(reading.heads.search(fold(first)))
    is_name = len(cells) > 1 and first[:1].isupper() and len(first.split()) <= _MOST_WORDS
    return [first] if is_name and not is_header else []
