"""The level of a vendor as it reads it, once its answers are accepted: until when, and what would raise it."""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.audits.models import AnswerEvidence, Audit
from portal.audits.proof_ages import good_until_for
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.translation import translate
from portal.evidence.queries import last_day
from portal.scorecards.models import Scorecard
from portal.scorecards.rules import ImprovementKind
from portal.scorecards.snapshot import thaw_sentence
from portal.vendor_space.audit_page import AuditPage
from portal.vendor_space.questionnaire_text import QuestionText, SectionText

_OURS = ImprovementKind.VERIFY
"""To verify a proof that was given is for our reviewer: it is not told as something the vendor may do."""


@dataclass(frozen=True)
class LevelStep:
    """An answer that would raise the level, and how."""

    section: SectionText
    text: QuestionText
    action: str
    grade: str
    """The grade it leads to by itself; empty when the grade stays."""


@dataclass(frozen=True)
class EndingProof:
    """A file that runs out before the next request."""

    name: str
    until: date


@dataclass(frozen=True)
class LevelPage:
    """What the page shows."""

    grade: str
    meaning: str
    level: int
    """Out of 100, rounded down."""
    accepted_on: date
    until: date | None
    """The last day on which nothing more is asked; none when the vendor is not classified, or is asked already."""
    steps: Sequence[LevelStep]
    ending: Sequence[EndingProof]


def level_page(
    page: AuditPage, card: Scorecard, until: date | None, files: Mapping[str, Sequence[AnswerEvidence]],
    language: Language,
) -> LevelPage:  # fmt: skip
    """The page of an accepted audit, from the snapshot of its level.

    Neither weights nor critical questions are said: the vendor reads what to do, and the grade that it would reach.
    """
    accepted = page.sheet.audit.accepted_at
    grades = {grade["key"]: grade[language.value] for grade in card.detail["scale"]["grades"]}
    return LevelPage(
        grade=card.grade,
        meaning=grades.get(card.grade, ""),
        level=card.basis_points // 100,
        accepted_on=legal_date(accepted or card.taken_at),
        until=until,
        steps=[
            LevelStep(
                *page.text.by_question[mover["question"]],
                action=translate(thaw_sentence(mover["action"]), language),
                grade=mover["grade"] if mover["moves_grade"] else "",
            )
            for mover in card.detail["movers"]
            if mover["question"] in page.text.by_question and mover["change"] != _OURS
        ],
        ending=_ending(page, files, until) if until is not None else (),
    )


def _ending(
    page: AuditPage, files: Mapping[str, Sequence[AnswerEvidence]], until: date
) -> Sequence[EndingProof]:  # fmt: skip
    found: dict[int, EndingProof] = {}
    for key, links in files.items():
        question = page.sheet.questionnaire.question(key)
        for link in links:
            piece = link.current
            end = good_until_for(question, piece) if question is not None else last_day(piece)
            if end is not None and end < until:
                found[piece.id] = EndingProof(piece.stored_file.filename, end)
    return sorted(found.values(), key=lambda one: (one.until, one.name))


def is_of_acceptance(card: Scorecard, audit: Audit) -> bool:
    """Whether a level is that of accepted answers: one taken before is in progress, and is not shown."""
    return audit.accepted_at is not None and card.taken_at >= audit.accepted_at
