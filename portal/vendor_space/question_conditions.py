"""When a question is asked, in words: « Posée si vous répondez « Oui » à : Faites-vous appel à d'autres ? »."""

from collections.abc import Iterator

from portal.core.language import N_, Language, quoted, say
from portal.core.translation import translate
from portal.questionnaires.definition import AllOf, AnswerAmong, AnyOf, Condition, Question
from portal.vendor_space.questionnaire_text import QuestionnaireText


def asked_when(text: QuestionnaireText, question: Question, language: Language) -> str:
    """When the question is asked, as a sentence; empty when it always is."""
    if question.visible_if is None:
        return ""
    return translate(say("Posée si %(condition)s.", condition=_told(text, question.visible_if, language)), language)


def _told(text: QuestionnaireText, condition: Condition, language: Language) -> str:
    match condition:
        case AnswerAmong():
            return _one(text, condition, language)
        case AllOf(conditions):
            return f" {translate(N_('et'), language)} ".join(_told(text, each, language) for each in conditions)
        case AnyOf(conditions):
            return f" {translate(N_('ou'), language)} ".join(_told(text, each, language) for each in conditions)


def _one(text: QuestionnaireText, condition: AnswerAmong, language: Language) -> str:
    found = text.by_question.get(condition.question)
    if found is None:
        return translate(N_("une autre réponse le demande"), language)
    _, asked = found
    answers = f" {translate(N_('ou'), language)} ".join(_quoted(asked.question, condition.values, language))
    about = asked.number or quoted(asked.text, language)
    return translate(say("vous répondez %(answers)s à %(question)s", answers=answers, question=about), language)


def _quoted(question: Question, values: tuple[str, ...], language: Language) -> Iterator[str]:
    for value in values:
        choice = question.choice(value)
        label = choice.label.read(language) if choice is not None else value
        yield quoted(label, language)
