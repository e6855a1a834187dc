"""An answer in words: the only place where a stored answer becomes text, for pages, receipts, exports and mails."""

from collections.abc import Mapping
from dataclasses import replace

from portal.core.dataclass import dataclass
from portal.core.language import N_, Language
from portal.core.translation import translate
from portal.questionnaires.definition import GivenAnswer, Question

_NOT_ASKED = N_("La question n'était pas posée.")
_NO_ANSWER = N_("Sans réponse")


@dataclass(frozen=True)
class AnswerText:
    """An answer ready to be read: lines or a table, then the comment."""

    lines: tuple[str, ...] = ()
    """One per choice, paragraph or value."""
    is_list: bool = False
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    comment: str = ""
    is_missing: bool = False
    """Nothing was answered, and the line says so."""


def answer_text(question: Question, answer: GivenAnswer | None, language: Language) -> AnswerText:
    """An answer in a language: labels of choices, dates in letters, grouped numbers; None for a question not asked."""
    if answer is None:
        return AnswerText((translate(_NOT_ASKED, language),), is_missing=True)
    if not question.kind.is_answered(answer):
        return AnswerText((translate(_NO_ANSWER, language),), comment=answer.comment, is_missing=True)
    return replace(question.kind.words(question, answer, language), comment=answer.comment)


def cells_in_words(question: Question, row: Mapping[str, str | None], language: Language) -> dict[str, str]:
    """A row of a table question as a person reads it, by column; an empty cell is an empty text."""
    return {
        column.key: column.kind.cell_in_words(column, text, language)
        if (text := str(row.get(column.key) or ""))
        else ""
        for column in question.columns
    }
