"""What was accepted, carried into the chain as from its day: links begin and end, nothing of the past is rewritten."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select

from portal.authz.context import Context
from portal.chain.models import ChainCompany, ChainLink, ChainTransfer, LinkSource
from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.chain.services import TransferSheet, company_of_vendor, enter_companies, frame_transfer
from portal.changes.held_companies import held_companies
from portal.changes.models import AnnouncedChange, ChangeMove
from portal.changes.rules.difference import HeldCompany, find_company
from portal.changes.rules.life import MoveKind
from portal.journal import services as journal
from portal.vendors.models import SubProcessor
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import in_eea
from portal.vendors.rules.naming import fold, tidy


def apply_to_chain(ctx: Context, change: AnnouncedChange, moves: Sequence[ChangeMove]) -> None:
    """Carry each line into the chain, from its day or from today when that is past or was not said."""
    vendor_company = company_of_vendor(ctx, change.vendor)
    held = held_companies(ctx, change.vendor_id)
    begun = ended = 0
    for move in moves:
        day = max(move.starts_on or ctx.today, ctx.today)
        gone = move.name if move.kind is MoveKind.REMOVE else move.replaces
        if move.kind is MoveKind.MOVE:
            ended += _end(ctx, change, move.name, held, day)
        if gone:
            ended += _end(ctx, change, gone, held, day)
        if move.kind is not MoveKind.REMOVE:
            begun += _begin(ctx, change, vendor_company, move, held, day)
    ctx.session.flush()
    journal.record(
        ctx, "chain.change_applied", vendor_company, vendor_id=change.vendor_id,
        after={"begun": begun, "ended": ended, "reference": change.reference},
    )  # fmt: skip


def _end(ctx: Context, change: AnnouncedChange, name: str, held: Sequence[HeldCompany], day: date) -> int:
    """End the links of the vendor to a company, under any of their names, and what the register holds of it as stated.

    A link that follows what the vendor stated ends with the statement, on its day (`chain.services.follow_stated`).
    """
    there = find_company(name, held)
    if there is None:
        return 0
    behind = select(ChainCompany.knot).where(ChainCompany.vendor_id == change.vendor_id)
    engaging = select(ChainCompany.id).where(ChainCompany.knot.in_(behind))
    engaged = select(ChainCompany.id).where(ChainCompany.knot == there.knot)
    links = ctx.session.scalars(
        select(ChainLink).where(
            ChainLink.engaging_id.in_(engaging), ChainLink.engaged_id.in_(engaged),
            or_(ChainLink.valid_until.is_(None), ChainLink.valid_until > day),
        )
    ).all()  # fmt: skip
    for link in links:
        if link.source_kind is not LinkSource.VENDOR or day <= ctx.today:
            link.valid_until = max(day, link.valid_from)
    names = {fold(one) for one in there.names}
    stated = ctx.session.scalars(
        select(SubProcessor).where(
            SubProcessor.vendor_id == change.vendor_id,
            or_(SubProcessor.valid_until.is_(None), SubProcessor.valid_until > day),
        )
    )
    for row in stated:
        if fold(row.name) in names:
            row.valid_until = max(day, row.valid_from)
    return len(links)


def _begin(
    ctx: Context, change: AnnouncedChange, vendor_company: ChainCompany, move: ChangeMove, held: Sequence[HeldCompany],
    day: date,
) -> int:  # fmt: skip
    company = _company(ctx, move, held)
    if not company.country:
        company.country = move.country
    company.processing = company.processing or move.processing
    row = ctx.session.scalar(
        select(ChainLink).where(
            ChainLink.engaging_id == vendor_company.id, ChainLink.engaged_id == company.id,
            ChainLink.service == move.processing[:500], ChainLink.countries == move.country,
            ChainLink.source_kind == LinkSource.ANNOUNCED, ChainLink.valid_until.is_(None),
        )
    )  # fmt: skip
    if row is None:
        ctx.session.add(ChainLink(
            engaging_id=vendor_company.id, engaged_id=company.id, service=move.processing[:500],
            countries=move.country, source_kind=LinkSource.ANNOUNCED, source=change.reference, valid_from=day,
        ))  # fmt: skip
    _frame(ctx, company, move)
    return int(row is None)


def _company(ctx: Context, move: ChangeMove, held: Sequence[HeldCompany]) -> ChainCompany:
    """The company of the chain under this very name, else the one that the vendor engages already, else a new one."""
    name = tidy(move.name)[:300].strip()
    exact = ctx.session.scalar(select(ChainCompany).where(ChainCompany.name == name))
    if exact is not None:
        return exact
    there = find_company(name, held)
    if there is not None:
        return ctx.session.get_one(ChainCompany, there.knot)
    countries = {name: move.country} if move.country else {}
    number = enter_companies(ctx, [name], countries=countries, source="annonce")[name]
    return ctx.session.get_one(ChainCompany, number, populate_existing=True)


def _frame(ctx: Context, company: ChainCompany, move: ChangeMove) -> None:
    """Note the tool that the vendor announced, where nobody had said one; what is recorded is not written over."""
    said = move.country and move.tool is not TransferTool.UNKNOWN and not in_eea(move.country, atlas(), ctx.today)
    if not said:
        return
    names = select(ChainCompany.id).where(ChainCompany.knot == company.knot)
    recorded = ctx.session.scalar(
        select(ChainTransfer.id)
        .where(ChainTransfer.company_id.in_(names), ChainTransfer.country == move.country)
        .limit(1)
    )
    if recorded is None:
        frame_transfer(ctx, company, TransferSheet(
            move.country, "", None, move.tool, ClauseModule.UNKNOWN, None, "", TransferTool.UNKNOWN,
        ))  # fmt: skip
