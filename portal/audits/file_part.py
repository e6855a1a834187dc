"""What audits put in the file for the authority: what a vendor sent until that day, and how it was judged."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit, Review, Submission, value_of
from portal.audits.queries import cancelled_by
from portal.audits.wording import VERDICT_NAMES
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.history import rows_as_of
from portal.core.language import N_, Sentence, say, semicolon
from portal.questionnaires.answer_text import answer_text
from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.numbering import numbers_asked
from portal.web.file_parts import FileCell, FileCopy, FilePart, FileScope, FileTable, PartContent, unknown_before


@dataclass(frozen=True)
class _PastAudit:
    audit: Audit
    title: str
    sent: Sequence[Submission]
    """Oldest first."""
    cancelled_at: datetime | None


def audit_content(ctx: Context, scope: FileScope) -> PartContent:
    """The audits opened by then, the answers last sent to each, the verdicts given on them, the receipts."""
    audits = _audits(ctx, scope)
    past = rows_as_of(ctx.session, Review, scope.before, parents=[one.audit.id for one in audits])
    return PartContent(
        tables=(_table(audits, scope), _answers(ctx, audits, past.rows, scope)),
        copies=tuple(_receipts(audits, scope)),
        gaps=(*unknown_before(past, say("Avis sur les réponses")), *_missing(audits, scope)),
    )


def _audits(ctx: Context, scope: FileScope) -> list[_PastAudit]:
    rows = ctx.session.scalars(
        select(Audit)
        .options(joinedload(Audit.questionnaire_version))
        .where(Audit.vendor_id.in_(scope.vendor_ids), Audit.opened_at < scope.before)
        .order_by(Audit.vendor_id, Audit.id)
    ).all()
    sent: dict[int, list[Submission]] = defaultdict(list)
    for one in ctx.session.scalars(
        select(Submission)
        .options(joinedload(Submission.receipt_file))
        .where(Submission.audit_id.in_([row.id for row in rows]), Submission.at < scope.before)
        .order_by(Submission.audit_id, Submission.round)
    ):
        sent[one.audit_id].append(one)
    cancelled = cancelled_by(ctx, scope.vendor_ids, scope.before)
    return [
        _PastAudit(
            row, questionnaire_of(ctx.session, row.questionnaire_version).title.read(scope.language), sent[row.id],
            cancelled.get(row.id),
        )
        for row in rows
    ]  # fmt: skip


def _accepted(one: _PastAudit, scope: FileScope) -> bool:
    at = one.audit.accepted_at
    return at is not None and at < scope.before


def _acceptance(one: _PastAudit, scope: FileScope) -> FileCell:
    """When it was accepted; of one that was cancelled, that will never be."""
    if _accepted(one, scope):
        return one.audit.accepted_at
    return None if one.cancelled_at is None else ""


def _missing(audits: Iterable[_PastAudit], scope: FileScope) -> Iterator[Sentence]:
    accepted = {one.audit.vendor_id for one in audits if _accepted(one, scope)}
    for number in sorted(scope.vendor_ids - accepted):
        yield say("%(vendor)s : aucun audit accepté à cette date.", vendor=scope.named(number))
    for one in audits:
        if not one.sent and one.cancelled_at is None:
            yield say("%(vendor)s, « %(title)s » : rien n'a été envoyé à cette date.",
                      vendor=scope.named(one.audit.vendor_id), title=one.title)  # fmt: skip


def _table(audits: Iterable[_PastAudit], scope: FileScope) -> FileTable:
    return FileTable(
        name="audits", title=N_("Audits"), as_records=True,
        columns=(N_("Audit n°"), N_("Sous-traitant"), N_("Questionnaire"), N_("Ouvert le"), N_("Dernier envoi"),
                 N_("Envoyé par"), N_("Empreinte de l'envoi"), N_("Accepté le"), N_("Annulé le")),
        rows=tuple(
            (one.audit.id, scope.named(one.audit.vendor_id), one.title, one.audit.opened_at,
             one.sent[-1].at if one.sent else None, one.sent[-1].by_name if one.sent else None,
             one.sent[-1].sha256 if one.sent else None, _acceptance(one, scope), one.cancelled_at or "")
            for one in audits
        ),
    )  # fmt: skip


def _answers(ctx: Context, audits: Iterable[_PastAudit], reviews: Iterable[Review], scope: FileScope) -> FileTable:
    """The answers as last sent; a verdict is shown beside the answer that it was given on, of the same round."""
    judged = {(one.audit_id, one.round, one.question_key): one for one in reviews}
    rows: list[tuple[FileCell, ...]] = []
    for one in audits:
        if one.sent:
            rows += _answered(ctx, one, judged, scope)
    return FileTable(
        name="reponses", title=N_("Réponses et avis"),
        columns=(N_("Audit n°"), N_("N°"), N_("Question"), N_("Réponse"), N_("Avis de ce tour")), rows=tuple(rows),
    )  # fmt: skip


def _answered(
    ctx: Context, one: _PastAudit, judged: Mapping[tuple[int, int, str], Review], scope: FileScope
) -> Iterator[tuple[FileCell, ...]]:
    questionnaire = questionnaire_of(ctx.session, one.audit.questionnaire_version)
    last = one.sent[-1]
    given = last.content["answers"]
    numbers = numbers_asked(questionnaire, given)
    for section in questionnaire.sections:
        for question in section.questions:
            if question.key not in given:
                continue
            raw = given[question.key]
            said = answer_text(question, GivenAnswer(value_of({"v": raw["value"]}), raw["comment"], 0), scope.language)
            lines = [*said.lines, *(" | ".join(row) for row in said.rows), said.comment]
            review = judged.get((one.audit.id, last.round, question.key))
            yield (
                one.audit.id, numbers[question.key], question.text.read(scope.language),
                semicolon(scope.language).join(line for line in lines if line),
                Sentence(VERDICT_NAMES[review.verdict]) if review else None,
            )  # fmt: skip


def _receipts(audits: Iterable[_PastAudit], scope: FileScope) -> Iterator[FileCopy]:
    for one in audits:
        for sending in one.sent:
            if sending.receipt_file is not None:
                yield FileCopy(
                    stored=sending.receipt_file,
                    what=say("Accusé de réception : audit n° %(audit)s, tour %(round)s", audit=one.audit.id,
                             round=sending.round),
                )  # fmt: skip


PARTS = (
    FilePart(
        key="audits", order=50, title=N_("Audits : réponses et avis"), permission=Permission.AUDIT_VIEW,
        find=audit_content,
        actions=frozenset({"audit.opened", "audit.submitted", "audit.accepted", "audit.returned", "audit.cancelled"}),
    ),
)  # fmt: skip
