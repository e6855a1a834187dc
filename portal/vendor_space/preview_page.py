"""A questionnaire as its vendor would see it, before anybody is asked: the questions of a section, nothing stored."""

from collections.abc import Mapping

from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.stale import fingerprint
from portal.questionnaires.answer_text import answer_text
from portal.questionnaires.definition import NO_ANSWER, GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.completing import visible_questions
from portal.questionnaires.rules.numbering import numbers_asked
from portal.vendor_space.questionnaire_text import (
    QuestionnaireText,
    SectionText,
    asked_text,
)
from portal.vendor_space.section_page import QuestionBlock


@dataclass(frozen=True)
class PreviewPage:
    """One section, and the others."""

    text: QuestionnaireText
    part: SectionText
    blocks: tuple[QuestionBlock, ...]
    hidden: int
    """Questions of the section that no answer has opened yet."""


def preview_page(
    questionnaire: Questionnaire,
    section: str,
    answers: Mapping[str, GivenAnswer],
    language: Language,
    *,
    shows_all: bool,
) -> PreviewPage | None:
    """A section with the answers tried in it, the first one unless named; None when there is nothing to show."""
    shown = {question.key for question in visible_questions(questionnaire, answers)}
    asked = {question.key for question in questionnaire.questions} if shows_all else shown
    text = asked_text(questionnaire, language, numbers_asked(questionnaire, asked))
    part = text.section(section) or next((one for one in text.sections if one.questions), None)
    if part is None:
        return None
    blocks = tuple(
        QuestionBlock(
            text=one,
            value=one.question.kind.control_value(one.question, given.value, language),
            comment=given.comment,
            base=f"0.{fingerprint('', '')}",
            answer=answer_text(one.question, given, language),
            is_shown=shows_all or one.key in shown,
            is_open=True,
        )
        for one in part.questions
        for given in (answers.get(one.key, NO_ANSWER),)
    )
    return PreviewPage(text, part, blocks, sum(one.key not in shown for one in part.questions))


def tried_answer(question: Question, posted: object) -> GivenAnswer:
    """What was typed to try a question, as it would be stored; nothing when it could not be."""
    try:
        return GivenAnswer(question.kind.stored_value(question, posted))
    except ValueError:
        return NO_ANSWER
