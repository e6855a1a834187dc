"""The pieces of a vendor as its space and ours show them: what each is, until when, what rests on it, its versions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from portal.audits.models import AnswerEvidence, Audit
from portal.audits.proof_ages import good_until_for
from portal.audits.proof_doubts import said_of
from portal.audits.proof_rules import kind_name
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.language import N_, Language, say
from portal.core.translation import translate
from portal.evidence.leaving import KEPT_DAYS
from portal.evidence.models import Evidence
from portal.evidence.piece_doubts import doubts_on
from portal.evidence.proposed_details import proposed_details
from portal.evidence.queries import facts_of
from portal.evidence.reading.doubts import Doubt, ProofSetting
from portal.evidence.rules import Standing, StandingKind, standing
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of
from portal.vendors import queries as vendors

RENEW_DAYS = 60
"""Days before its last good day from which a piece is to be renewed: the first reminder."""


@dataclass(frozen=True)
class RestingAnswer:
    """An answer that rests on a piece."""

    audit_id: int
    section: str
    question: str
    text: str
    until: date | None
    """Last day the piece is good for, for this question."""


@dataclass(frozen=True)
class PieceLine:
    """A piece, in its newest version."""

    piece: Evidence
    kind: str
    """Name of its kind; empty when nobody has said."""
    until: date | None
    """Last day it is good for: the earliest that a question in use accepts, else what it says of itself."""
    standing: Standing
    doubts: Sequence[Doubt]
    answers: int
    """Questions whose answers rest on it, or on a version of it."""
    versions: Sequence[Evidence]
    """Those before it, the latest first."""
    is_to_renew: bool
    proposal: Sequence[str] = ()
    """What was read of it, in words, while nobody has described it."""

    @property
    def leaves_on(self) -> date | None:
        """The day after which it is erased, when it was taken off its answers before any sending and serves no more."""
        left_at = self.piece.left_at
        if left_at is None or self.answers or self.piece.sent_at is not None:
            return None
        return legal_date(left_at) + timedelta(days=KEPT_DAYS)

    @property
    def is_expired(self) -> bool:
        """Whether it is no longer good."""
        return self.standing.kind is StandingKind.EXPIRED


@dataclass(frozen=True)
class PiecesPage:
    """The pieces of a vendor by what there is to do about them."""

    to_renew: Sequence[PieceLine]
    to_describe: Sequence[PieceLine]
    good: Sequence[PieceLine]
    set_aside: Sequence[PieceLine]
    past: Sequence[PieceLine]
    """Out of date, and of no audit that still counts: nothing is to be done about them."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever given."""
        return not (self.to_renew or self.to_describe or self.good or self.set_aside or self.past)


def pieces_page(ctx: Context, vendor_id: int, pieces: Sequence[Evidence], language: Language) -> PiecesPage:
    """What the page of a vendor's pieces shows; three statements, whatever their number."""
    lines = piece_lines(ctx, vendor_id, pieces, language)
    aside = [line for line in lines if line.standing.kind is StandingKind.REJECTED]
    left = [line for line in lines if line.standing.kind is not StandingKind.REJECTED]
    renew = sorted((line for line in left if line.is_to_renew), key=lambda line: line.until or date.max)
    past = [line for line in left if line.is_expired and not line.is_to_renew]
    rest = [line for line in left if not line.is_to_renew and not line.is_expired]
    return PiecesPage(
        to_renew=renew,
        to_describe=[line for line in rest if not line.kind and line.piece.sent_at is None],
        good=[line for line in rest if line.kind or line.piece.sent_at is not None],
        set_aside=aside,
        past=past,
    )


def piece_lines(ctx: Context, vendor_id: int, pieces: Sequence[Evidence], language: Language) -> list[PieceLine]:
    """The newest versions, each with those before it."""
    names, services = vendors.names_and_services(ctx, vendor_id)
    resting = _questions_resting(ctx, vendor_id)
    older: dict[int, list[Evidence]] = defaultdict(list)
    for piece in pieces:
        if piece.replaced_by_id is not None:
            older[piece.replaced_by_id].append(piece)
    known = {piece.id for piece in pieces}

    def line(piece: Evidence) -> PieceLine:
        months = piece.max_age_months if piece.in_use else None
        worth = standing(facts_of(piece, months), ctx.today)
        versions = older.get(piece.id, [])
        soon = worth.until is not None and worth.until <= ctx.today + timedelta(days=RENEW_DAYS)
        questions = set().union(*(resting.get(one.id, set()) for one in (piece, *versions)))
        return PieceLine(
            piece=piece,
            kind=kind_name(piece.kind, language),
            until=worth.until,
            standing=worth,
            doubts=doubts_on(said_of(piece, months), piece.reading, ProofSetting(names, services), ctx.today),
            answers=len(questions),
            versions=versions,
            is_to_renew=soon and (piece.in_use or piece.sent_at is None),
            proposal=_proposal_words(piece, language) if not piece.kind else (),
        )

    # An older version whose newest is out of reach (not sent yet) stands for itself.
    return [line(piece) for piece in pieces if piece.replaced_by_id is None or piece.replaced_by_id not in known]


def _proposal_words(piece: Evidence, language: Language) -> list[str]:
    values = proposed_details(piece.reading).values
    words = [kind_name(str(values.get("kind", "")), language), str(values.get("issuer", ""))]
    dated = {"issued_on": N_("daté du %(day)s"), "expires_on": N_("valable jusqu'au %(day)s")}
    for name, told in dated.items():
        if isinstance(day := values.get(name), date):
            words.append(translate(say(told, day=day), language))
    return [word for word in words if word]


def _questions_resting(ctx: Context, vendor_id: int) -> Mapping[int, set[str]]:
    rows = ctx.session.execute(
        select(AnswerEvidence.evidence_id, AnswerEvidence.question_key)
        .join(Audit, Audit.id == AnswerEvidence.audit_id)
        .where(Audit.vendor_id == vendor_id, Audit.state != AuditState.CANCELLED)
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[row.evidence_id].add(row.question_key)
    return found


def resting_answers(ctx: Context, line: PieceLine, language: Language) -> list[RestingAnswer]:
    """The answers that rest on a piece or on a version of it, each in the newest audit that asks it."""
    versions = [line.piece.id, *(piece.id for piece in line.versions)]
    rows = ctx.session.execute(
        select(AnswerEvidence.question_key, Audit.id, QuestionnaireVersion)
        .join(Audit, Audit.id == AnswerEvidence.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(AnswerEvidence.evidence_id.in_(versions), Audit.state != AuditState.CANCELLED)
        .order_by(Audit.id)
    )
    found: dict[str, RestingAnswer] = {}
    for key, audit_id, version in rows:
        questionnaire = questionnaire_of(ctx.session, version)
        question = questionnaire.question(key)
        section = next((part for part in questionnaire.sections if question in part.questions), None)
        if question is not None and section is not None:
            found[key] = RestingAnswer(
                audit_id=audit_id,
                section=section.key,
                question=key,
                text=question.text.read(language),
                until=good_until_for(question, line.piece),
            )
    return list(found.values())
