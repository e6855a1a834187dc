"""The one refusal of a reader: a sentence that says what is wrong with the file, and where."""

from portal.core.errors import Refused
from portal.core.language import say

MAX_TEXT = 3_000_000
"""Characters; a contract of 1,000 pages has that many."""
MAX_LINES = 60_000
"""Lines or paragraphs; a contract of 1,000 pages has 45,000."""


class UnreadableDocument(Refused):
    """A file that no reader opens, or not this one; `sentence` says what and where."""


def check_length(characters: int, lines: int) -> None:
    """Refuse what is longer than any contract, before time is spent on it."""
    if characters > MAX_TEXT or lines > MAX_LINES:
        raise UnreadableDocument(
            say("Ce fichier contient plus de texte qu'un contrat n'en peut avoir : il n'a pas été lu.")
        )
