"""How much a questionnaire asks of whoever answers it: the one figure that mails and pages give."""

from collections.abc import Iterable

from portal.core.dataclass import dataclass
from portal.questionnaires.definition import EvidenceDemand, Question, Questionnaire
from portal.questionnaires.rules.completing import MissingItem, MissingReason, progress_by_section

ROUNDED_TO = 15
"""Minutes: nobody plans their day closer than that."""
CHOOSING, WRITING, LISTING, PROVING = 1, 2, 4, 3
"""Minutes to choose an answer, to look a fact up and write it, to fill in a table, to find a proof: our estimate."""


@dataclass(frozen=True)
class Effort:
    """What there is to answer, before anything is answered."""

    questions: int
    """Asked whatever the answers, as progress counts them: an optional one is not owed."""
    at_most: int
    """With those that some answers open."""
    minutes: int
    """Reading, answering and finding the proofs required, of every question that may be asked."""


def effort_of(questionnaire: Questionnaire) -> Effort:
    """How many questions, and the minutes to set aside, rounded up to the quarter of an hour.

    All that may be asked counts, with every proof required: a vendor may find it shorter, never longer than we said.
    Never less than what the author of the questionnaire measured, if that was written.
    """
    minutes = max(sum(map(_minutes, questionnaire.questions)), questionnaire.minutes or 0, 1)
    return Effort(
        questions=sum(section.total for section in progress_by_section(questionnaire, {})),
        at_most=sum(question.required for question in questionnaire.questions),
        minutes=-(-minutes // ROUNDED_TO) * ROUNDED_TO,
    )


def minutes_left(questionnaire: Questionnaire, missing: Iterable[MissingItem]) -> int:
    """Minutes that what is missing takes, by the same estimate as the whole; 0 when nothing is.

    An answer that is there and lacks only its proof takes the time of the proof; one to confirm, that of choosing.
    Unlike `effort_of`, which is announced and must not be passed, what an answer may open later is not counted.
    """
    reasons: dict[str, set[MissingReason]] = {}
    for item in missing:
        reasons.setdefault(item.question, set()).add(item.reason)
    return sum(_left(questionnaire.question(key), found) for key, found in reasons.items())


def _left(question: Question | None, reasons: set[MissingReason]) -> int:
    if question is None:
        return 0
    if MissingReason.UNANSWERED in reasons:
        return _minutes(question)
    takes = {MissingReason.UNCONFIRMED: CHOOSING, MissingReason.COMMENT: WRITING, MissingReason.CELL: WRITING,
             MissingReason.EVIDENCE: PROVING}  # fmt: skip
    return sum(takes[reason] for reason in reasons)


def _minutes(question: Question) -> int:
    answering = LISTING if question.columns else CHOOSING if question.choices else WRITING
    return answering + (PROVING if question.evidence is EvidenceDemand.REQUIRED else 0)
