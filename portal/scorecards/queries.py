"""Reads of scorecards: the items of a sheet for the rules, the latest card, the trend."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.audits import queries as audits
from portal.audits.models import AnswerEvidence, Audit, Review
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.evidence.rules import Facts, Standing, standing
from portal.questionnaires import rules as questions
from portal.questionnaires.rules import NO_ANSWER, NOT_APPLICABLE, Question
from portal.scorecards import rules
from portal.scorecards.models import Scorecard


def scored_items(ctx: Context, audit: Audit, scale: rules.Scale) -> list[rules.Scored]:
    """Every visible scored question of an audit with the standing of its best proof and its latest verdict."""
    sheet = audits.sheet_of(ctx, audit)
    files = audits.files_of(ctx, audit)
    reviews = audits.reviews_of(ctx, audit)
    section_of = {q.key: s.key for s in sheet.questionnaire.sections for q in s.questions}
    return [
        _item(
            question,
            section_of[question.key],
            sheet.answers.get(question.key, NO_ANSWER),
            rules.best_evidence(_standings(ctx, question, files.get(question.key, [])), scale),
            reviews.get(question.key, []),
        )
        for question in questions.visible(sheet.questionnaire, sheet.answers)
        if question.scored
    ]


def _item(
    question: Question,
    section: str,
    answer: questions.GivenAnswer,
    proof: Standing | None,
    reviews: Sequence[Review],
) -> rules.Scored:
    return rules.Scored(
        question_key=question.key,
        section_key=section,
        weight=question.weight,
        critical=question.critical,
        mark=questions.mark(question, answer),
        answered=questions.is_answered(question, answer),
        not_applicable=answer.value == NOT_APPLICABLE,
        justified=bool(answer.comment.strip()),
        evidence_requested=question.evidence is not questions.Evidence.NONE,
        evidence=proof,
        verdict=rules.Verdict(reviews[-1].verdict.value) if reviews else None,
        required=question.required,
    )


def _standings(ctx: Context, question: Question, links: Sequence[AnswerEvidence]) -> list[Standing]:
    return [
        standing(
            Facts(
                link.evidence.issued_on,
                link.evidence.expires_on,
                link.evidence.verdict,
                question.evidence_max_age_months,
            ),
            ctx.today,
        )
        for link in links
    ]


def get_card(ctx: Context, card_id: int) -> Scorecard:
    """One snapshot within reach; raises NotFound."""
    card = ctx.session.scalar(
        select(Scorecard)
        .options(joinedload(Scorecard.vendor), joinedload(Scorecard.audit).joinedload(Audit.questionnaire_version))
        .where(Scorecard.id == card_id, visible(ctx, Permission.SCORECARD_VIEW, Scorecard))
    )
    if card is None:
        raise NotFound(N_("Cette page n'existe pas, ou n'est pas accessible avec votre compte."))
    return card


def cards_of(ctx: Context, vendor_id: int) -> Sequence[Scorecard]:
    """A vendor's snapshots, oldest first."""
    return ctx.session.scalars(
        select(Scorecard)
        .where(Scorecard.vendor_id == vendor_id, visible(ctx, Permission.SCORECARD_VIEW, Scorecard))
        .order_by(Scorecard.taken_at, Scorecard.id)
    ).all()


def latest_cards(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, Scorecard]:
    """The newest snapshot of each vendor, in one statement."""
    newest = (
        select(Scorecard.vendor_id, func.max(Scorecard.id).label("id"))
        .where(Scorecard.vendor_id.in_(vendor_ids))
        .group_by(Scorecard.vendor_id)
        .subquery()
    )
    rows = ctx.session.scalars(
        select(Scorecard)
        .join(newest, newest.c.id == Scorecard.id)
        .where(visible(ctx, Permission.SCORECARD_VIEW, Scorecard))
    )
    return {card.vendor_id: card for card in rows}
