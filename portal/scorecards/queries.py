"""Reads of scorecards: the items of a sheet for the rules, a card, the trend, and proofs that have run out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Result, exists, func, select
from sqlalchemy.orm import joinedload, undefer

from portal.audits import queries as audits
from portal.audits import submitted_audit
from portal.audits.evidence_ages import age_limits
from portal.audits.models import AnswerEvidence, Audit, Review, Submission
from portal.audits.queries import AuditAnswers
from portal.audits.rules import AuditState
from portal.audits.submitted_audit import SubmittedAudit
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts import library
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import Sentence, say
from portal.evidence.models import Evidence
from portal.evidence.queries import FACTS, facts_of, last_day
from portal.evidence.rules import EvidenceVerdict, Standing, standing
from portal.questionnaires.definition import NOT_APPLICABLE, EvidenceDemand, GivenAnswer, Question, Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.completing import declared_mark, evidence_expected, is_answered
from portal.samples import queries as samples
from portal.samples.queries import ProvenFault
from portal.scorecards import rules, scale_file
from portal.scorecards.models import Scorecard
from portal.scorecards.scale_file import read_scale
from portal.vendors.models import Vendor

LOOK_BACK = timedelta(days=30)
"""How far back proofs that have run out are looked for: a portal that was down for a month misses none."""
MOST_MEASURES = 200


def scored_questions(ctx: Context, submitted: SubmittedAudit, scale: rules.Scale) -> list[rules.ScoredQuestion]:
    """Every scored question of an audit as last sent, with its best proof and the verdict that holds."""
    proofs = submitted_audit.proofs(ctx, submitted)
    section_of = {q.key: s.key for s in submitted.questionnaire.sections for q in s.questions}
    files = submitted.sent.files if submitted.sent else {}
    measured = _measured(ctx, submitted.questionnaire, submitted.audit.vendor_id, scale)
    return [
        _item(
            question,
            section_of[question.key],
            submitted.answer(question.key),
            rules.best_evidence(
                _standings(ctx, question, [proofs[n] for n in files.get(question.key, ()) if n in proofs], scale), scale
            ),
            submitted.verdicts.get(question.key),
            measured.get(question.key),
        )
        for question in submitted.asked
        if question.scored
    ]


def _item(
    question: Question,
    section: str,
    answer: GivenAnswer,
    proof: Standing | None,
    review: Review | None,
    measured: Sentence | None,
) -> rules.ScoredQuestion:
    return rules.ScoredQuestion(
        question_key=question.key,
        section_key=section,
        weight=question.weight,
        critical=question.critical,
        mark=declared_mark(question, answer),
        answered=is_answered(question, answer),
        not_applicable=answer.value == NOT_APPLICABLE,
        justified=bool(answer.comment.strip()),
        evidence_requested=_is_proof_awaited(question, answer),
        evidence=proof,
        verdict=rules.AnswerVerdict(review.verdict.value) if review is not None else None,
        required=question.required,
        measured=measured,
    )


def spared_in(
    ctx: Context, sheet: AuditAnswers, files: Mapping[str, Sequence[AnswerEvidence]] | None = None
) -> frozenset[str]:
    """The questions of an audit being answered that need not be: no answer changes its grade or a critical finding.

    As answers and proofs stand now. In a later round, those left out when it was last sent, unless they were sent back.
    None while answers are only proposed: nobody has said yet what they are. `files` are the proofs attached, when they
    are at hand. A few statements; none once it was sent.
    """
    if not sheet.audit.state.is_with_vendor or sheet.proposed:
        return frozenset()
    if sheet.round.number > 1:
        return frozenset(key for key in sheet.round.optional if key not in sheet.answers)
    return rules.spared_questions(sheet.questionnaire, sheet.answers, _answered_items(ctx, sheet, files), _scale())


def _scale() -> rules.Scale:
    return scale_file.read_scale(process.settings().questionnaires_dir).scale


def _answered_items(
    ctx: Context, sheet: AuditAnswers, given: Mapping[str, Sequence[AnswerEvidence]] | None
) -> list[rules.ScoredQuestion]:
    """The scored answers given so far, as a snapshot would take them if they were sent now."""
    scale, files = _scale(), audits.files_of(ctx, sheet.audit) if given is None else given
    measured = _measured(ctx, sheet.questionnaire, sheet.audit.vendor_id, scale)
    found = []
    for question in sheet.questionnaire.questions:
        answer = sheet.answers.get(question.key)
        if answer is None or not question.scored or question.key not in sheet.shown:
            continue
        if is_answered(question, answer):
            attached = [link.evidence for link in files.get(question.key, ())]
            proof = rules.best_evidence(_standings(ctx, question, attached, scale), scale)
            found.append(_item(question, "", answer, proof, None, measured.get(question.key)))
    return found


def _measured(ctx: Context, questionnaire: Questionnaire, vendor_id: int, scale: rules.Scale) -> dict[str, Sentence]:
    """By question: what samples surely show against it, beyond what the scale tolerates, and none since has cleared.

    The requirement that a fault breaks names the question that asks for its proof (`clause_library/exigences`).
    """
    table = library.cached(process.settings().clauses_dir).table.get(questionnaire.key)
    if table is None:
        return {}
    asked = {requirement.key: requirement.evidence for requirement in table.requirements}
    found: dict[str, Sentence] = {}
    for fault in samples.proven_faults(ctx, vendor_id, beyond=scale.tolerated):
        question = asked.get(f"R{fault.item:02}")
        if question is not None:
            found.setdefault(question, _sentence(fault))
    return found


def older_faults(ctx: Context, vendor_id: int) -> list[ProvenFault]:
    """The faults that still lower the level of a vendor, and that its newest samples do not show."""
    scale = read_scale(process.settings().questionnaires_dir).scale
    return [one for one in samples.proven_faults(ctx, vendor_id, beyond=scale.tolerated) if not one.is_newest]


def _sentence(fault: ProvenFault) -> Sentence:
    if fault.is_newest:
        return say(
            "Mesuré sur dossiers, « %(fault)s » : %(failures)s sur %(trials)s. La question compte zéro.",
            fault=Sentence(fault.label), failures=fault.failures, trials=fault.trials,
        )  # fmt: skip
    return say(
        "Mesuré sur dossiers jusqu'au %(day)s, « %(fault)s » : %(failures)s sur %(trials)s ; ce qui a été mesuré "
        "depuis ne suffit pas à dire la faute réparée. La question compte zéro.",
        day=fault.until, fault=Sentence(fault.label), failures=fault.failures, trials=fault.trials,
    )  # fmt: skip


def _is_proof_awaited(question: Question, answer: GivenAnswer) -> bool:
    """Whether a proof counts here: a question may ask for one only beside some answers."""
    if question.evidence is EvidenceDemand.NONE:
        return False
    return not is_answered(question, answer) or evidence_expected(question, answer)


def _standings(
    ctx: Context, question: Question, proofs: Sequence[Evidence], scale: rules.Scale
) -> Iterator[Standing]:  # fmt: skip
    # Beside a piece, its newest version: a certificate given anew in time keeps what was verified until the other ends.
    # The newest version of one set aside counts once somebody of ours has read it.
    newer = [
        proof.current
        for proof in proofs
        if proof.verdict is not EvidenceVerdict.REJECTED or proof.current.verdict is EvidenceVerdict.VERIFIED
    ]
    for proof in {one.id: one for one in (*proofs, *newer)}.values():
        yield standing(facts_of(proof, question.evidence_max_age_months), ctx.today, scale.decay)


def get_card(ctx: Context, card_id: int) -> Scorecard:
    """One snapshot within reach, with its derivation, vendor and frozen questionnaire; raises NotFound."""
    card = ctx.session.scalar(
        select(Scorecard)
        .options(
            undefer(Scorecard.detail),
            joinedload(Scorecard.vendor),
            joinedload(Scorecard.audit).joinedload(Audit.questionnaire_version),
            joinedload(Scorecard.audit).joinedload(Audit.vendor),
        )
        .where(Scorecard.id == card_id, visible(ctx, Permission.SCORECARD_VIEW, Scorecard))
    )
    if card is None:
        raise NotFound()
    return card


@dataclass(frozen=True)
class ScorecardRow:
    """A snapshot without its derivation: what lists and trends need."""

    id: int
    audit_id: int
    questionnaire: str
    """Key of the questionnaire: only measures of the same one make a trend."""
    title: Mapping[str, str]
    """Of the questionnaire, by language."""
    taken_at: datetime
    reason: str
    basis_points: int
    coverage_points: int
    grade: str


def scorecard_rows(
    ctx: Context, vendor_id: int, *, of: str | None = None, at_most: int = MOST_MEASURES
) -> list[ScorecardRow]:
    """A vendor's latest snapshots, of one questionnaire when its key is given, oldest first, in one statement."""
    wanted = () if of is None else (QuestionnaireVersion.key == of,)
    rows = ctx.session.execute(
        select(
            Scorecard.id, Scorecard.audit_id, QuestionnaireVersion.key.label("questionnaire"),
            QuestionnaireVersion.title, Scorecard.taken_at,
            Scorecard.reason, Scorecard.basis_points, Scorecard.coverage_points, Scorecard.grade,
        )
        .join(Audit, Audit.id == Scorecard.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(Scorecard.vendor_id == vendor_id, visible(ctx, Permission.SCORECARD_VIEW, Scorecard), *wanted)
        .order_by(Scorecard.id.desc())
        .limit(at_most)
    ).all()  # fmt: skip
    return [ScorecardRow(**row._mapping) for row in reversed(rows)]


def get_vendor(ctx: Context, vendor_id: int) -> Vendor:
    """A vendor whose scores are within reach; raises NotFound."""
    vendor = ctx.session.scalar(
        select(Vendor).where(Vendor.id == vendor_id, visible(ctx, Permission.SCORECARD_VIEW, Vendor))
    )
    if vendor is None:
        raise NotFound()
    return vendor


def latest_cards(ctx: Context) -> Sequence[tuple[Scorecard, Vendor]]:
    """The snapshot that every vendor within reach is known by, by name, without derivations: for a command."""
    rows = ctx.session.execute(
        select(Scorecard, Vendor)
        .join(Vendor, Vendor.card_id == Scorecard.id)
        .where(visible(ctx, Permission.SCORECARD_VIEW, Scorecard))
        .order_by(Vendor.folded_name, Vendor.id)
    )
    return [(row.Scorecard, row.Vendor) for row in rows]


def level_card(ctx: Context, vendor_id: int) -> Scorecard | None:
    """The snapshot a vendor is known by: of the newest one of each audit that counts today, the one that shows least.

    One in which nothing could be graded shows nothing, and is passed over; None when there is no other.
    """
    counting = [audit.id for audit in current_audits(ctx, vendor_id)]
    newest = select(func.max(Scorecard.id)).where(Scorecard.audit_id.in_(counting)).group_by(Scorecard.audit_id)
    return ctx.session.scalar(
        select(Scorecard)
        .where(Scorecard.id.in_(newest), Scorecard.grade != "")
        .order_by(Scorecard.basis_points, Scorecard.id.desc())
        .limit(1)
    )


def last_card_of(ctx: Context, audit: Audit) -> Scorecard | None:
    """The newest snapshot of an audit, with its derivation."""
    return ctx.session.scalar(
        select(Scorecard)
        .options(undefer(Scorecard.detail))
        .where(Scorecard.audit_id == audit.id)
        .order_by(Scorecard.id.desc())
        .limit(1)
    )


def current_audits(ctx: Context, vendor_id: int) -> list[Audit]:
    """The audits that count for a vendor today: of each questionnaire, the newest one it has sent answers to.

    One that was accepted counts until another is accepted: what is only declared since may lower a level, never raise
    it. A composed one asks several questionnaires: an audit counts no more once later ones have asked all it asked.
    """
    sent = exists().where(Submission.audit_id == Audit.id)
    rows = ctx.session.scalars(
        select(Audit)
        .join(Audit.questionnaire_version)
        .options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
        .where(Audit.vendor_id == vendor_id, Audit.state != AuditState.CANCELLED, sent)
        .order_by(Audit.id)
    )
    found: list[Audit] = []
    asked: set[str] = set()
    reviewed: set[str] = set()
    for audit in reversed(rows.all()):
        is_accepted, packs = audit.state is AuditState.ACCEPTED, audit.questionnaire_version.packs
        if not (reviewed if is_accepted else asked).issuperset(packs):
            found.insert(0, audit)
        asked.update(packs)
        if is_accepted:
            reviewed.update(packs)
    return found


def audits_with_evidence(ctx: Context, evidence_id: int) -> Sequence[int]:
    """The audits that a proof was given in: a certificate serves more than once."""
    links = select(AnswerEvidence.audit_id).where(AnswerEvidence.evidence_id == evidence_id)
    return ctx.session.scalars(links.distinct()).all()


@dataclass(frozen=True)
class ExpiredProof:
    """A proof of an accepted audit that no longer counts, and the last day it did."""

    audit_id: int
    until: date


def expired_proofs(ctx: Context) -> set[ExpiredProof]:
    """Proofs of accepted audits that ended within `LOOK_BACK`; two statements, and one per text not yet read."""
    limits = age_limits(ctx)
    since, until = ctx.today - LOOK_BACK, ctx.today - timedelta(days=1)
    rows: Result[Any] = ctx.session.execute(
        select(AnswerEvidence.audit_id, AnswerEvidence.question_key, Audit.questionnaire_version_id, *FACTS)
        .join(Evidence, Evidence.id == AnswerEvidence.evidence_id)
        .join(Audit, Audit.id == AnswerEvidence.audit_id)
        .where(Audit.state == AuditState.ACCEPTED)
    )
    found = set()
    for row in rows:
        months = limits[row.questionnaire_version_id].get(row.question_key)
        end = last_day(row, months)
        if end is not None and since <= end <= until:
            found.add(ExpiredProof(row.audit_id, end))
    return found
