"""Use cases of the vendor's side of an audit: opened, answered with proofs, submitted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from portal.audits import queries
from portal.audits.events import AuditSubmitted
from portal.audits.models import Answer, AnswerEvidence, Audit, Submission
from portal.audits.queries import Sheet
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, Language
from portal.evidence.models import Evidence
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.questionnaires import rules as questions
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules import GivenAnswer, Missing, Questionnaire, Value
from portal.questionnaires.rules.freezing import canonical
from portal.vendors.models import Vendor


class Conflict(Refused):
    """Someone else has changed this answer meanwhile; both texts are kept apart for the person to choose."""

    def __init__(self, theirs: Answer | None) -> None:
        super().__init__(N_("Quelqu'un d'autre a modifié cette réponse entre-temps. Les deux textes sont affichés."))
        self.theirs = theirs


class Incomplete(Refused):
    """Something is missing before submission; `missing` says what and where."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(N_("Il manque encore des éléments avant l'envoi."))
        self.missing = missing


@dataclass(frozen=True)
class Saved:
    """What a page needs after an answer is kept."""

    version: int
    value: Value
    comment: str
    answered: int
    expected: int
    shown: frozenset[str]
    """Questions visible after this answer."""


def open_audit(ctx: Context, vendor: Vendor, version: QuestionnaireVersion, *, due_on: date) -> Audit:
    """Ask one vendor to answer a frozen questionnaire."""
    authorize(ctx, Permission.AUDIT_OPEN, vendor)
    if due_on < ctx.today:
        raise Refused(N_("L'échéance est déjà passée : choisissez une date à venir."))
    audit_id = open_many(ctx, [vendor.id], version, due_on=due_on)[0]
    audit = ctx.session.get_one(Audit, audit_id)
    journal.record(
        ctx, "audit.opened", audit, after={"questionnaire": version.sha256, "due_on": due_on}, vendor_id=vendor.id
    )
    return audit


def open_many(ctx: Context, vendor_ids: Sequence[int], version: QuestionnaireVersion, *, due_on: date) -> list[int]:
    """Open one audit per vendor with one statement per thousand; answers come when given.

    The caller (a wave) has authorised and journals the whole.
    """
    row = {
        "questionnaire_version_id": version.id,
        "state": AuditState.OPENED,
        "round": 1,
        "opened_at": ctx.now,
        "opened_by_id": ctx.actor.id,
        "due_on": due_on,
        "returned_questions": [],
        "answered": 0,
        "expected": 0,
    }
    ids: list[int] = []
    for start in range(0, len(vendor_ids), 1000):
        rows = [{**row, "vendor_id": vendor_id} for vendor_id in vendor_ids[start : start + 1000]]
        ids += ctx.session.scalars(insert(Audit).returning(Audit.id, sort_by_parameter_order=True), rows).all()
    return ids


def save_answer(ctx: Context, audit: Audit, key: str, *, posted: object, comment: str, base: int) -> Saved:
    """Keep one answer; `base` is the version the person saw, 0 for none.

    Raises Refused (not open, value not acceptable) and Conflict (someone was faster; nothing is overwritten).
    """
    authorize(ctx, Permission.AUDIT_ANSWER, audit)
    sheet = queries.sheet_of(ctx, audit)
    question = _open_question(sheet, key)
    try:
        value = questions.normalise(question, posted)
        words = questions.comment(comment)
    except questions.Unacceptable as refusal:
        raise Refused(refusal.sentence) from refusal
    old = sheet.answers.get(key, questions.NO_ANSWER)
    version = _write(ctx, audit, key, value, words, base=base, stored=sheet.versions.get(key, 0))
    after = {**sheet.answers, key: GivenAnswer(value, words, old.files)}
    progress = _note_progress(ctx, audit, sheet.questionnaire, after)
    journal.record(
        ctx,
        "answer.saved",
        audit,
        before={
            "question": key,
            "value": old.value,
            "comment": old.comment,
        },
        after={"question": key, "value": value, "comment": words},
    )
    shown = frozenset(q.key for q in questions.visible(sheet.questionnaire, after))
    return Saved(version, value, words, *progress, shown)


def _open_question(sheet: Sheet, key: str) -> questions.Question:
    if not sheet.audit.state.is_with_vendor:
        raise Refused(N_("Ce questionnaire a été envoyé : les réponses ne changent plus."))
    found = {q.key: q for s in sheet.questionnaire.sections for q in s.questions}.get(key)
    if found is None:
        raise NotFound(queries.GONE)
    if key not in sheet.open_keys:
        raise Refused(N_("Cette question n'est pas ouverte à la modification."))
    return found


def _write(ctx: Context, audit: Audit, key: str, value: Value, comment: str, *, base: int, stored: int) -> int:
    facts: dict[str, Any] = {
        "value": {"v": list(value) if isinstance(value, tuple) else value},
        "comment": comment,
        "updated_at": ctx.now,
        "updated_by_id": ctx.actor.id,
    }
    if stored == 0 and base == 0:
        try:
            with ctx.session.begin_nested():
                ctx.session.execute(insert(Answer).values(audit_id=audit.id, question_key=key, version=1, **facts))
        except IntegrityError:
            raise Conflict(_stored(ctx, audit, key)) from None
        return 1
    changed = ctx.session.execute(
        update(Answer)
        .where(Answer.audit_id == audit.id, Answer.question_key == key, Answer.version == base)
        .values(version=Answer.version + 1, **facts)
        .returning(Answer.version)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if changed is None:
        raise Conflict(_stored(ctx, audit, key))
    return changed


def _stored(ctx: Context, audit: Audit, key: str) -> Answer | None:
    return ctx.session.query(Answer).filter_by(audit_id=audit.id, question_key=key).populate_existing().one_or_none()


def _note_progress(ctx: Context, audit: Audit, questionnaire: Questionnaire, answers: Any) -> tuple[int, int]:
    sections = questions.progress(questionnaire, answers)
    audit.answered, audit.expected = sum(s.answered for s in sections), sum(s.total for s in sections)
    if audit.state is AuditState.OPENED:
        audit.state = AuditState.IN_PROGRESS
    return audit.answered, audit.expected


def attach(ctx: Context, audit: Audit, key: str, evidence: Evidence) -> AnswerEvidence:
    """Attach a proof of the same vendor to an open question."""
    authorize(ctx, Permission.AUDIT_ANSWER, audit)
    if evidence.vendor_id != audit.vendor_id:
        raise NotFound(queries.GONE)
    sheet = queries.sheet_of(ctx, audit)
    question = _open_question(sheet, key)
    if question.kind is not questions.Kind.FILE and question.evidence is questions.Evidence.NONE:
        raise Refused(N_("Cette question ne demande pas de fichier."))
    found = ctx.session.query(AnswerEvidence).filter_by(
        audit_id=audit.id, question_key=key, evidence_id=evidence.id
    ).one_or_none()  # fmt: skip
    if found is not None:
        return found
    if key not in sheet.versions:
        _write(ctx, audit, key, None, "", base=0, stored=0)
    link = AnswerEvidence(
        audit_id=audit.id, question_key=key, evidence_id=evidence.id, round=audit.round, attached_at=ctx.now
    )
    ctx.session.add(link)
    ctx.session.flush()
    _refresh_progress(ctx, audit)
    journal.record(ctx, "answer.file_attached", audit, after={"question": key, "evidence": evidence.id})
    return link


def detach(ctx: Context, audit: Audit, link: AnswerEvidence) -> None:
    """Take a proof off an answer, only in the round in which it came; the file itself stays."""
    authorize(ctx, Permission.AUDIT_ANSWER, audit)
    if link.audit_id != audit.id:
        raise NotFound(queries.GONE)
    _open_question(queries.sheet_of(ctx, audit), link.question_key)
    if link.round != audit.round:
        raise Refused(N_("Ce fichier a été envoyé dans un tour précédent : il reste au dossier."))
    journal.record(
        ctx, "answer.file_detached", audit, before={"question": link.question_key, "evidence": link.evidence_id}
    )
    ctx.session.delete(link)
    ctx.session.flush()
    _refresh_progress(ctx, audit)


def _refresh_progress(ctx: Context, audit: Audit) -> None:
    sheet = queries.sheet_of(ctx, audit)
    _note_progress(ctx, audit, sheet.questionnaire, sheet.answers)


def submit(ctx: Context, audit: Audit, *, language: Language) -> Submission:
    """Send the answers: frozen with the hashes of their files; raises Incomplete with all that is missing."""
    authorize(ctx, Permission.AUDIT_SUBMIT, audit)
    if not audit.state.is_with_vendor:
        raise Refused(N_("Ce questionnaire a déjà été envoyé."))
    sheet = queries.sheet_of(ctx, audit)
    missing = questions.missing(sheet.questionnaire, sheet.answers)
    if missing:
        raise Incomplete(missing)
    content = _frozen(ctx, sheet)
    submission = Submission(
        audit_id=audit.id,
        round=audit.round,
        at=ctx.now,
        by_id=ctx.actor.id,
        by_name=ctx.actor.name,
        language=language,
        content=content,
        sha256=sha256(canonical(content)).hexdigest(),
    )
    ctx.session.add(submission)
    audit.state, audit.submitted_at = AuditState.SUBMITTED, ctx.now
    ctx.session.flush()
    journal.record(ctx, "audit.submitted", audit, after={"round": audit.round, "sha256": submission.sha256})
    publish(ctx, AuditSubmitted(audit.id, audit.round), key=f"{audit.id}:{audit.round}")
    return submission


def _frozen(ctx: Context, sheet: Sheet) -> dict[str, Any]:
    shown = {q.key for q in questions.visible(sheet.questionnaire, sheet.answers)}
    files = queries.files_of(ctx, sheet.audit)
    return {
        "answers": {
            key: {"value": list(a.value) if isinstance(a.value, tuple) else a.value, "comment": a.comment}
            for key, a in sorted(sheet.answers.items())
            if key in shown
        },
        "files": list(_file_facts(files, shown)),
    }


def _file_facts(files: dict[str, list[AnswerEvidence]], shown: Iterable[str]) -> Iterable[dict[str, Any]]:
    for key in sorted(set(files) & set(shown)):
        for link in files[key]:
            stored = link.evidence.stored_file
            yield {
                "question": key,
                "evidence": link.evidence_id,
                "name": stored.filename,
                "sha256": stored.sha256,
                "size": stored.size,
            }
