"""Who engages a company, whom it engages, and what carries its transfers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.authz.context import Context
from portal.chain.models import ChainCompany, ChainLink, ChainTransfer
from portal.chain.queries.world import live
from portal.core.dataclass import dataclass
from portal.core.pages import Page

MOST_SHOWN = 100
"""Links of a side that the page of a company shows; how many there are is said."""


@dataclass(frozen=True)
class LinkLine:
    """A link as the page of one of its ends shows it: the other end, for what, where, said by whom."""

    number: int
    name: str
    service: str
    countries: tuple[str, ...]
    source: str
    since: date


def links_below(ctx: Context, names: Sequence[int]) -> Page[LinkLine]:
    """Whom a company engages, under any of its names, by name; the first hundred and their number."""
    return _links(ctx, ChainLink.engaging_id, ChainLink.engaged_id, names)


def links_above(ctx: Context, names: Sequence[int]) -> Page[LinkLine]:
    """Who engages a company, under any of its names."""
    return _links(ctx, ChainLink.engaged_id, ChainLink.engaging_id, names)


def _links(ctx: Context, end: Any, other: Any, names: Sequence[int]) -> Page[LinkLine]:
    wanted = [end.in_(names), live(ctx)]
    rows = ctx.session.execute(
        select(
            ChainCompany.id, ChainCompany.name, ChainLink.service, ChainLink.countries, ChainLink.source,
            ChainLink.valid_from,
        )
        .join(ChainCompany, ChainCompany.id == other)
        .where(*wanted)
        .order_by(ChainCompany.folded_name, ChainCompany.id, ChainLink.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    total = ctx.session.scalar(select(func.count()).select_from(ChainLink).where(*wanted)) or 0
    lines = [LinkLine(number, name, service, tuple(countries.split()), source, since)
             for number, name, service, countries, source, since in rows]  # fmt: skip
    return Page(lines, 1, MOST_SHOWN, total)


def places_said(ctx: Context, names: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Where the links that lead to each of these names say that data go."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    said = select(ChainLink.engaged_id, ChainLink.countries).where(
        ChainLink.engaged_id.in_(names), ChainLink.countries != "", live(ctx)
    )
    # Told nothing, SQLite goes through every link that is said today.
    said = said.with_hint(ChainLink, "INDEXED BY ix_chain_link_engaged", "sqlite")
    for number, countries in ctx.session.execute(said.distinct().order_by(ChainLink.engaged_id, ChainLink.countries)):
        found[number].update(dict.fromkeys(countries.split()))
    return {number: tuple(countries) for number, countries in found.items()}


def transfers_of(ctx: Context, names: Collection[int]) -> Sequence[ChainTransfer]:
    """What is recorded of the transfers to these names."""
    return ctx.session.scalars(
        select(ChainTransfer)
        .options(joinedload(ChainTransfer.company))
        .where(ChainTransfer.company_id.in_(names))
        .order_by(ChainTransfer.country, ChainTransfer.id)
    ).all()


def transfers_of_companies(ctx: Context, knots: Collection[int]) -> Sequence[ChainTransfer]:
    """What is recorded of the transfers to these companies, under whichever of their names."""
    return ctx.session.scalars(
        select(ChainTransfer)
        .join(ChainTransfer.company)
        .options(contains_eager(ChainTransfer.company))
        .where(ChainCompany.knot.in_(knots))
        .order_by(ChainTransfer.country, ChainTransfer.id)
    ).all()


def transfer_to(ctx: Context, company: ChainCompany, country: str) -> ChainTransfer | None:
    """What is recorded of the transfers to a company in a country."""
    return ctx.session.scalar(
        select(ChainTransfer)
        .options(joinedload(ChainTransfer.company))
        .where(ChainTransfer.company_id == company.id, ChainTransfer.country == country)
    )


def link_counts(ctx: Context, names: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each of these names, how many links lead to it and how many leave it."""
    found = dict.fromkeys(names, (0, 0))
    for place, end in enumerate((ChainLink.engaged_id, ChainLink.engaging_id)):
        rows = ctx.session.execute(select(end, func.count()).where(end.in_(names), live(ctx)).group_by(end))
        for number, count in rows:
            above, below = found[number]
            found[number] = (count, below) if place == 0 else (above, count)
    return found
