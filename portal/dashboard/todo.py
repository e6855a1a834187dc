"""One thing that waits for a person, as the home page lists it."""

from datetime import date
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import Sentence

EACH = 5
"""How many of one kind the home page lists."""


@dataclass(frozen=True)
class Todo:
    """One thing to do, and where."""

    title: Sentence
    detail: Sentence | None
    endpoint: str
    arguments: dict[str, Any]
    due_on: date | None = None
    tone: str = "neutral"
