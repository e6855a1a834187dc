"""The questions of a section, ready to be shown: text, controls, and what there is to say about each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.audits.models import AnswerEvidence
from portal.audits.queries import Sheet
from portal.audits.services import Entry
from portal.core.errors import Refused
from portal.core.language import Language
from portal.core.stale import StaleWrite, fingerprint
from portal.evidence.rules import Facts, StandingKind, standing
from portal.questionnaires.rules import NO_ANSWER, Kind, Missing, Reason
from portal.vendor_space.answers import Clash, cells_of, clash_of, held, typed, words_of
from portal.vendor_space.copies import QuestionCopy, SectionCopy
from portal.vendor_space.whole import Whole, is_redone
from portal.vendor_space.wording import spoken


@dataclass(frozen=True)
class FileRow:
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
class Asked:
    """One question, ready to be shown: its text, its controls, and what there is to say about it."""

    copy: QuestionCopy
    value: str | list[str] | list[dict[str, str]]
    """What the controls hold."""
    comment: str
    base: str
    words: tuple[str, ...]
    """The answer to read: one line per value; empty when nothing was answered."""
    rows: tuple[tuple[str, ...], ...]
    """The cells of a table, to read."""
    is_shown: bool
    is_open: bool
    is_answered: bool
    is_returned: bool = False
    is_redone: bool = False
    message: str = ""
    """What the reviewer wrote to the vendor."""
    owed: tuple[str, ...] = ()
    owes_comment: bool = False
    error: str = ""
    clash: Clash | None = None
    files: tuple[FileRow, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a page that was posted and is shown again."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    refused: Mapping[str, Refused] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a section is shown with besides the answers."""

    today: date
    files: Mapping[str, list[AnswerEvidence]] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    nag: bool = False
    """Whether to say of unanswered questions that they are missing: asked when one comes from the list of these."""


def section_of(
    found: Whole, section: SectionCopy, reading: Reading, outcome: Outcome, language: Language
) -> list[Asked]:
    """Every question of a section, those not asked (yet) included, for a script to reveal."""
    sheet = found.sheet
    owed: dict[str, list[Missing]] = {}
    for missing in sheet.missing:
        owed.setdefault(missing.question, []).append(missing)
    return [_asked(found, copy, owed.get(copy.key, []), reading, outcome, language) for copy in section.questions]


def _asked(
    found: Whole, copy: QuestionCopy, owed: list[Missing], reading: Reading, outcome: Outcome, language: Language
) -> Asked:  # fmt: skip
    sheet, key = found.sheet, copy.key
    answer = sheet.answers.get(key, NO_ANSWER)
    refusal = outcome.refused.get(key)
    stored = held(copy, answer, outcome.entries[key] if refusal is not None else None)
    answered = bool(answer.value) or (copy.kind is Kind.FILE and answer.files > 0)
    told = [m for m in owed if reading.nag or answered]
    redone = is_redone(sheet, key)
    return Asked(
        copy=copy,
        value=typed(copy, stored.value, language),
        comment=stored.comment,
        base=base_for(sheet, key) if refusal is None else _carried(outcome.entries[key]),
        words=words_of(copy, answer, language),
        rows=cells_of(copy, answer, language),
        is_shown=key in sheet.shown,
        is_open=key in sheet.open_keys if key in sheet.shown else _would_open(sheet, key),
        is_answered=answered,
        is_returned=key in sheet.round.returned and sheet.audit.state.is_with_vendor,
        is_redone=redone,
        message=reading.messages.get(key, ""),
        owed=tuple(spoken(m.why, language) for m in told),
        owes_comment=any(m.reason is Reason.COMMENT for m in told),
        error=spoken(refusal.sentence, language) if refusal is not None and not isinstance(refusal, StaleWrite) else "",
        clash=clash_of(copy, stored, refusal.theirs, language) if isinstance(refusal, StaleWrite) else None,
        files=tuple(file_row(link, copy, sheet, reading.today) for link in reading.files.get(key, [])),
    )


def _would_open(sheet: Sheet, key: str) -> bool:
    """Whether a question not asked now could be answered if an answer made it appear."""
    sent = sheet.round.number > 1 and key in sheet.round.settled and key not in sheet.round.returned
    return sheet.audit.state.is_with_vendor and not sent


def base_for(sheet: Sheet, key: str) -> str:
    """The version of a stored answer and its fingerprint, for a page to carry."""
    answer = sheet.answers.get(key, NO_ANSWER)
    return f"{sheet.versions.get(key, 0)}.{fingerprint(answer.value, answer.comment)}"


def _carried(entry: Entry) -> str:
    return f"{max(entry.base, 0)}.{entry.seen}"


def file_row(link: AnswerEvidence, copy: QuestionCopy, sheet: Sheet, today: date) -> FileRow:
    """A file as its vendor sees it: until when it holds, not what the reviewer thinks of it."""
    proof = link.evidence
    worth = standing(Facts(proof.issued_on, proof.expires_on, max_age_months=copy.max_age_months), today)
    return FileRow(
        link_id=link.id,
        evidence_id=link.evidence_id,
        name=proof.stored_file.filename,
        size=proof.stored_file.size,
        at=link.attached_at,
        until=worth.until,
        is_expired=worth.kind is StandingKind.EXPIRED,
        may_change=link.round == sheet.audit.round and copy.key in sheet.open_keys,
    )
