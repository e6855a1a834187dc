"""The picture of the chain, from our entities to the countries: what is drawn, what is left out, and its table.

One statement when what it shows has not changed since a process drew it (docs/adr/0091); else seven more, whatever the
number of vendors and companies: the chain in three, the register of processing, what entities entrust, vendors, names.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache

from sqlalchemy import or_, select

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.chain import queries
from portal.chain.queries import ChainWorld
from portal.chain.rules.picture import Drawable, Picture, PictureItem, PictureLink, Rank, draw
from portal.chain.rules.transfer_tools import (
    NOTHING_SAID,
    TransferGround,
    TransferStanding,
    grounds_by_country,
    standing_of,
)
from portal.chain.rules.what_if import ChainNode
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.remembered import Remembered
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


Kept = tuple[str, str, date, Language]
_DRAWABLE: Remembered[Drawable] = Remembered(3)
"""By far the largest thing that a process keeps: two languages, and a third for a drill."""
_PAGES: Remembered[PicturePage] = Remembered(48)


def picture_page(ctx: Context, asked: PictureQuestion, language: Language) -> PicturePage:
    """Draw what is asked; what was drawn is kept until something that it shows changes."""
    authorize(ctx, Permission.CHAIN_VIEW)
    key = _key(ctx, language)
    if key is None:
        return _page(_whole(ctx, language), asked)
    place = queries.database_of(ctx), language
    return _PAGES.get(
        (key, asked), lambda: _page(_DRAWABLE.get(key, lambda: _whole(ctx, language), place=place), asked)
    )


def _key(ctx: Context, language: Language) -> Kept | None:
    """What a drawing depends on; None for who does not see everything, or when nothing may be kept."""
    if not queries.sees_all(ctx, Permission.VENDOR_VIEW, Permission.REGISTER_VIEW):
        return None
    marks = queries.marks(ctx)
    return None if marks is None else (marks.chain, marks.register, ctx.today, language)


def _page(whole: Drawable, asked: PictureQuestion) -> PicturePage:
    shown = whole.around(_starts(whole, asked)) if asked.is_narrowed else whole
    countries = [(item.key.partition(":")[2], item.label) for item in whole.items if item.rank is Rank.COUNTRY]
    return PicturePage(
        draw(shown.items, shown.links), len(shown.items), len(whole.items), whole.get(asked.focus),
        tuple(sorted(countries, key=lambda one: one[1])),
    )  # fmt: skip


def vendor_picture(ctx: Context, vendor: Vendor, world: ChainWorld, language: Language) -> Picture:
    """What leads to a vendor, and what it rests on; `world` holds at least the chain around it."""
    behind = {node.vendor_id for node in world.nodes if node.vendor_id is not None}
    whole = _drawn(ctx, world, language, {vendor.id, *behind})
    key = f"vendor:{vendor.id}"
    shown = whole.around([key] if whole.get(key) else [])
    return draw(shown.items, shown.links)


def _starts(whole: Drawable, asked: PictureQuestion) -> Iterable[str]:
    """The keys of what is asked."""
    if asked.focus:
        alone = [asked.focus] if whole.get(asked.focus) else []
        return dict.fromkeys([*alone, *whole.groups.get(asked.focus, ())])
    if asked.country:
        item = whole.get(f"country:{asked.country}")
        among: Iterable[PictureItem] = [item] if item else []
    else:
        among = whole.red if asked.red else whole.items
    sought = words(asked.words)
    return [item.key for item in among if _is_named(item, sought) and (not asked.red or item.is_red)]


def _is_named(item: PictureItem, sought: Sequence[str]) -> bool:
    return not sought or all(any(one.startswith(word) for one in words(item.label)) for word in sought)


def _whole(ctx: Context, language: Language) -> Drawable:
    return _drawn(ctx, queries.chain_world(ctx), language)


def _drawn(ctx: Context, world: ChainWorld, language: Language, vendor_ids: Collection[int] | None = None) -> Drawable:
    """A chain, with what is entrusted to these vendors, or to all."""
    items: dict[str, PictureItem] = {}
    links: list[PictureLink] = []
    for item, link in [*_chained(ctx, world, language), *_entrusted(ctx, language, vendor_ids)]:
        if item is not None:
            items.setdefault(item.key, item)
        if link is not None:
            links.append(link)
    return Drawable(tuple(items.values()), tuple(links))


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
        .where(Service.goes_on(ctx.today), visible(ctx, Permission.VENDOR_VIEW, Vendor))
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


def _chained(ctx: Context, world: ChainWorld, language: Language) -> Iterator[Drawn]:
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
