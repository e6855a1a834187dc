"""The picture of the chain, from our entities to the countries: what is drawn, what is left out, and its table.

Seven statements, whatever the number of vendors and companies: the chain in three, the register of processing, what
entities entrust, vendors, names.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.chain import queries
from portal.chain.queries import ChainWorld
from portal.chain.rules.picture import Picture, PictureItem, PictureLink, Rank, around, draw
from portal.chain.rules.transfer_tools import NOTHING_SAID, TransferStanding, grounds_by_country, standing_of
from portal.chain.rules.what_if import ChainNode
from portal.core.language import Language
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.queries import standing
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.place_names import place_name
from portal.vendors.reference import atlas
from portal.vendors.rules.naming import words
from portal.web.text import _


@dataclass(frozen=True)
class PictureQuestion:
    """What of the chain is asked to be drawn; nothing: all of it."""

    focus: str = ""
    """Key of a box, of a thing or of a group: it, what leads to it and what it leads to."""
    words: str = ""
    country: str = ""
    red: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out."""
        return bool(self.focus or self.words or self.country or self.red)


@dataclass(frozen=True)
class PicturePage:
    """The drawing, and what it was drawn from."""

    picture: Picture
    things: int
    """How many things stand in it, groups counted for what they hold."""
    all_things: int
    focus: PictureItem | None
    countries: tuple[tuple[str, str], ...]
    """Those of the whole chain, code and name."""


def picture_page(ctx: Context, asked: PictureQuestion, language: Language) -> PicturePage:
    """Draw what is asked."""
    items, links = _whole(ctx, queries.chain_world(ctx), language)
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


def vendor_picture(ctx: Context, vendor: Vendor, world: ChainWorld, language: Language) -> Picture:
    """What leads to a vendor, and what it rests on."""
    items, links = _whole(ctx, world, language)
    shown = around(links, [item.key for item in items if item.key == f"vendor:{vendor.id}"])
    return draw([item for item in items if item.key in shown], links)


def _is_asked(item: PictureItem, asked: PictureQuestion) -> bool:
    if asked.focus:
        return asked.focus in (item.key, f"group:{item.rank.value}:{item.group}")
    sought = words(asked.words)
    named = all(any(one.startswith(word) for one in words(item.label)) for word in sought)
    there = not asked.country or item.key == f"country:{asked.country}"
    return named and there and (not asked.red or item.is_red)


def _whole(ctx: Context, world: ChainWorld, language: Language) -> tuple[list[PictureItem], list[PictureLink]]:
    items: dict[str, PictureItem] = {}
    links: list[PictureLink] = []
    for item, link in [*_chained(ctx, world, language), *_entrusted(ctx, language)]:
        if item is not None:
            items.setdefault(item.key, item)
        if link is not None:
            links.append(link)
    return list(items.values()), links


Drawn = tuple[PictureItem | None, PictureLink | None]


def _registered(ctx: Context) -> tuple[list[Drawn], dict[int, list[str]]]:
    """The lines of the register of processing that stand today, and by service the keys of those that rest on it.

    A line that rests on no service is what an entity does by itself: it belongs to the map too.
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
    drawn: list[Drawn] = []
    lines_of: dict[int, list[str]] = defaultdict(list)
    for activity_id, name, entity_id, entity, service_id in ctx.session.execute(wanted):
        here, ours = f"activity:{activity_id}", f"entity:{entity_id}"
        drawn.append((PictureItem(ours, entity, Rank.ENTITY), None))
        drawn.append((PictureItem(here, name, Rank.PROCESSING, entity), PictureLink(ours, here)))
        if service_id is not None:
            lines_of[service_id].append(here)
    return drawn, lines_of


def _entrusted(ctx: Context, language: Language) -> Iterator[Drawn]:
    """Our entities, the lines of their registers, and the vendors they rest on; a service without a line as itself."""
    drawn, lines_of = _registered(ctx)
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


def _chained(ctx: Context, world: ChainWorld, language: Language) -> Iterator[Drawn]:
    """The companies of the chain by how far they stand, whom they engage, and where data go."""
    by_knot: dict[int, list[ChainNode]] = {}
    for node in world.nodes:
        by_knot.setdefault(node.knot, []).append(node)
    vendors = queries.vendors_behind(ctx, world.nodes)
    behind = {node.knot: node.vendor_id for node in reversed(world.nodes) if node.vendor_id in vendors}
    heads = {*behind, *(knot for knot in by_knot if not world.graph.above.get(knot))}
    depths = {**world.graph.suppliers(heads), **dict.fromkeys(heads, 0)}
    keys = {knot: f"vendor:{behind[knot]}" if knot in behind else f"company:{knot}" for knot in by_knot}
    for knot, names in by_knot.items():
        node = next((one for one in names if one.number == knot), names[0])
        where = dict.fromkeys(country for one in names for country in one.countries)
        group = place_name(next(iter(where), ""), language) or _("pays inconnu")
        rank = Rank(min(Rank.VENDOR + depths.get(knot, 1), Rank.DEEPER))
        label = vendors[vendor].name if (vendor := behind.get(knot)) is not None else node.name
        red = {country for country in where if _is_bare(names, country, ctx)}
        yield PictureItem(keys[knot], label, rank, group, bool(red)), None
        for below in world.graph.below.get(knot, ()):
            yield None, PictureLink(keys[knot], keys[below])
        for country in where:
            there = f"country:{country}"
            yield (
                PictureItem(there, place_name(country, language), Rank.COUNTRY),
                PictureLink(keys[knot], there, country in red),
            )


def _is_bare(names: Collection[ChainNode], country: str, ctx: Context) -> bool:
    """Whether nothing carries the data of a company to a country, under any of its names."""
    grounds = [grounds_by_country(one.grounds).get(country, NOTHING_SAID) for one in names]
    return all(standing_of(country, ground, atlas(), ctx.today) is TransferStanding.BARE for ground in grounds)
