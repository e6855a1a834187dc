"""The page of an audit for its vendor: how far each section is, what to take up again, where to resume."""

from collections.abc import Collection
from dataclasses import replace

from portal.audits.queries import AuditAnswers, to_redo
from portal.audits.services import proposed_mark
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.questionnaires.answer_text import AnswerText, answer_text
from portal.vendor_space.questionnaire_text import (
    QuestionnaireText,
    QuestionText,
    SectionText,
    asked_text,
)


@dataclass(frozen=True)
class SectionLine:
    """How far a section is."""

    text: SectionText
    done: int
    total: int
    problems: int
    """Questions to take up again, in a returned round."""
    is_asked: bool
    """Whether a question of it is visible."""

    @property
    def is_done(self) -> bool:
        """Whether nothing more is expected in it."""
        return self.done >= self.total and not self.problems


@dataclass(frozen=True)
class AuditPage:
    """An audit, its answers and its text in the reader's language, section by section."""

    sheet: AuditAnswers
    text: QuestionnaireText
    sections: tuple[SectionLine, ...]
    to_redo: frozenset[str]

    @property
    def left(self) -> int:
        """How many questions are still to be answered, or taken up again."""
        return len(self.to_redo) if self.sheet.round.number > 1 else sum(s.total - s.done for s in self.sections)


def audit_page(sheet: AuditAnswers, language: Language) -> AuditPage:
    """The page of an audit in a language."""
    text = asked_text(sheet.questionnaire, language, sheet.numbers)
    asked, redo = sheet.shown, to_redo(sheet)
    return AuditPage(
        sheet=sheet,
        text=text,
        sections=tuple(
            SectionLine(
                text=section,
                done=state.answered,
                total=state.total,
                problems=sum(question.key in redo for question in section.questions),
                is_asked=any(question.key in asked for question in section.questions),
            )
            for section, state in zip(text.sections, sheet.progress, strict=True)
        ),
        to_redo=redo,
    )


def without_spared(page: AuditPage, spared: frozenset[str], language: Language) -> AuditPage:
    """The same page, where a section is done once only questions that need no answer are left in it."""
    return audit_page(replace(page.sheet, spared=spared), language) if spared else page


@dataclass(frozen=True)
class CarriedLine:
    """A proposed answer that asks nothing, to read before it is confirmed."""

    text: QuestionText
    answer: AnswerText
    comment: str
    mark: str
    """Version and fingerprint of what is shown, for the form to carry."""


@dataclass(frozen=True)
class CarriedSection:
    """The answers of a section that need only be confirmed."""

    text: SectionText
    lines: tuple[CarriedLine, ...]


def carried_sections(page: AuditPage, asked: Collection[str], language: Language) -> list[CarriedSection]:
    """Section by section, what the vendor said before and need only confirm; `asked` are those that ask something."""
    sheet = page.sheet
    here = (sheet.proposed.keys() & sheet.open_keys) - set(asked)
    found = []
    for state in page.sections:
        lines = [
            CarriedLine(
                text=text,
                answer=answer_text(text.question, sheet.proposed[text.key], language),
                comment=sheet.proposed[text.key].comment,
                mark=f"0.{proposed_mark(sheet, text.key)}",
            )
            for text in state.text.questions
            if text.key in here
        ]
        if lines:
            found.append(CarriedSection(state.text, tuple(lines)))
    return found


def resume_at(page: AuditPage) -> tuple[str, str] | None:
    """Where to take up the work: section and question to answer next, from the last one touched; None at the end.

    Of those touched at one instant, as by a workbook, the first counts: nothing owed after it is passed over.
    """
    sheet = page.sheet
    if sheet.round.number > 1:
        waiting = [key for key in page.text.by_question if key in page.to_redo]
    else:
        owed = {missing.question for missing in sheet.missing}
        waiting = [key for key in page.text.by_question if key in owed]
    if not waiting:
        return None
    order = {key: rank for rank, key in enumerate(page.text.by_question)}
    last = max(sheet.touched, key=lambda key: (sheet.touched[key], -order.get(key, 0)), default="")
    after = [key for key in waiting if order[key] >= order.get(last, 0)]
    key = (after or waiting)[0]
    return page.text.by_question[key][0].key, key
