"""The chain of a vendor as a tree: how deep, which loops, what is not known of whom; five statements."""

from collections import defaultdict
from collections.abc import Sequence

from portal.authz.context import Context
from portal.chain import queries
from portal.chain.company_page import PlaceOfTransfer, lacking, places
from portal.chain.models import ChainCompany, ChainTransfer
from portal.chain.queries import ChainWorld
from portal.chain.rules.graph import branches, loops
from portal.chain.rules.transfer_tools import TransferStanding
from portal.core.dataclass import dataclass
from portal.vendors.models import Vendor

MOST_LINES = 300
"""Lines of a tree that a page shows; how many companies there are in all is said."""


@dataclass(frozen=True)
class TreeLine:
    """A line of the tree."""

    company: ChainCompany
    other_names: tuple[str, ...]
    depth: int
    is_cycle: bool
    is_repeated: bool
    is_in_loop: bool
    lacking: tuple[str, ...]
    places: tuple[PlaceOfTransfer, ...]
    closes: int
    """Lists that end after this line."""
    opens: bool
    """Whether the next line stands under this one."""

    @property
    def is_red(self) -> bool:
        """Whether data leave the EEA without a tool."""
        return any(place.standing is TransferStanding.BARE for place in self.places)


@dataclass(frozen=True)
class TreePage:
    """The chain of a vendor."""

    vendor: Vendor
    lines: tuple[TreeLine, ...]
    """The root first."""
    companies: int
    """How many companies the vendor rests on, at any depth."""
    deepest: int
    dependants: int
    """How many depend on it."""
    lacking: int
    """Of the companies shown below it, how many lack something."""
    red: int
    is_cut: bool
    others: tuple[ChainCompany, ...]
    """Other companies that stand for this vendor and were not joined with the first: their chain is on their page."""


def tree_page(ctx: Context, vendor: Vendor, world: ChainWorld) -> TreePage:
    """The chain of a vendor, from the first company that stands for it."""
    knots = queries.knots_of_vendor(ctx, vendor.id)
    if not knots:
        return TreePage(vendor, (), 0, 0, 0, 0, 0, is_cut=False, others=())
    root = knots[0]
    below = world.graph.suppliers([root])
    found = list(branches(world.graph, root, most=MOST_LINES + 1))
    is_cut, found = len(found) > MOST_LINES, found[:MOST_LINES]
    shown = {branch.knot for branch in found} | set(knots)
    names: dict[int, list[ChainCompany]] = defaultdict(list)
    for company in queries.names_of(ctx, shown):
        names[company.knot].append(company)
    numbers = [company.id for held in names.values() for company in held]
    transfers: dict[int, list[ChainTransfer]] = defaultdict(list)
    for row in queries.transfers_of(ctx, numbers):
        transfers[row.company.knot].append(row)
    said = {node.number: node.countries for node in world.nodes if node.knot in shown}
    in_loop = loops(world.graph, [root])
    lines = tuple(
        TreeLine(
            company=_first(names[branch.knot], branch.knot),
            other_names=tuple(one.name for one in names[branch.knot] if one.id != branch.knot),
            depth=branch.depth,
            is_cycle=branch.is_cycle,
            is_repeated=branch.is_repeated,
            is_in_loop=branch.knot in in_loop,
            lacking=lacking(names[branch.knot]),
            places=places(names[branch.knot], said, transfers[branch.knot], ctx.today),
            closes=max(branch.depth - _depth(found, index + 1), 0),
            opens=_depth(found, index + 1) > branch.depth,
        )
        for index, branch in enumerate(found)
    )
    once = {line.company.knot: line for line in lines if line.depth}
    return TreePage(
        vendor=vendor,
        lines=lines,
        companies=len(below),
        deepest=max(below.values(), default=0),
        dependants=len(world.graph.dependants([root])),
        lacking=sum(bool(line.lacking) for line in once.values()),
        red=sum(line.is_red for line in once.values()),
        is_cut=is_cut,
        others=tuple(_first(names[knot], knot) for knot in knots[1:]),
    )


def _first(names: Sequence[ChainCompany], knot: int) -> ChainCompany:
    return next((one for one in names if one.id == knot), names[0])


def _depth(found: Sequence[object], index: int) -> int:
    return getattr(found[index], "depth", 0) if index < len(found) else 0
