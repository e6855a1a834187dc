"""What the page of a workbook says once it was read: what was kept, and the answers to choose between."""

from collections.abc import Sequence

from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.questionnaires.answer_text import answer_text
from portal.questionnaires.definition import GivenAnswer, Question
from portal.vendor_space.questionnaire_text import QuestionnaireText, QuestionText
from portal.vendor_space.workbook.handing_in import WorkbookChoice, WorkbookTaken
from portal.web.text import _, ngettext


@dataclass(frozen=True)
class ChoiceLine:
    """A question answered otherwise in the workbook and in the portal, both as text."""

    text: QuestionText
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    carried: str
    base: str


def choice_lines(
    choices: Sequence[WorkbookChoice], text: QuestionnaireText, language: Language
) -> list[ChoiceLine]:  # fmt: skip
    """The choices of a page, in a language."""
    return [
        ChoiceLine(
            text=text.by_question[one.question.key][1],
            ours=_lines(one.question, one.ours, language),
            theirs=_lines(one.question, one.theirs, language),
            carried=one.carried,
            base=one.base,
        )
        for one in choices
    ]


def _lines(question: Question, answer: GivenAnswer, language: Language) -> tuple[str, ...]:
    told = answer_text(question, answer, language)
    rows = (" · ".join(cell for cell in row if cell) for row in told.rows)
    return tuple(line for line in (*told.lines, *rows, told.comment) if line)


def kept_words(taken: WorkbookTaken) -> str:
    """« 12 réponses reprises du classeur. », or that it changed nothing."""
    if taken.saved:
        return str(
            ngettext("%(num)s réponse reprise du classeur.", "%(num)s réponses reprises du classeur.", taken.saved)
        )
    return str(_("Le classeur ne change aucune réponse."))
