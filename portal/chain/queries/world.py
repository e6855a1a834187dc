"""Every company and who engages whom, as they stand today, all of them or around some; what a name answers to."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from sqlalchemy import CTE, ColumnElement, ScalarSelect, and_, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.chain.models import ChainCompany, ChainLink, ChainTransfer, folded_name
from portal.chain.queries.marks import marks
from portal.chain.rules.graph import ChainGraph, graph_of
from portal.chain.rules.transfer_tools import TransferGround
from portal.chain.rules.what_if import ChainNode
from portal.core.dataclass import dataclass
from portal.core.remembered import Remembered
from portal.vendors.models import Vendor
from portal.vendors.rules.naming import words

MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A key and a name, as the command prints them."""

    key: str
    name: str


@dataclass(frozen=True)
class ChainReach:
    """What a question reaches in the chain alone, before it is said what stands behind it."""

    nodes: Sequence[NamedThing]
    """The companies that an answer lists, in the order of the alphabet."""
    depths: Mapping[str, int]
    """Steps from each of them, by key, to where it begins."""
    struck: frozenset[int]
    vendor_ids: frozenset[int]
    """The vendors behind all that is reached, within the reader's reach or not."""


@dataclass(frozen=True)
class ChainWorld:
    """Every company and who engages whom, as they stand today; what finds some of them is worked out at first use."""

    nodes: tuple[ChainNode, ...]
    graph: ChainGraph

    def named(self, knots: Collection[int]) -> list[ChainNode]:
        """Every name of these companies, in the order of the alphabet."""
        if len(knots) > len(self.nodes) // MANY:
            return [node for node in self._in_order if node.knot in knots]
        return sorted((node for knot in knots for node in self.of_knot.get(knot, ())), key=_by_name)

    def placed(self, countries: Iterable[str]) -> list[ChainNode]:
        """The names that work in one of these countries, or of which a transfer to it is recorded."""
        found = {node.number: node for country in countries for node in self._of_country.get(country, ())}
        return [found[number] for number in sorted(found)]

    def called(self, text: str) -> Sequence[ChainNode]:
        """The names whose key or whose name, letter for letter, is this."""
        found = [self._of_key.get(text), self._of_name.get(text)]
        known = {node.number: node for node in found if node is not None}
        return [known[number] for number in sorted(known)]

    def called_nearly(self, folded: str) -> Sequence[ChainNode]:
        """The names that are folded so."""
        return self._of_folded.get(folded, ())

    def with_words(self, sought: Iterable[str]) -> list[ChainNode]:
        """The names that have one of these words."""
        found = {node.number: node for word in sought for node in self._of_word.get(word, ())}
        return [found[number] for number in sorted(found)]

    @cached_property
    def reaches(self) -> Remembered[ChainReach]:
        """What the last questions reach, by question: it holds while this chain does, and the day it was read.

        Few: one may name every company of the chain.
        """
        return Remembered(3)

    @cached_property
    def lists(self) -> Remembered[Sequence[ChainNode]]:
        """Names picked out of this chain, as it stands on the day that it was read."""
        return Remembered(2)

    @cached_property
    def of_knot(self) -> Mapping[int, Sequence[ChainNode]]:
        """The names of each company."""
        return _grouped(self.nodes, lambda node: (node.knot,))

    @cached_property
    def of_vendor(self) -> Mapping[int, Sequence[ChainNode]]:
        """The names behind which each vendor stands."""
        return _grouped(self.nodes, lambda node: () if node.vendor_id is None else (node.vendor_id,))

    @cached_property
    def knot_of(self) -> Mapping[int, int]:
        """The company of each name."""
        return {node.number: node.knot for node in self.nodes}

    @cached_property
    def _in_order(self) -> Sequence[ChainNode]:
        return sorted(self.nodes, key=_by_name)

    @cached_property
    def _of_country(self) -> Mapping[str, Sequence[ChainNode]]:
        return _grouped(self.nodes, lambda node: {*node.countries, *(ground.country for ground in node.grounds)})

    @cached_property
    def _of_key(self) -> Mapping[str, ChainNode]:
        return {node.key: node for node in self.nodes}

    @cached_property
    def _of_name(self) -> Mapping[str, ChainNode]:
        return {node.name: node for node in self.nodes}

    @cached_property
    def _of_folded(self) -> Mapping[str, Sequence[ChainNode]]:
        return _grouped(self.nodes, lambda node: (folded_name(node.name),))

    @cached_property
    def _of_word(self) -> Mapping[str, Sequence[ChainNode]]:
        return _grouped(self.nodes, lambda node: set(words(node.name)))


BY_PARTS = {"yield_per": 5_000}
"""Rows that are met once are not all held at once."""
MANY = 50
"""Beyond one company in so many, the whole is read in its order rather than those sorted."""
Group = TypeVar("Group", int, str)


def _grouped(
    nodes: Iterable[ChainNode], of: Callable[[ChainNode], Iterable[Group]]
) -> Mapping[Group, Sequence[ChainNode]]:
    """The names by what they share, each group in the order of the whole; most hold one, which needs no list."""
    found: dict[Group, list[ChainNode] | tuple[ChainNode]] = {}
    for node in nodes:
        for one in of(node):
            held = found.get(one)
            if held is None:
                found[one] = (node,)
            elif isinstance(held, tuple):
                found[one] = [held[0], node]
            else:
                held.append(node)
    return found


def _by_name(node: ChainNode) -> tuple[str, int]:
    return node.name, node.number


def live(ctx: Context) -> ColumnElement[bool]:
    """The links that are said today: those of a change that was accepted begin on its day."""
    return and_(
        ChainLink.valid_from <= ctx.today, or_(ChainLink.valid_until.is_(None), ChainLink.valid_until > ctx.today)
    )


def chain_world(ctx: Context) -> ChainWorld:
    """The whole chain; 100,000 links are read in about a second, once in a process until one of them changes."""
    authorize(ctx, Permission.CHAIN_VIEW)
    standing = marks(ctx)
    if standing is None:
        return _world(ctx, None)
    return _WORLDS.get((standing.chain, ctx.today), lambda: _world(ctx, None), place=database_of(ctx))


_WORLDS: Remembered[ChainWorld] = Remembered(2)
"""The chain by its mark and the day, one a database: that of the portal, and that of a drill."""


def database_of(ctx: Context) -> int:
    """What tells a database of this process from the others: what was kept of it makes way for what it says now."""
    return id(ctx.session.get_bind().engine)


def chain_around(ctx: Context, knots: Collection[int]) -> ChainWorld:
    """These companies, all that they rest on and all that rests on them, at any depth; nothing else is read.

    Three statements, as for the whole; the database walks the links, cycles included.
    """
    authorize(ctx, Permission.CHAIN_VIEW)
    if not knots:
        return ChainWorld((), graph_of((), {}))
    columns = (ChainLink.engaging_id, ChainLink.engaged_id)
    walks = [_walked(ctx, knots, *ends) for ends in (columns, columns[::-1])]
    return _world(ctx, union(*(select(walk.c.knot) for walk in walks)).scalar_subquery())


def _walked(
    ctx: Context, knots: Collection[int], nearer: InstrumentedAttribute[int], farther: InstrumentedAttribute[int]
) -> CTE:
    """The knots met from these, themselves included, following every link from one of its ends to the other."""
    here, there = aliased(ChainCompany), aliased(ChainCompany)
    starts = select(ChainCompany.knot.label("knot")).where(ChainCompany.knot.in_(knots))
    met = starts.cte(farther.key, recursive=True)
    step = (
        select(there.knot)
        .join_from(met, here, here.knot == met.c.knot)
        .join(ChainLink, nearer == here.id)
        .join(there, there.id == farther)
        .where(live(ctx))
    )
    return met.union(step)


def _world(ctx: Context, knots: ScalarSelect[int] | None) -> ChainWorld:
    """What stands today of these knots, or of all."""
    company, engaging = ChainCompany, aliased(ChainCompany)
    said = select(ChainLink.engaging_id, ChainLink.engaged_id, ChainLink.countries).where(live(ctx))
    told = select(ChainTransfer.company_id, ChainTransfer.country, ChainTransfer.tool, ChainTransfer.fallback)
    shown = select(company.id, company.key, company.name, company.knot, company.vendor_id, company.country)
    if knots is not None:
        within = company.knot.in_(knots)
        said = (
            said.join(company, company.id == ChainLink.engaged_id).where(within)
            .join(engaging, engaging.id == ChainLink.engaging_id).where(engaging.knot.in_(knots))
        )  # fmt: skip
        told = told.join(company, company.id == ChainTransfer.company_id).where(within)
        shown = shown.where(within)
    pairs: list[tuple[int, int]] = []
    places: dict[int, tuple[str, ...]] = {}
    alike: dict[tuple[str, ...], tuple[str, ...]] = {}
    for upper, lower, countries in ctx.session.execute(said.order_by(ChainLink.id), execution_options=BY_PARTS):
        pairs.append((upper, lower))
        if countries:
            there = tuple(dict.fromkeys((*places.get(lower, ()), *countries.split())))
            places[lower] = alike.setdefault(there, there)  # few countries, many companies
    grounds: dict[int, list[TransferGround]] = defaultdict(list)
    for number, country, tool, fallback in ctx.session.execute(told.order_by(ChainTransfer.id)):
        grounds[number].append(TransferGround(country, tool, fallback))
    nodes: list[ChainNode] = []
    found = ctx.session.execute(shown.order_by(company.id), execution_options=BY_PARTS)
    for number, key, name, knot, vendor_id, country in found:
        own = number if knot == number else knot  # one number, not two that are equal
        there = places.get(number, ())
        if country and there[:1] != (country,):
            there = tuple(dict.fromkeys((country, *there)))
            there = alike.setdefault(there, there)
        nodes.append(ChainNode(number, key, name, own, vendor_id, there, tuple(grounds.get(number, ()))))
    return ChainWorld(tuple(nodes), graph_of(pairs, {node.number: node.knot for node in nodes}))


@dataclass(frozen=True)
class FoundNode:
    """What an exact name or key answers to: one company of the chain or one vendor, or several candidates."""

    nodes: tuple[ChainNode, ...] = ()
    vendor: NamedThing | None = None
    vendor_id: int | None = None
    candidates: tuple[NamedThing, ...] = ()


def node_named(ctx: Context, world: ChainWorld, text: str) -> FoundNode:
    """The company whose key or whose name, letter for letter, is this; a vendor of this key or name when none is.

    Without one, or with two, the candidates: those that answer, else those of nearly this name.
    """
    exact = world.called(text)
    if len({node.knot for node in exact}) == 1:
        return FoundNode(nodes=tuple(exact[:1]))
    if exact:
        return FoundNode(candidates=tuple(NamedThing(node.key, node.name) for node in exact))
    reached = visible(ctx, Permission.VENDOR_VIEW, Vendor)
    rows = ctx.session.execute(
        select(Vendor.id, Vendor.key, Vendor.name)
        .where(reached, or_(Vendor.key == text, Vendor.name == text))
        .order_by(Vendor.id)
        .limit(MOST_CANDIDATES)
    ).all()
    if len(rows) == 1:
        number, key, name = rows[0]
        behind = world.of_vendor.get(number, ())
        return FoundNode(tuple(behind), NamedThing(key, name), number)
    if rows:
        return FoundNode(candidates=tuple(NamedThing(key, name) for _, key, name in rows))
    return FoundNode(candidates=tuple(_nearly(world, text)))


def _nearly(world: ChainWorld, text: str) -> list[NamedThing]:
    folded, sought = folded_name(text), words(text)
    alike = world.called_nearly(folded) if folded else ()
    if not alike:
        alike = world.with_words(sought)
    return [NamedThing(node.key, node.name) for node in alike[:MOST_CANDIDATES]]
