"""What questionnaires have in common: a question that two of them ask is one key, defined once and answered once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from portal.core.language import say
from portal.questionnaires.definition import Question, Questionnaire
from portal.questionnaires.toml_fields import QuestionnaireDefect

Defined = Mapping[str, Mapping[str, Question]]
"""The questions that each questionnaire defines itself: key of the questionnaire, then key of the question."""


def sharing_defects(defined: Defined) -> Iterator[tuple[str, QuestionnaireDefect]]:
    """Keys defined twice and keys wrongly replaced, each with the key of the questionnaire to mend.

    A key that lives on cannot be replaced: its answers would be carried to a question that means something else. Two
    questions cannot replace the same one: an answer would be carried to both.
    """
    homes: dict[str, str] = {}
    for questionnaire, questions in defined.items():
        for key in questions:
            if (home := homes.setdefault(key, questionnaire)) != questionnaire:
                message = say(
                    "Cette question est déjà définie dans « %(home)s » : écrire seulement « same_as » et sa clé.",
                    home=home,
                )
                yield questionnaire, QuestionnaireDefect(key, message)
    heirs: dict[str, str] = {}
    for questionnaire, questions in defined.items():
        for key, question in questions.items():
            if not question.replaces or homes[key] != questionnaire:
                continue
            if question.replaces in homes:
                message = say(
                    "« replaces » désigne « %(old)s », qui est toujours posée : la retirer ou ne pas la remplacer.",
                    old=question.replaces,
                )
                yield questionnaire, QuestionnaireDefect(key, message)
            elif (heir := heirs.setdefault(question.replaces, key)) != key:
                message = say(
                    "« replaces » désigne « %(old)s », que « %(heir)s » remplace déjà.",
                    old=question.replaces,
                    heir=heir,
                )
                yield questionnaire, QuestionnaireDefect(key, message)


def shared_keys(questionnaires: Iterable[Questionnaire]) -> frozenset[str]:
    """The questions that several of these questionnaires ask."""
    asked = Counter(question.key for questionnaire in questionnaires for question in questionnaire.questions)
    return frozenset(key for key, times in asked.items() if times > 1)
