"""Cleaning of posted text. Nothing is assumed of what was posted: it may not come from a browser."""

import unicodedata
from collections.abc import Sequence

from portal.core.expressions import expression
from portal.core.language import Sentence, say

COMMENT_LENGTH = 5000

# Control characters (a NUL cannot be stored), lone surrogates, and marks that reverse the reading direction of a line.
_INVISIBLE = expression(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")


class UnacceptableAnswer(ValueError):
    """An answer that cannot be stored; `sentence` says why, `row` and `column` where in a table."""

    def __init__(self, sentence: Sentence, *, row: int | None = None, column: str | None = None) -> None:
        self.sentence, self.row, self.column = sentence, row, column
        super().__init__(str(sentence))


def clean_comment(posted: object) -> str:
    """The comment to store beside an answer; raises `UnacceptableAnswer` when it is too long or not a text."""
    return clean_text(single_text(posted), COMMENT_LENGTH)


def single_text(posted: object) -> str:
    """The one text posted, empty when there is none; raises `UnacceptableAnswer` for several, or for another thing."""
    if posted is None:
        return ""
    if isinstance(posted, str):
        return posted
    if isinstance(posted, Sequence) and not isinstance(posted, bytes | bytearray):
        if len(posted) > 1:
            raise UnacceptableAnswer(say("Une seule réponse est attendue."))
        if not posted or isinstance(posted[0], str):
            return posted[0] if posted else ""
    raise UnacceptableAnswer(say("Cette réponse n'a pas la forme attendue."))


def clean_text(text: str, limit: int) -> str:
    """The text in NFC without what nobody can see; raises `UnacceptableAnswer` beyond `limit` characters.

    A text far too long is refused before any work is done on it.
    """
    if len(text) > 2 * limit + 1000:
        raise _too_long(limit)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = unicodedata.normalize("NFC", _INVISIBLE.sub("", lines)).strip()
    if len(cleaned) > limit:
        raise _too_long(limit)
    return cleaned


def _too_long(limit: int) -> UnacceptableAnswer:
    return UnacceptableAnswer(say("Ce texte dépasse %(limit)s caractères.", limit=limit))
