"""Several names, one company: said by a person, with a reason, and taken back without a trace in the graph."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import or_, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.models import ChainCompany, NameJudgement, NameVerdict
from portal.chain.rules.graph import knots
from portal.chain.services.importing import enter_companies
from portal.core.errors import Refused
from portal.core.language import say
from portal.core.row_lock import hold_row, hold_turn
from portal.journal import services as journal
from portal.vendors.models import Vendor

SHORTEST_REASON = 5
LONGEST_REASON = 2000
_KNOTS = 0x4B4E_4F54  # « KNOT »: any constant, the same in every process


def judge_names(
    ctx: Context, one: ChainCompany, other: ChainCompany, verdict: NameVerdict, reason: str
) -> NameJudgement:
    """Note that two names are one company, or are not; raises Refused without a reason, or when it is said already."""
    authorize(ctx, Permission.CHAIN_WRITE)
    if one.id == other.id:
        raise Refused(say("C'est le même nom : choisissez-en un autre."))
    told = _reason(reason)
    lower, upper = sorted((one, other), key=lambda company: company.id)
    _hold_knots(ctx, lower, upper)
    if verdict is NameVerdict.SAME and lower.knot == upper.knot:
        raise Refused(say("Ces deux noms sont déjà ceux d'une même société."))
    if _standing(ctx, lower.id, upper.id):
        raise Refused(say("Un jugement sur ces deux noms tient déjà : annulez-le d'abord."))
    row = NameJudgement(
        one=lower, other=upper, verdict=verdict, reason=told, decided_at=ctx.now, decided_by=ctx.actor.name
    )
    ctx.session.add(row)
    ctx.session.flush()
    if verdict is NameVerdict.SAME:
        _keep_knots(ctx, {lower.knot, upper.knot})
    journal.record(
        ctx, f"chain.names_{verdict.value}", row, vendor_id=lower.vendor_id or upper.vendor_id, after={"reason": told}
    )
    return row


def undo_judgement(ctx: Context, row: NameJudgement, reason: str) -> None:
    """Take a judgement back: names are again what the other judgements make of them. Raises Refused when it is done."""
    authorize(ctx, Permission.CHAIN_WRITE)
    _hold_knots(ctx, row.one, row.other)
    hold_row(ctx.session, row)
    if row.undone_at is not None:
        raise Refused(say("Ce jugement est déjà annulé."))
    told = _reason(reason)
    row.undone_at, row.undone_by, row.undone_reason = ctx.now, ctx.actor.name, told
    ctx.session.flush()
    if row.verdict is NameVerdict.SAME:
        _keep_knots(ctx, {row.one.knot})
    journal.record(
        ctx, "chain.judgement_undone", row, vendor_id=row.one.vendor_id or row.other.vendor_id, after={"reason": told}
    )


def company_of_vendor(ctx: Context, vendor: Vendor) -> ChainCompany:
    """A company that stands for a vendor: one that does, else a new one under its name."""
    authorize(ctx, Permission.CHAIN_WRITE)
    behind = ctx.session.scalars(
        select(ChainCompany).where(ChainCompany.vendor_id == vendor.id).order_by(ChainCompany.id)
    ).first()
    if behind is not None:
        return behind
    free = ctx.session.scalar(
        select(ChainCompany).where(ChainCompany.name == vendor.name, ChainCompany.vendor_id.is_(None))
    )
    number = free.id if free is not None else _entered(ctx, vendor)
    company = ctx.session.get_one(ChainCompany, number, populate_existing=True)
    company.vendor_id = vendor.id
    ctx.session.flush()
    journal.record(ctx, "chain.vendor_entered", company, vendor_id=vendor.id)
    return company


def _entered(ctx: Context, vendor: Vendor) -> int:
    """A new company for a vendor; when a company of another vendor has this very name, its key makes the difference."""
    taken = ctx.session.scalar(select(ChainCompany.id).where(ChainCompany.name == vendor.name)) is not None
    name = f"{vendor.name} ({vendor.key})" if taken else vendor.name
    countries = {name: vendor.country} if vendor.country else {}
    return enter_companies(ctx, [name], countries=countries)[name]


def _hold_knots(ctx: Context, *companies: ChainCompany) -> None:
    """One judgement at a time: what stands for a name depends on every other judgement of its company."""
    hold_turn(ctx.session, _KNOTS)
    for company in companies:
        ctx.session.refresh(company, ["knot"])


def _standing(ctx: Context, one: int, other: int) -> bool:
    return (
        ctx.session.scalar(
            select(NameJudgement.id).where(
                NameJudgement.one_id == one, NameJudgement.other_id == other, NameJudgement.undone_at.is_(None)
            )
        )
        is not None
    )


def _keep_knots(ctx: Context, touched: Collection[int]) -> None:
    """Say again, for every name of these companies, which one stands for it."""
    names = list(ctx.session.scalars(select(ChainCompany.id).where(ChainCompany.knot.in_(touched))))
    among = or_(NameJudgement.one_id.in_(names), NameJudgement.other_id.in_(names))
    same = ctx.session.execute(
        select(NameJudgement.one_id, NameJudgement.other_id).where(
            among, NameJudgement.verdict == NameVerdict.SAME, NameJudgement.undone_at.is_(None)
        )
    )
    found: dict[int, list[int]] = defaultdict(list)
    for name, knot in knots(names, [(one, other) for one, other in same]).items():
        found[knot].append(name)
    for knot, its_names in found.items():
        ctx.session.execute(update(ChainCompany).where(ChainCompany.id.in_(its_names)).values(knot=knot))


def _reason(text: str) -> str:
    told = " ".join(text.split())
    if len(told) < SHORTEST_REASON:
        raise Refused(
            say("Dites en quelques mots ce qui le montre : un site, un numéro, un extrait d'immatriculation.")
        )
    if len(told) > LONGEST_REASON:
        raise Refused(say("Le motif dépasse %(most)s caractères.", most=LONGEST_REASON))
    return told
