"""Texts without accents, case or punctuation, kept beside what they are of so that a search finds it by its words.

What is searched has an index of such texts, of a few words each, in a table of its own whose key begins with them: what
begins with some letters is a range of that key, however many rows there are.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    String,
    bindparam,
    delete,
    event,
    insert,
    inspect,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from portal.core.dataclass import dataclass

LONGEST = 600
"""Characters of such a text that are kept."""
LONGEST_INDEXED = 220
"""Characters of one text of an index."""
_LAST = "\U0010ffff"
"""No character follows this one: what begins with some text stands before the text and it."""


class IndexedText:
    """A text of an index, in the order of its bytes on both databases; another column says what it is of."""

    __table_args__: Any = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it from the class

    text: Mapped[str] = mapped_column(
        String(LONGEST_INDEXED).with_variant(String(LONGEST_INDEXED, collation="C"), "postgresql"),
        primary_key=True, sort_order=-1,
    )  # fmt: skip


def beginnings(word: str) -> tuple[str, ...]:
    """How a word stands in plain texts, where an elided article is one with its noun.

    >>> beginnings("atelier"), beginnings("paie")
    (('atelier', 'latelier', 'datelier'), ('paie',))
    """
    return (word, f"l{word}", f"d{word}") if word[0] in "aeiouyh" else (word,)


_FIRST, _AFTER, _WITHIN = "first", "after", "within"
_FORMS: dict[str, Callable[[str], str]] = {
    _FIRST: lambda beginning: beginning,
    _AFTER: lambda beginning: beginning + _LAST,
    # Of letters and digits alone: nothing in it stands for anything else.
    _WITHIN: lambda beginning: f"% {beginning}%",
}
"""How a beginning is told to a statement: the first text of its range, what follows the last one, a pattern of LIKE."""


@dataclass(frozen=True)
class BoundWord:
    """A word of a statement that is written once: which of those typed it is, not its letters (`Words.letters`)."""

    number: int
    """From 0, the longest word first."""
    many: int
    """How many beginnings it has."""

    def told(self, what: str) -> tuple[BindParameter[str], ...]:
        """What stands for the `_FIRST`, the `_AFTER` or the `_WITHIN` of each of them."""
        return tuple(bindparam(f"{what}_{self.number}_{turn}", type_=String()) for turn in range(self.many))


@dataclass(frozen=True)
class Words:
    """The plain words of one search, which are letters and digits alone."""

    typed: tuple[str, ...]

    @cached_property
    def longest_first(self) -> tuple[str, ...]:
        """The longest word is the one that fewest things are likely to have."""
        return tuple(sorted(self.typed, key=len, reverse=True))

    @cached_property
    def shape(self) -> "Shape":
        """What a statement that looks for them depends on, beside their letters."""
        return tuple(len(beginnings(word)) for word in self.longest_first)

    @cached_property
    def letters(self) -> dict[str, str]:
        """What such a statement is asked with."""
        return {
            f"{what}_{number}_{turn}": form(beginning)
            for number, word in enumerate(self.longest_first)
            for turn, beginning in enumerate(beginnings(word))
            for what, form in _FORMS.items()
        }


Shape: TypeAlias = tuple[int, ...]
"""How many beginnings each word has, the longest word first."""


def bound_words(shape: Shape) -> list[BoundWord]:
    """The words of a statement for searches of this shape, in the order of `Words.longest_first`."""
    return [BoundWord(number, many) for number, many in enumerate(shape)]


def begins_a_word(column: Any, word: str | BoundWord) -> ColumnElement[bool]:
    """Whether one of the words of a plain text begins with this one."""
    text = literal(" ") + column
    if isinstance(word, BoundWord):
        return or_(*(text.like(pattern) for pattern in word.told(_WITHIN)))
    return or_(*(text.contains(f" {beginning}", autoescape=True) for beginning in beginnings(word)))


def is_indexed_under(text: InstrumentedAttribute[str], word: str | BoundWord, *, mark: str = "") -> ColumnElement[bool]:
    """Whether a text of an index begins with this word; `mark` is what stands before the words of that index."""
    ranges: Iterable[tuple[Any, Any]]
    if isinstance(word, BoundWord):
        ranges = zip(word.told(_FIRST), word.told(_AFTER), strict=True)
    else:
        ranges = ((beginning, beginning + _LAST) for beginning in beginnings(word))
    if mark:
        ranges = ((mark + first, mark + after) for first, after in ranges)
    return or_(*(text.between(first, after) for first, after in ranges))


@dataclass(frozen=True)
class Titles:
    """How a word is looked for in the titles of things of one kind."""

    along_index: Callable[[str | BoundWord], ColumnElement[bool]]
    """Without reading the other rows."""
    of_row: Callable[[str | BoundWord], ColumnElement[bool]]
    """In a row that is being read."""


def titles_of(thing: Any, number: InstrumentedAttribute[int]) -> Titles:
    """The titles kept in `thing.sought` and in the index where `number` is what they are of."""
    return Titles(
        lambda word: thing.id.in_(select(number).where(is_indexed_under(number.class_.text, word))),
        lambda word: begins_a_word(thing.sought, word),
    )


def index_words(thing: Any, number: InstrumentedAttribute[int]) -> None:
    """Keep the words of `thing.sought`, from now on, in the index where `number` is what they are of.

    They are written by the flush that writes the row, in its transaction, and go with it.
    """
    texts = number.class_

    @event.listens_for(thing, "after_insert")
    def _add(_mapper: object, connection: Connection, row: Any) -> None:
        words = [{"text": word, number.key: row.id} for word in words_to_index(row.sought)]
        if words:
            connection.execute(insert(texts), words)

    @event.listens_for(thing, "after_update")
    def _replace(_mapper: object, connection: Connection, row: Any) -> None:
        if inspect(row).attrs.sought.history.has_changes():
            connection.execute(delete(texts).where(number == row.id))
            _add(_mapper, connection, row)


def words_to_index(sought: str) -> list[str]:
    """The words of a plain text, each once.

    >>> words_to_index("ecart de plan de secours")
    ['ecart', 'de', 'plan', 'secours']
    """
    return list(dict.fromkeys(word[:LONGEST_INDEXED] for word in sought.split()))
