"""What was judged of names, and the laws that are tried."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.models import AppliedLaw, ChainCompany, NameJudgement, NameVerdict
from portal.core.errors import NotFound


def judgements_on(ctx: Context, knot: int) -> Sequence[NameJudgement]:
    """What was judged of the names of a company, undone or not, the latest first."""
    names = select(ChainCompany.id).where(ChainCompany.knot == knot)
    wanted = select(NameJudgement).options(joinedload(NameJudgement.one), joinedload(NameJudgement.other))
    return ctx.session.scalars(
        wanted.where(or_(NameJudgement.one_id.in_(names), NameJudgement.other_id.in_(names))).order_by(
            NameJudgement.id.desc()
        )
    ).all()


def live_pairs(ctx: Context, names: Collection[int]) -> list[tuple[int, int]]:
    """The pairs among these names that are judged one company today."""
    same = select(NameJudgement.one_id, NameJudgement.other_id).where(
        NameJudgement.verdict == NameVerdict.SAME, NameJudgement.undone_at.is_(None), NameJudgement.one_id.in_(names)
    )
    return [(one, other) for one, other in ctx.session.execute(same)]


def applied_laws(ctx: Context) -> Sequence[AppliedLaw]:
    """The law files tried at the moment, in the order in which they were."""
    authorize(ctx, Permission.CHAIN_VIEW)
    return ctx.session.scalars(select(AppliedLaw).order_by(AppliedLaw.id)).all()


def get_judgement(ctx: Context, number: int) -> NameJudgement:
    """A judgement with both names; raises NotFound."""
    authorize(ctx, Permission.CHAIN_WRITE)
    found = ctx.session.scalar(
        select(NameJudgement)
        .options(joinedload(NameJudgement.one), joinedload(NameJudgement.other))
        .where(NameJudgement.id == number)
    )
    if found is None:
        raise NotFound()
    return found


def get_law(ctx: Context, number: int) -> AppliedLaw:
    """A law file that is tried; raises NotFound."""
    authorize(ctx, Permission.CHAIN_WRITE)
    found = ctx.session.get(AppliedLaw, number)
    if found is None:
        raise NotFound()
    return found
