"""Whom a vendor engages today, as the chain holds it, under all the names judged one company."""

from collections import defaultdict

from sqlalchemy import select

from portal.authz.context import Context
from portal.chain.models import ChainCompany, ChainLink, ChainTransfer
from portal.chain.queries import live
from portal.chain.rules.transfer_tools import TransferGround
from portal.changes.rules.difference import HeldCompany


def held_companies(ctx: Context, vendor_id: int) -> list[HeldCompany]:
    """The companies that the vendor engages by any of its names, by name; three statements. Reach is the caller's."""
    behind = select(ChainCompany.knot).where(ChainCompany.vendor_id == vendor_id)
    engaging = select(ChainCompany.id).where(ChainCompany.knot.in_(behind))
    links = ctx.session.execute(
        select(ChainCompany.knot, ChainLink.countries)
        .join(ChainCompany, ChainCompany.id == ChainLink.engaged_id)
        .where(ChainLink.engaging_id.in_(engaging), live(ctx))
        .order_by(ChainLink.id)
    ).all()
    places: dict[int, dict[str, None]] = defaultdict(dict)
    for knot, countries in links:
        places[knot].update(dict.fromkeys(countries.split()))
    names: dict[int, list[str]] = defaultdict(list)
    rows = ctx.session.execute(
        select(ChainCompany.knot, ChainCompany.name, ChainCompany.country)
        .where(ChainCompany.knot.in_(places))
        .order_by(ChainCompany.folded_name, ChainCompany.id)
    )
    for knot, name, country in rows:
        names[knot].append(name)
        if country and not places[knot]:
            places[knot][country] = None
    grounds: dict[int, list[TransferGround]] = defaultdict(list)
    recorded = ctx.session.execute(
        select(ChainCompany.knot, ChainTransfer.country, ChainTransfer.tool, ChainTransfer.fallback)
        .join(ChainCompany, ChainCompany.id == ChainTransfer.company_id)
        .where(ChainCompany.knot.in_(places))
        .order_by(ChainTransfer.id)
    )
    for knot, country, tool, fallback in recorded:
        grounds[knot].append(TransferGround(country, tool, fallback))
    return [HeldCompany(knot, tuple(names[knot]), tuple(places[knot]), tuple(grounds[knot])) for knot in names]
