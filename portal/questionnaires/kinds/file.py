"""A file to attach: the answer is the file itself, kept as a proof, and never a value."""

from random import Random

from portal.core.language import Language, Sentence, say
from portal.core.translation import translations
from portal.questionnaires.answer_text import AnswerText
from portal.questionnaires.definition import GivenAnswer, Question, Value
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer, clean_text, single_text
from portal.questionnaires.kinds.question_kind import QuestionKind


class FileKind(QuestionKind):
    """One or several files."""

    name = "file"
    rank = 7
    is_file = True
    unanswered = say("Le fichier demandé n'est pas joint.")

    def description(self, question: Question) -> Sentence:
        """A file."""
        return say("un fichier")

    def stored_value(self, question: Question, posted: object) -> Value:
        """Nothing: a text is refused."""
        if clean_text(single_text(posted), question.max_length):
            raise UnacceptableAnswer(say("Cette question attend un fichier, pas un texte."))
        return None

    def is_answered(self, answer: GivenAnswer) -> bool:
        """Whether a file is attached."""
        return answer.files > 0

    def words(self, question: Question, answer: GivenAnswer, language: Language) -> AnswerText:
        """How many files."""
        counted = translations(language).ngettext("%(num)s fichier joint", "%(num)s fichiers joints", answer.files)
        return AnswerText((counted % {"num": answer.files},))

    def demo_answer(self, question: Question, quality: float, chance: Random) -> tuple[object, str]:
        """Nothing: the demonstration attaches its files apart."""
        return None, ""


KIND = FileKind()
