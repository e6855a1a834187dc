"""An answer that two people have changed: both versions as text, to choose between."""

from datetime import datetime

from portal.audits.services import StoredAnswer
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.stale import fingerprint
from portal.questionnaires.definition import GivenAnswer, Question


@dataclass(frozen=True)
class AnswerConflict:
    """Both answers, line by line."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    by: str
    at: datetime | None
    seen: str
    """The version of theirs that is shown, and its fingerprint."""


def answer_conflict(question: Question, mine: GivenAnswer, theirs: StoredAnswer, language: Language) -> AnswerConflict:
    """Two answers to the same question in a language; mine may be anything a form can post."""
    return AnswerConflict(
        mine=_lines(question, mine, language),
        theirs=_lines(question, GivenAnswer(theirs.value, theirs.comment), language),
        by=theirs.by,
        at=theirs.at,
        seen=f"{theirs.version}.{fingerprint(theirs.value, theirs.comment)}",
    )


def _lines(question: Question, answer: GivenAnswer, language: Language) -> tuple[str, ...]:
    rows: list[str] = []
    if answer.value:
        text = question.kind.words(question, answer, language)
        rows = [*text.lines, *(" · ".join(cell for cell in row if cell) for row in text.rows)]
    return tuple(line for line in (*rows, answer.comment) if line)
