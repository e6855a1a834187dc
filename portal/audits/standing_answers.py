"""What stands for a vendor: its last accepted answers, the proofs they rest on, and what each asks today."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload

from portal.audits.models import AnswerEvidence, StandingAnswer, value_of
from portal.audits.rules import AskedAgain, HeldAnswer, HeldProof, asked_again
from portal.authz.context import Context
from portal.evidence.models import Evidence
from portal.evidence.queries import facts_of
from portal.evidence.rules import LIVING, standing
from portal.findings.models import Finding
from portal.findings.rules import LIVE
from portal.questionnaires.definition import Question, Questionnaire

_HELD = (
    select(
        StandingAnswer.question_key, StandingAnswer.value, StandingAnswer.comment, StandingAnswer.file_count,
        StandingAnswer.contested, Finding.id.label("finding"), StandingAnswer.said_at, StandingAnswer.said_by,
        StandingAnswer.audit_id,
    )
    .outerjoin(
        Finding,
        and_(
            Finding.vendor_id == StandingAnswer.vendor_id,
            Finding.subject == StandingAnswer.question_key,
            Finding.state.in_(LIVE),
        ),
    )
    .where(StandingAnswer.vendor_id == bindparam("vendor_id"))
)  # fmt: skip


def held_answers(ctx: Context, vendor_id: int) -> dict[str, HeldAnswer]:
    """The answers that stand for a vendor, by question key; the caller has opened an audit of this vendor."""
    return {
        row.question_key: HeldAnswer(
            value=value_of(row.value),
            comment=row.comment,
            files=row.file_count,
            contested=row.contested,
            under_finding=row.finding is not None,
            said_at=row.said_at,
            said_by=row.said_by,
            audit_id=row.audit_id,
        )
        for row in ctx.session.execute(_HELD, {"vendor_id": vendor_id})
    }


def with_standing_answers(ctx: Context, vendor_ids: Sequence[int]) -> frozenset[int]:
    """Those of some vendors for whom an answer stands."""
    found = select(StandingAnswer.vendor_id).where(StandingAnswer.vendor_id.in_(vendor_ids)).distinct()
    return frozenset(ctx.session.scalars(found))


def held_proofs(
    ctx: Context, vendor_id: int, keys: Collection[str] | None = None
) -> Mapping[str, Sequence[AnswerEvidence]]:
    """The proofs that standing answers of a vendor rest on, by question, the latest last; of some questions or all."""
    statement = (
        select(AnswerEvidence)
        .join(
            StandingAnswer,
            and_(
                StandingAnswer.audit_id == AnswerEvidence.audit_id,
                StandingAnswer.question_key == AnswerEvidence.question_key,
            ),
        )
        .options(joinedload(AnswerEvidence.evidence).joinedload(Evidence.stored_file))
        .where(StandingAnswer.vendor_id == vendor_id)
        .order_by(AnswerEvidence.id)
    )
    if keys is not None:
        statement = statement.where(AnswerEvidence.question_key.in_(sorted(keys)))
    found: dict[str, list[AnswerEvidence]] = defaultdict(list)
    for link in ctx.session.scalars(statement):
        found[link.question_key].append(link)
    return found


def good_proofs(question: Question, links: Sequence[AnswerEvidence], today: date) -> list[AnswerEvidence]:
    """Those that still prove something for this question on this day."""
    return [
        link
        for link in links
        if standing(facts_of(link.evidence, question.evidence_max_age_months), today).kind in LIVING
    ]


def asked_of(
    questionnaire: Questionnaire,
    held: Mapping[str, HeldAnswer],
    proofs: Mapping[str, Sequence[AnswerEvidence]],
    proposed: Collection[str],
    today: date,
) -> dict[str, AskedAgain]:
    """What each proposed answer asks, by question; those that ask nothing are not there."""
    found = {}
    for question in questionnaire.questions:
        if question.key not in proposed:
            continue
        worth = [
            HeldProof(
                link.evidence.kind,
                standing(facts_of(link.evidence, question.evidence_max_age_months), today).kind,
            )
            for link in proofs.get(question.key, ())
        ]
        asked = asked_again(question, held[question.key], worth)
        if asked is not None:
            found[question.key] = asked
    return found
