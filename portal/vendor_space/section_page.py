"""The page of a section for its vendor: every question with its control, and what there is to say about each."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from functools import cached_property
from typing import cast

from portal.audits.answer_remarks import Remarks
from portal.audits.models import AnswerEvidence
from portal.audits.proof_ages import good_until_for
from portal.audits.queries import AuditAnswers, is_redone
from portal.audits.rules import AskedAgain
from portal.audits.services import PostedAnswer
from portal.audits.standing_answers import good_proofs
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Language, say
from portal.core.stale import StaleWrite, fingerprint
from portal.core.translation import translate
from portal.questionnaires.answer_text import AnswerText, answer_text
from portal.questionnaires.definition import NO_ANSWER, EvidenceDemand, GivenAnswer, Question, Value
from portal.questionnaires.kinds.question_kind import ControlValue
from portal.questionnaires.rules.completing import MissingItem, MissingReason, is_answered
from portal.vendor_space.answer_conflict import AnswerConflict, answer_conflict
from portal.vendor_space.audit_page import AuditPage
from portal.vendor_space.questionnaire_text import QuestionText, SectionText


@dataclass(frozen=True)
class AttachedFileLine:
    """A file attached to an answer."""

    link_id: int
    evidence_id: int
    name: str
    size: int
    at: datetime
    until: date | None
    is_expired: bool
    may_change: bool


@dataclass(frozen=True)
class EarlierFileLine:
    """A file that a proposed answer rests on."""

    evidence_id: int
    name: str
    until: date | None
    is_good: bool


@dataclass(frozen=True)
class ProposedAnswer:
    """What there is to say of an answer that is only proposed: since when it is said, on what, what it asks."""

    said_at: datetime | None
    said_by: str
    asks: AskedAgain | None
    files: tuple[EarlierFileLine, ...]
    may_confirm: bool
    """Whether it may be confirmed as it stands; not while a file that must support it is missing."""


@dataclass(frozen=True)
class QuestionBlock:
    """One question, ready to be shown: its text, its control, and what there is to say about it."""

    text: QuestionText
    value: ControlValue
    """What the control holds."""
    comment: str
    base: str
    """The version of the stored answer and its fingerprint, carried by the form."""
    answer: AnswerText
    """The answer to read."""
    is_shown: bool
    is_open: bool
    is_returned: bool = False
    is_redone: bool = False
    message: str = ""
    """What the reviewer wrote to the vendor."""
    owed: tuple[str, ...] = ()
    owes_comment: bool = False
    error: str = ""
    conflict: AnswerConflict | None = None
    files: tuple[AttachedFileLine, ...] = ()
    proposed: ProposedAnswer | None = None

    @cached_property
    def question(self) -> Question:
        """The definition, without what only the reviewer may read."""
        return self.text.question

    @cached_property
    def key(self) -> str:
        """The key of the question; its template says it twenty times."""
        return self.text.question.key

    @property
    def answers_with_file(self) -> str:
        """The answers that call for a file (`key=value|value`), while none is attached; empty: the box always shows.

        What a text, a number or a date says is not known before it is saved: their box always shows.
        """
        question = self.text.question
        if question.kind.is_file or self.files or self.proposed or not question.choices:
            return ""
        values = question.evidence_on or tuple(choice.value for choice in question.choices)
        return f"{self.key}={'|'.join(values)}"


@dataclass(frozen=True)
class RefusedEntries:
    """The answers of a page that was posted and is shown again, and why some could not be saved."""

    entries: Mapping[str, PostedAnswer] = field(default_factory=dict)
    refused: Mapping[str, Refused] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionContext:
    """What a section is shown with besides its answers."""

    today: date
    files: Mapping[str, list[AnswerEvidence]] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    says_unanswered: bool = False
    """Whether to say of unanswered questions that they are missing: when one comes from the list of these."""
    asked: Mapping[str, AskedAgain] = field(default_factory=dict)
    """What proposed answers ask."""
    earlier_files: Mapping[str, Sequence[AnswerEvidence]] = field(default_factory=dict)
    """The files that proposed answers rest on."""
    remarks: Remarks = field(default_factory=dict)
    """What is remarked of the answers given: it holds nothing back."""
    may_answer: bool = True
    """Whether its reader may change anything; a colleague who only reads may not."""


def question_blocks(
    page: AuditPage, section: SectionText, context: SectionContext, posted: RefusedEntries, language: Language
) -> list[QuestionBlock]:
    """Every question of a section, those not asked (yet) included, for a script to reveal."""
    owed: dict[str, list[MissingItem]] = {}
    for missing in page.sheet.missing:
        owed.setdefault(missing.question, []).append(missing)
    return [_block(page.sheet, text, owed.get(text.key, []), context, posted, language) for text in section.questions]


def _block(
    sheet: AuditAnswers, text: QuestionText, owed: list[MissingItem], context: SectionContext, posted: RefusedEntries,
    language: Language,
) -> QuestionBlock:  # fmt: skip
    key, question = text.key, text.question
    answer = sheet.read.get(key, NO_ANSWER)
    refusal = posted.refused.get(key)
    typed = answer if refusal is None else typed_answer(posted.entries[key], answer)
    told = [m for m in owed if context.says_unanswered or (is_answered(question, answer) and key in sheet.answers)]
    conflict = refusal if isinstance(refusal, StaleWrite) else None
    return QuestionBlock(
        text=text,
        value=question.kind.control_value(question, typed.value, language),
        comment=typed.comment,
        base=base_of(sheet, key) if refusal is None else _carried(posted.entries[key]),
        answer=answer_text(question, answer, language),
        is_shown=key in sheet.shown,
        is_open=context.may_answer and (key in sheet.open_keys if key in sheet.shown else _would_open(sheet, key)),
        is_returned=key in sheet.round.returned and sheet.audit.state.is_with_vendor,
        is_redone=is_redone(sheet, key),
        message=context.messages.get(key, ""),
        owed=tuple(
            translate(why, language)
            for why in (
                *(m.why for m in told),
                *([_ASKS[context.asked[key]]] if key in context.asked else ()),
                *(remark.said for remark in context.remarks.get(key, ())),
            )
        ),
        owes_comment=any(m.reason is MissingReason.COMMENT for m in told),
        error=translate(refusal.sentence, language) if refusal is not None and conflict is None else "",
        conflict=answer_conflict(question, typed, conflict.theirs, language) if conflict is not None else None,
        files=tuple(_file_of(link, question, sheet, context) for link in context.files.get(key, [])),
        proposed=_proposed(sheet, question, context) if key in sheet.proposed else None,
    )


_ASKS = {
    AskedAgain.PROOF: say("Le document joint ne vaut plus : joignez le nouveau, cela confirme la réponse."),
    AskedAgain.FINDING: say("Un point reste à corriger sur cette réponse : corrigez-la, ou dites qu'elle est exacte."),
}


def _proposed(sheet: AuditAnswers, question: Question, context: SectionContext) -> ProposedAnswer:
    held, asks = sheet.held[question.key], context.asked.get(question.key)
    links = context.earlier_files.get(question.key, ())
    good = good_proofs(question, links, context.today)
    return ProposedAnswer(
        said_at=held.said_at,
        said_by=held.said_by,
        asks=asks,
        files=tuple(
            EarlierFileLine(
                evidence_id=link.current.id,
                name=link.current.stored_file.filename,
                until=good_until_for(question, link.current),
                is_good=link in good,
            )
            for link in links
        ),
        may_confirm=asks is not AskedAgain.PROOF or question.evidence is not EvidenceDemand.REQUIRED or bool(good),
    )


def _file_of(
    link: AnswerEvidence, question: Question, sheet: AuditAnswers, context: SectionContext
) -> AttachedFileLine:
    line = file_line(link, question, sheet, context.today)
    return line if context.may_answer else replace(line, may_change=False)


def typed_answer(entry: PostedAnswer, stored: GivenAnswer = NO_ANSWER) -> GivenAnswer:
    """An answer as it was typed, whether or not it can be stored, for its control to hold it again."""
    comment = entry.comment if isinstance(entry.comment, str) else stored.comment
    return GivenAnswer(cast(Value, entry.posted), comment, stored.files)


def _would_open(sheet: AuditAnswers, key: str) -> bool:
    """Whether a question not asked now could be answered if an answer made it appear."""
    sent = sheet.round.number > 1 and key in sheet.round.settled and key not in sheet.round.returned
    return sheet.audit.state.is_with_vendor and not sent


def base_of(sheet: AuditAnswers, key: str) -> str:
    """The version of a stored answer, 0 for a proposed one, and its fingerprint, for a page to carry."""
    answer = sheet.read.get(key, NO_ANSWER)
    return f"{sheet.versions.get(key, 0)}.{fingerprint(answer.value, answer.comment)}"


def _carried(entry: PostedAnswer) -> str:
    return f"{max(entry.base, 0)}.{entry.seen}"


def file_line(link: AnswerEvidence, question: Question, sheet: AuditAnswers, today: date) -> AttachedFileLine:
    """A file as its vendor sees it: until when it holds, not what the reviewer thinks of it."""
    proof = link.evidence
    until = good_until_for(question, proof)
    return AttachedFileLine(
        link_id=link.id,
        evidence_id=link.evidence_id,
        name=proof.stored_file.filename,
        size=proof.stored_file.size,
        at=link.attached_at,
        until=until,
        is_expired=until is not None and until < today,
        may_change=link.round == sheet.audit.round and question.key in sheet.open_keys,
    )
