"""What every kind of question must provide; each kind is a module of this folder that defines `KIND`.

The rest of the portal asks the kind of a question (`question.kind`) and never compares it with another. To add one,
write its module here (a class derived from `QuestionKind` and `KIND`, its instance), the template of its control in
`templates/controls/`, and the translation of its sentences.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import ClassVar, Protocol

from portal.core.language import Language, Sentence, say
from portal.questionnaires.answer_text import AnswerText
from portal.questionnaires.definition import Choice, GivenAnswer, Question, Row, Value
from portal.questionnaires.toml_fields import TomlTable

PostedRow = Mapping[str, str]
ControlValue = str | list[str] | list[dict[str, str]]


class PostedFields(Protocol):
    """What a page of questions has posted, whoever parsed it."""

    def values(self, key: str) -> list[str]:
        """Every value posted under the key of a question."""

    def rows(self, key: str) -> Sequence[PostedRow]:
        """The rows posted to a table question, cells by column."""


class QuestionKind(ABC):
    """How a question is defined, asked, answered, checked and shown."""

    name: ClassVar[str]
    """As written in questionnaire files and kept in frozen ones: it never changes."""
    rank: ClassVar[int]
    """Where the kind stands when all are listed."""
    own_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields of the file that only some kinds have, this one among them."""
    offers_choices: ClassVar[bool] = False
    """Whether a condition may bear on which choice was made."""
    writes_choices: ClassVar[bool] = True
    """Whether its choices are written in the file, rather than the same everywhere (`answers` then keeps some)."""
    takes_several: ClassVar[bool] = False
    """Whether several of its choices may be made at once."""
    is_file: ClassVar[bool] = False
    """Whether the answer is the file attached, and not a value."""
    cell_holds: ClassVar[str] = "text"
    """What a cell of a workbook holds for it: `text`, `number` or `date`."""
    unanswered: ClassVar[Sentence] = say("Cette question attend une réponse.")
    """What is said of a required question left alone."""

    @property
    def control(self) -> str:
        """The template that holds the macro `control` of this kind."""
        return f"questionnaires/controls/{self.name}.html"

    def __repr__(self) -> str:
        """The name, as test reports and errors show it."""
        return self.name

    # The definition.

    def read_definition(self, table: TomlTable, question: Question) -> Question:
        """The question with what this kind reads of its table; defects are reported to the table."""
        return question

    def definition_defects(self, question: Question) -> Iterator[Sentence]:
        """What makes no sense in the definition once read."""
        yield from ()

    @abstractmethod
    def description(self, question: Question) -> Sentence:
        """How the question is answered, for whoever proofreads the questionnaire."""

    # What is posted, and what is stored.

    def read_form(self, question: Question, posted: PostedFields) -> tuple[object, Sentence | None]:
        """What a form posted to the question, as `stored_value` accepts it, and why it cannot be accepted, if so."""
        values = posted.values(question.key)
        return (values if len(values) > 1 else values[0] if values else None), None

    @abstractmethod
    def stored_value(self, question: Question, posted: object) -> Value:
        """The one way this answer is written; None when nothing was answered.

        Nothing is assumed of `posted`, which may not come from a browser; only `UnacceptableAnswer` is raised. Two
        answers are the same when their stored values are equal, and storing a stored value changes nothing.
        """

    def control_value(self, question: Question, value: object, language: Language) -> ControlValue:
        """What the control holds for a stored value, or for what was typed and refused."""
        return str(value[0] if isinstance(value, list | tuple) and value else value or "")

    # What an answer says.

    def is_answered(self, answer: GivenAnswer) -> bool:
        """Whether something was answered, complete or not."""
        return bool(answer.value)

    def incomplete_parts(self, question: Question, answer: GivenAnswer) -> Iterator[Sentence]:
        """What an answer still lacks before it may be sent."""
        yield from ()

    def words(self, question: Question, answer: GivenAnswer, language: Language) -> AnswerText:
        """The answer as a person reads it; see `answer_text`, which also says that there is none."""
        return AnswerText(tuple(self.value_in_words(question, str(one), language) for one in _each(answer.value)))

    def value_in_words(self, question: Question, value: str, language: Language) -> str:
        """One value of an answer as a person reads it."""
        return value

    def best_mark(self, question: Question) -> float:
        """The highest mark that an answer may earn."""
        return max(choice.mark or 0 for choice in question.choices)

    def mark_of_unmarked(self, picked: Sequence[Choice]) -> float | None:
        """What choices without a mark are worth: None takes the question out of the score."""
        return None

    # Demonstrations.

    @abstractmethod
    def demo_answer(self, question: Question, quality: float, chance: Random) -> tuple[object, str]:
        """A plausible answer and comment from a vendor of this quality (0 to 1), for the demonstration."""


def _each(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else (value,) if value else ()


def rows_of(value: object) -> tuple[Row, ...]:
    """The rows of a table's value; what is no row is left out."""
    return tuple(row for row in value if isinstance(row, Mapping)) if isinstance(value, list | tuple) else ()
