"""One answer among those offered."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from portal.core.language import Language, Sentence, say
from portal.questionnaires.definition import Question, Value
from portal.questionnaires.kinds.choices import label_of, offered_value, read_choice
from portal.questionnaires.kinds.posted_text import clean_text, single_text
from portal.questionnaires.kinds.question_kind import QuestionKind
from portal.questionnaires.toml_fields import TomlTable


class SingleChoiceKind(QuestionKind):
    """One choice, each with its mark."""

    name = "single"
    rank = 2
    own_fields = frozenset({"choices"})
    offers_choices = True

    def read_definition(self, table: TomlTable, question: Question) -> Question:
        """Its choices."""
        choices = tuple(read_choice(choice, several=False, marks=True) for choice in table.tables("choices"))
        return replace(question, choices=choices)

    def definition_defects(self, question: Question) -> Iterator[Sentence]:
        """A question that offers one choice only."""
        if len(question.choices) == 1:
            yield say("Une question à choix en propose au moins deux.")

    def description(self, question: Question) -> Sentence:
        """One answer."""
        return say("une réponse")

    def stored_value(self, question: Question, posted: object) -> Value:
        """The value of the choice."""
        text = clean_text(single_text(posted), question.max_length)
        return offered_value(text, question.choices) if text else None

    def value_in_words(self, question: Question, value: str, language: Language) -> str:
        """The label of the choice."""
        return label_of(value, question.choices, language)

    def demo_answer(self, question: Question, quality: float, chance: Random) -> tuple[object, str]:
        """The best choice, or the next ones as quality falls, with a comment where one is asked for."""
        choices = sorted(question.choices, key=lambda choice: -(choice.mark if choice.mark is not None else -1))
        good = chance.random() < quality
        choice = choices[0 if good else min(1 + (chance.random() > 0.6), len(choices) - 1)]
        comment = "Nous y travaillons : voir le plan d'action joint." if choice.justify or not good else ""
        return choice.value, comment


KIND = SingleChoiceKind()
