"""Texts without accents, case or punctuation, kept beside what they are of so that a search finds it by its words."""

from typing import Any

from sqlalchemy import ColumnElement, literal, or_

LONGEST = 600
"""Characters of such a text that are kept."""


def beginnings(word: str) -> tuple[str, ...]:
    """How a word stands in plain texts, where an elided article is one with its noun.

    >>> beginnings("atelier"), beginnings("paie")
    (('atelier', 'latelier', 'datelier'), ('paie',))
    """
    return (word, f"l{word}", f"d{word}") if word[0] in "aeiouyh" else (word,)


def begins_a_word(column: Any, word: str) -> ColumnElement[bool]:
    """Whether one of the words of a plain text begins with this one."""
    text = literal(" ") + column
    return or_(*(text.contains(f" {beginning}", autoescape=True) for beginning in beginnings(word)))
