"""Words of contracts that translate themselves: capacities of signatories, civilities, legal forms, transfer tools."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Language

_BETWEEN = expression(r", | \(| [–—-] ")
"""What stands between a name and a capacity: « Anne Roux, présidente », « Anne Roux (présidente) »."""


@dataclass(frozen=True)
class WordPair:
    """The same words in both languages; in each, the first form is the one written, the others are read."""

    forms: Mapping[Language, tuple[str, ...]]
    codes: tuple[str, ...] = ()
    """Short for it, in neither language: read, never written."""

    def holds(self, text: str) -> bool:
        """Whether a text is one of its forms, or short for it."""
        read = (form for forms in (*self.forms.values(), self.codes) for form in forms)
        return any(_folded(text) == _folded(form) for form in read)


@dataclass(frozen=True)
class CodedWords:
    """The pairs of the data file."""

    titles: tuple[WordPair, ...]
    civilities: tuple[WordPair, ...]
    """Of a man, then of a woman."""
    phrases: tuple[WordPair, ...]

    def phrase(self, text: str, language: Language) -> str | None:
        """A whole text in the other language; None for one that is not in the list."""
        pair = next((pair for pair in self.phrases if pair.holds(text)), None)
        return None if pair is None else _as_written(text, pair, language)

    def person(self, text: str, language: Language) -> tuple[str, str]:
        """A person and a capacity in a language; with the capacity that nobody could translate, or nothing.

        A capacity that is feminine or masculine in French follows the civility; without one it stays to be said.
        """
        name, gender = self._civility(text, language)
        split = _capacity(name)
        if split is None:
            return name, ""
        before, capacity, end = split
        pair = next((pair for pair in self.titles if pair.holds(capacity)), None)
        if pair is None:
            return name, capacity
        said = self._title(capacity, pair, language, gender)
        if said is None:
            return name, capacity
        return f"{before}{said}{end}", ""

    def _civility(self, text: str, language: Language) -> tuple[str, int | None]:
        first, _, rest = text.partition(" ")
        for gender, pair in enumerate(self.civilities):
            if pair.holds(first):
                return f"{_as_written(first, pair, language)} {rest}", gender
        return text, None

    @staticmethod
    def _title(capacity: str, pair: WordPair, language: Language, gender: int | None) -> str | None:
        forms = pair.forms[language]
        if any(_folded(capacity) == _folded(form) for form in forms):
            return capacity
        if language is Language.EN or len(forms) == 1:
            return forms[0]
        return None if gender is None else forms[gender]


def read_coded_words(document: Mapping[str, Sequence[Mapping[str, Any]]]) -> CodedWords:
    """The pairs of a parsed data file."""
    return CodedWords(*(tuple(map(_pair, document[group])) for group in ("title", "civility", "phrase")))


def _capacity(text: str) -> tuple[str, str, str] | None:
    """A text cut around the capacity it ends with, within its parentheses or after its comma.

    >>> _capacity("Anne Roux (présidente)"), _capacity("Anne Roux, présidente"), _capacity("Anne Roux")
    (('Anne Roux (', 'présidente', ')'), ('Anne Roux, ', 'présidente', ''), None)
    """
    end = ")" if text.endswith(")") else ""
    body = text.removesuffix(end) if end else text
    parenthesis = max(body.rfind("("), body.rfind(")"))
    for found in _BETWEEN.finditer(body):
        if found.start() and parenthesis < found.end() < len(body):
            return body[: found.end()], body[found.end() :].strip(), end
    return None


def _pair(entry: Mapping[str, Any]) -> WordPair:
    return WordPair({language: tuple(entry[language]) for language in Language}, tuple(entry.get("codes", ())))


def _as_written(text: str, pair: WordPair, language: Language) -> str:
    forms = pair.forms[language]
    return text if any(_folded(text) == _folded(form) for form in forms) else forms[0]


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
