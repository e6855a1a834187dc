"""The list of the companies of the chain; a fixed number of statements, whatever their number."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from portal.authz.context import Context
from portal.chain import queries
from portal.chain.company_page import places, words_beside
from portal.chain.models import ChainCompany, ChainTransfer
from portal.chain.queries import ChainWorld
from portal.chain.rules.transfer_tools import (
    TransferStanding,
    standing_among,
    worst,
)
from portal.chain.rules.what_if import ChainNode
from portal.core.dataclass import dataclass
from portal.core.pages import PAGE_SIZE, Page
from portal.vendors.reference import atlas
from portal.vendors.rules.naming import fold, words


class ChainView(StrEnum):
    """What of the chain the list shows."""

    ALL = "toutes"
    LACKING = "a-completer"
    RED = "sans-outil"


@dataclass(frozen=True)
class CompanyLine:
    """A line of the list."""

    company: ChainCompany
    stands_with: str
    """Another name of the same company, when a person joined them."""
    above: int
    below: int
    countries: tuple[str, ...]
    standing: TransferStanding | None
    lacking: tuple[str, ...]
    """What is known under none of the names of its company."""


@dataclass(frozen=True)
class CompanyList:
    """A page of the list, with what there is in all."""

    found: Page[CompanyLine]
    companies: int
    links: int


def company_list(ctx: Context, view: ChainView, *, typed: str, page: int) -> CompanyList:
    """The companies of a view whose name has these words."""
    if view is ChainView.RED:
        found = _page_of_red(ctx, typed, page)
    else:
        found = queries.companies(ctx, typed=typed, page=page, lacking=view is ChainView.LACKING)
    numbers = [company.id for company in found.rows]
    said, counts = queries.places_said(ctx, numbers), queries.link_counts(ctx, numbers)
    recorded: dict[int, list[ChainTransfer]] = defaultdict(list)
    for row in queries.transfers_of_companies(ctx, [company.knot for company in found.rows]):
        recorded[row.company.knot].append(row)
    called = queries.words_of(ctx, [company.knot for company in found.rows])
    lines = [
        _line(ctx, company, called[company.knot], counts[company.id], said, recorded[company.knot])
        for company in found.rows
    ]
    companies, links = queries.company_counts(ctx)
    return CompanyList(found.showing(lines), companies, links)


def _line(
    ctx: Context,
    company: ChainCompany,
    called: queries.CompanyWords,
    counts: tuple[int, int],
    said: dict[int, tuple[str, ...]],
    recorded: Sequence[ChainTransfer],
) -> CompanyLine:
    its_own = {company.country, *said.get(company.id, ()), *(one.country for one in recorded if one.company is company)}
    where = places([company], said, [one for one in recorded if one.country in its_own], ctx.today)
    return CompanyLine(
        company=company,
        stands_with=next((name for name in called.names if name != company.name), ""),
        above=counts[0],
        below=counts[1],
        countries=tuple(place.country for place in where),
        standing=worst(place.standing for place in where),
        lacking=words_beside(called.known),
    )


def _page_of_red(ctx: Context, typed: str, page: int) -> Page[ChainCompany]:
    """A page of the red ones: which they are is worked out once for a chain; their rows are one statement."""
    sought, red = words(typed), red_nodes(ctx)
    if sought:
        red = [node for node in red if all(any(w.startswith(s) for w in words(node.name)) for s in sought)]
    numbers = [node.number for node in red[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
    return Page(queries.companies_numbered(ctx, numbers), page, PAGE_SIZE, len(red))


def red_nodes(ctx: Context) -> Sequence[ChainNode]:
    """The names under which data leave the EEA without a tool, in the order of the alphabet."""
    world = queries.chain_world(ctx)
    return world.lists.get("red", lambda: _red_of(world, ctx.today))


def _red_of(world: ChainWorld, today: date) -> Sequence[ChainNode]:
    bare = [node for node in world.nodes if standing_of_node(node, (node,), today) is TransferStanding.BARE]
    red = [
        node for node in bare if standing_of_node(node, world.of_knot[node.knot], today) is TransferStanding.BARE
    ]  # fmt: skip
    return sorted(red, key=lambda node: (fold(node.name), node.number))


def standing_of_node(node: ChainNode, names: Sequence[ChainNode], today: date) -> TransferStanding | None:
    """The gravest of the places of a name; a tool recorded under one of its company's names holds for all.

    None when no place is known.
    """
    recorded = [ground for one in names for ground in one.grounds]
    return worst(standing_among(place, recorded, atlas(), today) for place in node.countries)
