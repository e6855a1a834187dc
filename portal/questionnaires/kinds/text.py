"""A text of one or several lines."""

from dataclasses import replace
from random import Random

from portal.core.language import Language, Sentence, say
from portal.questionnaires.answer_text import AnswerText
from portal.questionnaires.definition import GivenAnswer, Question, Value
from portal.questionnaires.kinds.posted_text import clean_text, single_text
from portal.questionnaires.kinds.question_kind import QuestionKind
from portal.questionnaires.toml_fields import TomlTable


class TextKind(QuestionKind):
    """Free text, bounded in length."""

    name = "text"
    rank = 4
    own_fields = frozenset({"max_length"})

    def read_definition(self, table: TomlTable, question: Question) -> Question:
        """Its greatest length, in characters."""
        return replace(question, max_length=table.integer("max_length", 10, 20_000, default=5000))

    def description(self, question: Question) -> Sentence:
        """A text, and how long it may be."""
        return say("un texte, %(limit)s caractères au plus", limit=question.max_length)

    def stored_value(self, question: Question, posted: object) -> Value:
        """The text, without spaces around it or characters that nobody sees."""
        return clean_text(single_text(posted), question.max_length) or None

    def words(self, question: Question, answer: GivenAnswer, language: Language) -> AnswerText:
        """One line per line that is not blank."""
        return AnswerText(tuple(line for line in str(answer.value).split("\n") if line.strip()))

    def demo_answer(self, question: Question, quality: float, chance: Random) -> tuple[object, str]:
        """The same sentence for every vendor."""
        return "Voir notre politique interne, revue chaque année.", ""


KIND = TextKind()
