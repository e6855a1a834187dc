"""The vendor answers: each answer under its own optimistic lock, one alone or a whole section at once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from portal.audits import queries
from portal.audits.models import Answer, AnswerEvidence, Audit, stored_value, value_of
from portal.audits.queries import AuditAnswers, CarriedAnswer
from portal.audits.rules import AuditState, CarriedAs, carried_as, carried_value
from portal.audits.standing_answers import good_proofs, held_proofs
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.asked import asked
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.insertions import insertion
from portal.core.language import N_
from portal.core.stale import StaleWrite, fingerprint
from portal.identity.models import User
from portal.journal import services as journal
from portal.questionnaires.definition import NO_ANSWER, GivenAnswer, Question, Value
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer, clean_comment
from portal.questionnaires.rules.completing import MissingItem, evidence_expected

_TABLE = cast(Table, Answer.__table__)
"""Answers are written as rows: an object would cost as much again at each save, for nothing."""
_CHANGE = (
    update(_TABLE)
    .where(
        _TABLE.c.audit_id == bindparam("of_audit"), _TABLE.c.question_key == bindparam("of_question"),
        _TABLE.c.version == bindparam("seen"),
    )
    .values(version=_TABLE.c.version + 1)
    .returning(_TABLE.c.version)
)  # fmt: skip
"""Of the answer that was seen and no other; what it says now is told when it is run."""
_AUDITS = cast(Table, Audit.__table__)
_PROGRESS = update(_AUDITS).where(_AUDITS.c.id == bindparam("of_audit"))


@dataclass(frozen=True)
class StoredAnswer:
    """The answer that someone else has stored meanwhile."""

    value: Value
    comment: str
    version: int
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class PostedAnswer:
    """One answer as it was posted; `base` is the version the person saw, 0 for none."""

    key: str
    posted: object
    comment: object = None
    """None when no comment was posted: the one stored stays."""
    base: int = 0
    seen: str = ""
    """`fingerprint` of the value and comment that were shown: tells who changed nothing from who is late."""


@dataclass(frozen=True)
class SavedAnswer:
    """What a page needs after an answer is kept."""

    sheet: AuditAnswers
    version: int
    value: Value
    comment: str
    answered: int
    expected: int
    shown: frozenset[str]
    """Questions visible after this answer."""
    owed: tuple[MissingItem, ...] = ()
    """What this very question still asks for: a comment, a proof, a cell."""


@dataclass(frozen=True)
class SavedSection:
    """What came of several answers posted together: the sheet after them, and what was refused and why."""

    sheet: AuditAnswers
    refused: Mapping[str, Refused]
    appeared: frozenset[str]
    """Questions that these answers have made visible."""


def save_answer(ctx: Context, audit: Audit, key: str, *, posted: object, comment: object, base: int) -> SavedAnswer:
    """Keep one answer; `base` is the version the person saw, 0 for none.

    Raises Refused (not open, value not acceptable) and StaleWrite (someone was faster; nothing is overwritten).
    """
    return save_posted_answer(ctx, open_answers_to_write(ctx, audit.id), PostedAnswer(key, posted, comment, base))


def open_answers_to_write(ctx: Context, audit_id: int) -> AuditAnswers:
    """The answers of an audit that the actor may write, kept to this transaction."""
    return queries.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER, lock=True)


def save_posted_answer(ctx: Context, sheet: AuditAnswers, entry: PostedAnswer) -> SavedAnswer:
    """Keep one answer on a sheet obtained from `locked`; raises as `save_answer` does."""
    authorize(ctx, Permission.AUDIT_ANSWER, sheet.audit)
    after = _keep(ctx, sheet, entry)
    note_progress(ctx, after)
    answer = after.answers.get(entry.key, NO_ANSWER)
    return SavedAnswer(
        sheet=after,
        version=after.versions.get(entry.key, 0),
        value=answer.value,
        comment=answer.comment,
        answered=after.audit.answered,
        expected=after.audit.expected,
        shown=after.shown,
        owed=tuple(owed for owed in after.missing if owed.question == entry.key),
    )


def save_section(ctx: Context, sheet: AuditAnswers, entries: Iterable[PostedAnswer]) -> SavedSection:
    """Keep the answers of a section on a sheet obtained from `locked`: one refused does not hold the others back.

    An answer to a question that is not asked (any more) is left aside.
    """
    authorize(ctx, Permission.AUDIT_ANSWER, sheet.audit)
    must_be_with_vendor(sheet.audit)
    posted = {entry.key: entry for entry in entries}
    before = sheet.open_keys
    refused: dict[str, Refused] = {}
    for question in sheet.questionnaire.questions:
        entry = posted.get(question.key)
        if entry is None or question.key not in sheet.open_keys:
            continue
        try:
            sheet = _keep(ctx, sheet, entry)
        except Refused as refusal:
            refused[question.key] = refusal
    note_progress(ctx, sheet)
    return SavedSection(sheet, refused, sheet.open_keys - before)


def _keep(ctx: Context, sheet: AuditAnswers, entry: PostedAnswer) -> AuditAnswers:
    """The sheet after one answer; unchanged when the same is stored already, whoever stored it."""
    question = open_question(sheet, entry.key)
    old = sheet.answers.get(entry.key, NO_ANSWER)
    try:
        value = question.kind.stored_value(question, entry.posted)
        comment = old.comment if entry.comment is None else clean_comment(entry.comment)
    except UnacceptableAnswer as refusal:
        raise Refused(refusal.sentence) from refusal
    is_same = (value, comment) == (old.value, old.comment) and entry.key not in sheet.proposed
    if is_same or _is_untouched(sheet, entry, value, comment):
        return sheet
    version = store_answer(ctx, sheet, entry, value, comment)
    files = old.files
    if entry.key in sheet.proposed and evidence_expected(
        question, GivenAnswer(value, comment, sheet.held[entry.key].files)
    ):
        files += carry_proofs(ctx, sheet, [entry.key]).get(entry.key, 0)
    journal.record(
        ctx,
        "answer.saved",
        sheet.audit,
        before={"question": entry.key, "value": old.value, "comment": old.comment},
        after={"question": entry.key, "value": value, "comment": comment},
    )
    return replace(
        sheet,
        answers={**sheet.answers, entry.key: GivenAnswer(value, comment, files)},
        versions={**sheet.versions, entry.key: version},
        touched={**sheet.touched, entry.key: ctx.now},
        carried=_carried_after(sheet, entry.key, value, comment),
    )


def _carried_after(sheet: AuditAnswers, key: str, value: Value, comment: str) -> dict[str, CarriedAnswer]:
    others = {known: found for known, found in sheet.carried.items() if known != key}
    made = carry_of(sheet, key, value, comment)
    return others if made is None else {**others, key: made}


def carry_of(sheet: AuditAnswers, key: str, value: Value, comment: str) -> CarriedAnswer | None:
    """What an answer makes of the one proposed in this audit; None when nothing was proposed to this question."""
    question, held = sheet.questionnaire.question(key), sheet.held.get(key)
    if key not in sheet.proposed and key not in sheet.carried:
        return None
    if question is None or held is None or carried_value(question, held) is None:
        # What was proposed stands no more, or is a fact that was answered: what is kept is what it is compared with.
        was, kept = sheet.carried[key], sheet.answers.get(key, NO_ANSWER)
        return (
            was
            if (kept.value, kept.comment) == (value, comment)
            else replace(was, outcome=CarriedAs.EDITED, first_said_at=None)
        )
    outcome = carried_as(held, value, comment) or CarriedAs.EDITED
    return CarriedAnswer(outcome, held.audit_id, held.said_at if outcome is CarriedAs.CONFIRMED else None)


def touch_answer(ctx: Context, audit: Audit, key: str) -> None:
    """Note that an answer changed with its files: a returned question is then taken up again. Its text did not."""
    ctx.session.execute(
        update(Answer)
        .where(Answer.audit_id == audit.id, Answer.question_key == key)
        .values(updated_at=ctx.now)
        .execution_options(synchronize_session=False)
    )


def carry_proofs(ctx: Context, sheet: AuditAnswers, keys: Iterable[str]) -> dict[str, int]:
    """Attach to answers given in the place of proposed ones the proofs of these that are still good; how many of each.

    To be called once, when the answer is first stored.
    """
    wanted = [key for key in keys if sheet.held[key].files]
    if not wanted:
        return {}
    found, counts = held_proofs(ctx, sheet.audit.vendor_id, wanted), dict[str, int]()
    for key in wanted:
        question = sheet.questionnaire.question(key)
        if question is None or not question.takes_files:
            continue
        # Two pieces may have been replaced by one.
        good = {link.current.id for link in good_proofs(question, found.get(key, ()), ctx.today)}
        ctx.session.add_all(
            AnswerEvidence(
                audit_id=sheet.audit.id, question_key=key, evidence_id=number, round=sheet.audit.round,
                attached_at=ctx.now,
            )
            for number in sorted(good)
        )  # fmt: skip
        counts[key] = len(good)
    ctx.session.flush()
    return counts


def _is_untouched(sheet: AuditAnswers, entry: PostedAnswer, value: Value, comment: str) -> bool:
    """Whether the person sends back what they were shown.

    While someone else has changed it, theirs stands; and an answer that was only proposed is not confirmed by being
    on the page that was saved.
    """
    stored = sheet.versions.get(entry.key, 0)
    return (entry.base != stored or stored == 0) and _seen(entry) == fingerprint(value, comment)


def _seen(entry: PostedAnswer) -> str:
    return entry.seen or (fingerprint(None, "") if entry.base == 0 else "")


def open_question(sheet: AuditAnswers, key: str) -> Question:
    """The question to be changed; raises NotFound for an unknown key, Refused when it may not change now."""
    must_be_with_vendor(sheet.audit)
    found = sheet.questionnaire.question(key)
    if found is None:
        raise NotFound()
    if key not in sheet.open_keys:
        raise Refused(N_("Cette question n'est pas ouverte à la modification."))
    return found


def must_be_with_vendor(audit: Audit) -> None:
    """Raise Refused, saying why, once the vendor has nothing more to write."""
    if audit.state is AuditState.CANCELLED:
        raise Refused(N_("Cet audit a été annulé : il n'y a plus rien à répondre."))
    if not audit.state.is_with_vendor:
        raise Refused(N_("Ce questionnaire a été envoyé : les réponses ne changent plus."))


def store_answer(ctx: Context, sheet: AuditAnswers, entry: PostedAnswer, value: Value, comment: str) -> int:
    """Store an answer and return its version; raises StaleWrite unless the person saw the one stored until now."""
    audit_id, key = sheet.audit.id, entry.key
    stored, old = sheet.versions.get(key, 0), sheet.answers.get(key, NO_ANSWER)
    if entry.base != stored and _seen(entry) != fingerprint(old.value, old.comment):
        raise _stale(ctx, audit_id, key)
    facts = answer_facts(ctx, value, comment, carry_of(sheet, key, value, comment))
    if stored == 0:
        version = ctx.session.scalar(
            answers_insert(ctx)
            .values(audit_id=audit_id, question_key=key, version=1, **facts)
            .on_conflict_do_nothing(index_elements=["audit_id", "question_key"])
            .returning(_TABLE.c.version)
        )
    else:
        told = {**facts, "of_audit": audit_id, "of_question": key, "seen": stored}
        version = asked(ctx.session.connection(), _CHANGE, told).scalar()
    # The lock on the audit makes this impossible for those who go through `locked`; the version guards against others.
    if version is None:
        raise _stale(ctx, audit_id, key)
    return int(version)


def answer_facts(ctx: Context, value: Value, comment: str, carried: CarriedAnswer | None) -> dict[str, Any]:
    """The columns of an answer that the actor gives now, but for its key and version."""
    return {
        "value": stored_value(value),
        "comment": comment,
        "updated_at": ctx.now,
        "updated_by_id": ctx.actor.id,
        "carried": carried.outcome if carried else None,
        "source_audit_id": carried.audit_id if carried else None,
        "first_said_at": carried.first_said_at if carried else None,
    }


def answers_insert(ctx: Context) -> Any:
    """An insertion of answers that may say what becomes of those that are there already."""
    return insertion(ctx.session, _TABLE)


def _stale(ctx: Context, audit_id: int, key: str) -> StaleWrite[StoredAnswer]:
    told = N_("Quelqu'un d'autre a modifié cette réponse entre-temps. Les deux textes sont affichés.")
    row = ctx.session.execute(
        select(Answer.value, Answer.comment, Answer.version, Answer.updated_at, User.name, User.role)
        .outerjoin(User, User.id == Answer.updated_by_id)
        .where(Answer.audit_id == audit_id, Answer.question_key == key)
    ).one_or_none()
    if row is None:
        return StaleWrite(told, StoredAnswer(None, "", 0))
    # A colleague's name helps to settle it; the names of staff are no business of a vendor.
    by = row.name if row.role is not None and row.role.is_vendor else ""
    theirs = StoredAnswer(value_of(row.value), row.comment, row.version, row.updated_at, by)
    return StaleWrite(told, theirs, by=by)


def note_progress(ctx: Context, sheet: AuditAnswers) -> None:
    """Keep on the audit how many questions are answered: lists need not open answers."""
    audit = sheet.audit
    found: dict[str, Any] = {
        "answered": sum(s.answered for s in sheet.progress),
        "expected": sum(s.total for s in sheet.progress),
        "state": AuditState.IN_PROGRESS if audit.state is AuditState.OPENED and sheet.versions else audit.state,
    }
    changed = {name: value for name, value in found.items() if getattr(audit, name) != value}
    if not changed:
        return
    # As a row: a flush would cost as much as keeping the answer.
    asked(ctx.session.connection(), _PROGRESS, {**changed, "of_audit": audit.id})
    for name, value in changed.items():
        set_committed_value(audit, name, value)
