"""Several answers among those offered; some may exclude the others."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from portal.core.language import Language, Sentence, say
from portal.questionnaires.answer_text import AnswerText
from portal.questionnaires.definition import Choice, GivenAnswer, Question, Value
from portal.questionnaires.kinds.choices import offered_value, read_choice
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer, clean_text, single_text
from portal.questionnaires.kinds.question_kind import ControlValue, PostedFields
from portal.questionnaires.kinds.single import SingleChoiceKind
from portal.questionnaires.toml_fields import TomlTable

_VALUE_LENGTH = 500


class MultipleChoiceKind(SingleChoiceKind):
    """Choices whose marks add up."""

    name = "multiple"
    rank = 3
    takes_several = True

    def read_definition(self, table: TomlTable, question: Question) -> Question:
        """Its choices, with the heading each stands under and whether it excludes the others."""
        choices = tuple(read_choice(choice, several=True, marks=True) for choice in table.tables("choices"))
        return replace(question, choices=choices)

    def definition_defects(self, question: Question) -> Iterator[Sentence]:
        """None of its own: one choice alone is a box to tick."""
        yield from ()

    def description(self, question: Question) -> Sentence:
        """Several answers."""
        return say("plusieurs réponses possibles")

    def read_form(self, question: Question, posted: PostedFields) -> tuple[object, Sentence | None]:
        """Every box ticked."""
        return posted.values(question.key), None

    def stored_value(self, question: Question, posted: object) -> Value:
        """The values ticked, once each, in the order of the definition."""
        if posted is None or posted == "":
            return None
        values = [posted] if isinstance(posted, str) else posted
        if not isinstance(values, Sequence) or isinstance(values, bytes | bytearray):
            raise UnacceptableAnswer(say("Cette réponse n'a pas la forme attendue."))
        if len(values) > 10 * len(question.choices):
            raise UnacceptableAnswer(say("Cette réponse n'a pas la forme attendue."))
        cleaned = (clean_text(single_text(value), _VALUE_LENGTH) for value in values)
        given = {offered_value(value, question.choices) for value in cleaned if value}
        chosen = [choice for choice in question.choices if choice.value in given]
        alone = next((choice for choice in chosen if choice.exclusive), None)
        if alone and len(chosen) > 1:
            raise UnacceptableAnswer(
                say("« %(choice)s » ne peut pas être coché avec une autre réponse.", choice=alone.label)
            )
        return tuple(choice.value for choice in chosen) or None

    def control_value(self, question: Question, value: object, language: Language) -> ControlValue:
        """The boxes ticked."""
        return [str(item) for item in value] if isinstance(value, list | tuple) else []

    def words(self, question: Question, answer: GivenAnswer, language: Language) -> AnswerText:
        """A list of labels."""
        return replace(super().words(question, answer, language), is_list=True)

    def best_mark(self, question: Question) -> float:
        """All the marks together."""
        return sum(choice.mark or 0 for choice in question.choices)

    def mark_of_unmarked(self, picked: Sequence[Choice]) -> float | None:
        """« autre » alone earns nothing; only what excludes the rest takes the question out of the score."""
        return None if any(choice.exclusive for choice in picked) else 0.0

    def demo_answer(self, question: Question, quality: float, chance: Random) -> tuple[object, str]:
        """The more choices the better the vendor."""
        choices = sorted(question.choices, key=lambda choice: -(choice.mark if choice.mark is not None else -1))
        chance.random()  # Every kind with choices draws once first: the demonstration stays the same from a seed.
        open_to_all = [choice for choice in choices if not choice.exclusive]
        kept = [choice for choice in open_to_all if chance.random() < 0.35 + 0.65 * quality] or open_to_all[:1]
        return [choice.value for choice in kept], ""


KIND = MultipleChoiceKind()
