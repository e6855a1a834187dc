"""The map and what it is drawn from, worked out as before anything was kept: each time, from every row.

What the portal shows is compared with it; it shares the drawing with the portal and nothing that finds or keeps.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import or_, select

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.chain import queries
from portal.chain.models import ChainCompany, ChainLink, ChainTransfer
from portal.chain.picture_page import PicturePage, PictureQuestion
from portal.chain.queries import ChainReach, live
from portal.chain.rules.graph import ChainGraph, graph_of
from portal.chain.rules.picture import PictureItem, PictureLink, Rank, draw
from portal.chain.rules.transfer_tools import (
    NOTHING_SAID,
    TransferGround,
    TransferStanding,
    grounds_by_country,
    standing_of,
)
from portal.chain.rules.what_if import ChainNode
from portal.core.language import Language
from portal.core.remembered import Remembered
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.queries import standing
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.place_names import place_name
from portal.vendors.reference import atlas
from portal.vendors.rules.naming import fold, words
from portal.web.text import _


@dataclass(frozen=True)
class PlainWorld:
    """Every company and who engages whom; whatever is looked for is looked for among all of them."""

    nodes: tuple[ChainNode, ...]
    graph: ChainGraph

    @property
    def reaches(self) -> Remembered[ChainReach]:
        return Remembered(1)

    def named(self, knots: Collection[int]) -> list[ChainNode]:
        return sorted((node for node in self.nodes if node.knot in knots), key=lambda node: (node.name, node.number))

    def placed(self, countries: Iterable[str]) -> list[ChainNode]:
        return list(self.nodes)

    def called(self, text: str) -> list[ChainNode]:
        return [node for node in self.nodes if text in (node.key, node.name)]

    def called_nearly(self, folded: str) -> list[ChainNode]:
        return [node for node in self.nodes if fold(node.name)[:300] == folded]

    def with_words(self, sought: Iterable[str]) -> list[ChainNode]:
        return [node for node in self.nodes if set(sought) & set(words(node.name))]

    @property
    def of_vendor(self) -> Mapping[int | None, list[ChainNode]]:
        return {one.vendor_id: [node for node in self.nodes if node.vendor_id == one.vendor_id] for one in self.nodes}


def plain_world(ctx: Context) -> PlainWorld:
    """The whole chain, read again each time."""
    company = ChainCompany
    said = select(ChainLink.engaging_id, ChainLink.engaged_id, ChainLink.countries).where(live(ctx))
    told = select(ChainTransfer.company_id, ChainTransfer.country, ChainTransfer.tool, ChainTransfer.fallback)
    shown = select(company.id, company.key, company.name, company.knot, company.vendor_id, company.country)
    pairs: list[tuple[int, int]] = []
    places: dict[int, dict[str, None]] = defaultdict(dict)
    for upper, lower, countries in ctx.session.execute(said.order_by(ChainLink.id)):
        pairs.append((upper, lower))
        if countries:
            places[lower].update(dict.fromkeys(countries.split()))
    grounds: dict[int, list[TransferGround]] = defaultdict(list)
    for number, country, tool, fallback in ctx.session.execute(told.order_by(ChainTransfer.id)):
        grounds[number].append(TransferGround(country, tool, fallback))
    nodes = tuple(
        ChainNode(
            number, key, name, knot, vendor_id,
            tuple(dict.fromkeys([*([country] if country else []), *places.get(number, ())])),
            tuple(grounds.get(number, ())),
        )
        for number, key, name, knot, vendor_id, country in ctx.session.execute(shown.order_by(company.id))
    )  # fmt: skip
    return PlainWorld(nodes, graph_of(pairs, {node.number: node.knot for node in nodes}))


def plain_picture(ctx: Context, asked: PictureQuestion, language: Language) -> PicturePage:
    """What the page of the map showed when it drew all of it each time."""
    items, links = _drawn(ctx, plain_world(ctx), language)
    by_key = {item.key: item for item in items}
    focus = by_key.get(asked.focus)
    kept = items
    if asked.is_narrowed:
        starts = [one.key for one in items if _is_asked(one, asked)]
        shown = around(links, starts)
        kept = [item for item in items if item.key in shown]
    countries = [(item.key.partition(":")[2], item.label) for item in items if item.rank is Rank.COUNTRY]
    return PicturePage(
        draw(kept, links), len(kept), len(items), focus, tuple(sorted(countries, key=lambda one: one[1]))
    )


def around(links: Iterable[PictureLink], starts: Collection[str]) -> set[str]:
    """These things, all that leads to them and all that they lead to."""
    after: dict[str, list[str]] = defaultdict(list)
    before: dict[str, list[str]] = defaultdict(list)
    for link in links:
        after[link.start].append(link.end)
        before[link.end].append(link.start)
    return _reached(after, starts) | _reached(before, starts)


def _reached(steps: Mapping[str, list[str]], starts: Collection[str]) -> set[str]:
    found, waiting = set(starts), list(starts)
    while waiting:
        for other in steps.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _is_asked(item: PictureItem, asked: PictureQuestion) -> bool:
    if asked.focus:
        return asked.focus in (item.key, f"group:{item.rank.value}:{item.group}")
    sought = words(asked.words)
    named = all(any(one.startswith(word) for one in words(item.label)) for word in sought)
    there = not asked.country or item.key == f"country:{asked.country}"
    return named and there and (not asked.red or item.is_red)


def _drawn(
    ctx: Context, world: PlainWorld, language: Language, vendor_ids: Collection[int] | None = None
) -> tuple[list[PictureItem], list[PictureLink]]:
    """A chain, with what is entrusted to these vendors, or to all."""
    items: dict[str, PictureItem] = {}
    links: list[PictureLink] = []
    for item, link in [*_chained(ctx, world, language), *_entrusted(ctx, language, vendor_ids)]:
        if item is not None:
            items.setdefault(item.key, item)
        if link is not None:
            links.append(link)
    return list(items.values()), links


Drawn = tuple[PictureItem | None, PictureLink | None]


def _registered(ctx: Context, vendor_ids: Collection[int] | None) -> tuple[list[Drawn], dict[int, list[str]]]:
    """The lines of the register of processing that stand today, and by service the keys of those that rest on it.

    A line that rests on no service is what an entity does by itself: it belongs to the whole map too.
    """
    wanted = (
        select(
            ProcessingActivity.id, ActivityVersion.name, LegalEntity.id, LegalEntity.name, ActivityService.service_id
        )
        .join(ActivityVersion, ActivityVersion.activity_id == ProcessingActivity.id)
        .join(LegalEntity, LegalEntity.id == ProcessingActivity.legal_entity_id)
        .outerjoin(ActivityService, ActivityService.version_id == ActivityVersion.id)
        .where(
            standing(None),
            or_(ProcessingActivity.ended_on.is_(None), ProcessingActivity.ended_on > ctx.today),
            visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity),
        )
        .order_by(ProcessingActivity.id)
    )
    if vendor_ids is not None:
        wanted = wanted.join(Service, Service.id == ActivityService.service_id).where(Service.vendor_id.in_(vendor_ids))
    drawn: list[Drawn] = []
    lines_of: dict[int, list[str]] = defaultdict(list)
    for activity_id, name, entity_id, entity, service_id in ctx.session.execute(wanted):
        here, ours = f"activity:{activity_id}", f"entity:{entity_id}"
        drawn.append((PictureItem(ours, entity, Rank.ENTITY), None))
        drawn.append((PictureItem(here, name, Rank.PROCESSING, entity), PictureLink(ours, here)))
        if service_id is not None:
            lines_of[service_id].append(here)
    return drawn, lines_of


def _entrusted(ctx: Context, language: Language, vendor_ids: Collection[int] | None) -> Iterator[Drawn]:
    """Our entities, the lines of their registers, and the vendors they rest on; a service without a line as itself."""
    drawn, lines_of = _registered(ctx, vendor_ids)
    yield from dict.fromkeys(drawn)
    wanted = (
        select(Service.id, Service.name, LegalEntity.id, LegalEntity.name, Vendor.id, Vendor.name, Vendor.country)
        .join(Vendor, Vendor.id == Service.vendor_id)
        .outerjoin(LegalEntity, LegalEntity.id == Service.legal_entity_id)
        .where(
            or_(Service.ended_on.is_(None), Service.ended_on > ctx.today), visible(ctx, Permission.VENDOR_VIEW, Vendor)
        )
        .order_by(Service.id)
    )
    if vendor_ids is not None:
        wanted = wanted.where(Vendor.id.in_(vendor_ids))
    for service_id, service, entity_id, entity, vendor_id, vendor, country in ctx.session.execute(wanted):
        there = f"vendor:{vendor_id}"
        yield PictureItem(there, vendor, Rank.VENDOR, place_name(country, language) or _("pays inconnu")), None
        if lines := lines_of.get(service_id):
            yield from ((None, PictureLink(line, there)) for line in lines)
            continue
        here = f"service:{service_id}"
        # Under its entity when it has one; else with those of the same name, which an imported list holds many of.
        yield PictureItem(here, service, Rank.PROCESSING, entity or service, is_unfiled=True), PictureLink(here, there)
        if entity_id is not None:
            yield PictureItem(f"entity:{entity_id}", entity, Rank.ENTITY), PictureLink(f"entity:{entity_id}", here)


def _chained(ctx: Context, world: PlainWorld, language: Language) -> Iterator[Drawn]:
    """The companies of the chain by how far they stand, whom they engage, and where data go."""
    by_knot: dict[int, list[ChainNode]] = {}
    for node in world.nodes:
        by_knot.setdefault(node.knot, []).append(node)
    vendors = queries.vendors_behind(ctx, world.nodes)
    behind = {node.knot: node.vendor_id for node in reversed(world.nodes) if node.vendor_id in vendors}
    heads = {*behind, *(knot for knot in by_knot if not world.graph.above.get(knot))}
    depths = {**world.graph.suppliers(heads), **dict.fromkeys(heads, 0)}
    is_bare = _bareness(ctx)
    keys = {knot: f"vendor:{behind[knot]}" if knot in behind else f"company:{knot}" for knot in by_knot}
    for knot, names in by_knot.items():
        node = next((one for one in names if one.number == knot), names[0])
        where = dict.fromkeys(country for one in names for country in one.countries)
        group = place_name(next(iter(where), ""), language) or _("pays inconnu")
        rank = Rank(min(Rank.VENDOR + depths.get(knot, 1), Rank.DEEPER))
        label = vendors[vendor].name if (vendor := behind.get(knot)) is not None else node.name
        red = {country for country in where if all(is_bare(country, ground) for ground in _grounds(names, country))}
        yield PictureItem(keys[knot], label, rank, group, bool(red)), None
        for below in world.graph.below.get(knot, ()):
            yield None, PictureLink(keys[knot], keys[below])
        for country in where:
            there = f"country:{country}"
            yield (
                PictureItem(there, place_name(country, language), Rank.COUNTRY),
                PictureLink(keys[knot], there, country in red),
            )


def _grounds(names: Collection[ChainNode], country: str) -> Iterator[TransferGround]:
    """What was said to carry the data of a company to a country, under each of its names."""
    return (
        grounds_by_country(one.grounds).get(country, NOTHING_SAID) if one.grounds else NOTHING_SAID for one in names
    )


def _bareness(ctx: Context) -> Callable[[str, TransferGround], bool]:
    """Whether nothing carries data to a country on a ground; each is weighed once, for a long chain repeats few."""
    law, day = atlas(), ctx.today
    return cache(lambda country, ground: standing_of(country, ground, law, day) is TransferStanding.BARE)
