"""What services and their vendors say today that the register asks for: of one service, or of all that lines rest on.

It is read by columns: of ten thousand lines, the rows themselves would be most of what a page costs.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.processing.models import ActivityService, ActivityVersion
from portal.processing.queries.lines import standing
from portal.processing.rules.proposals import MECHANISMS, SaidService, SaidSubProcessor
from portal.processing.rules.sheets import CATEGORY_OF, StatedTransfer
from portal.vendors import queries as vendors
from portal.vendors import reference as places
from portal.vendors.models import Service, Vendor
from portal.vendors.place_names import place_name
from portal.vendors.rules.countries import in_eea, parse_country
from portal.vendors.rules.facts import DataSubject, Volume
from portal.vendors.rules.naming import plain, tidy


@dataclass(frozen=True)
class _Facts:
    """What is read of a service, with the name of its vendor."""

    id: int
    vendor_id: int
    vendor: str
    name: str
    purpose: str
    data_details: str
    retention: str
    categories: Sequence[str]
    special_categories: Sequence[str]
    subjects: Sequence[str]
    volume: Volume
    locations: Sequence[str]
    transfer_mechanism: str


_READ: Sequence[Any] = (
    Service.id, Service.vendor_id, Vendor.name, Service.name, Service.purpose, Service.data_details, Service.retention,
    Service.categories, Service.special_categories, Service.subjects, Service.volume, Service.locations,
    Service.transfer_mechanism,
)  # fmt: skip
"""In the order of `_Facts`."""
_SUBJECTS = {one.value: one for one in DataSubject}


def said_of(ctx: Context, services: Iterable[Service]) -> dict[int, SaidService]:
    """What is said of each of these services, whose vendors are loaded, and of its vendor, as of today."""
    facts = [
        _Facts(
            one.id, one.vendor_id, one.vendor.name, one.name, one.purpose, one.data_details, one.retention,
            one.categories, one.special_categories, one.subjects, one.volume, one.locations, one.transfer_mechanism,
        )
        for one in {one.id: one for one in services}.values()
    ]  # fmt: skip
    return _said(ctx, facts)


def said_of_rested(
    ctx: Context, only: Collection[int] | None = None
) -> tuple[dict[int, list[int]], dict[int, SaidService]]:
    """The services under way of each version that the register says now, by its number, and what is said of each;
    four statements. Of some lines alone, by their numbers, when these are given.
    """
    links = (
        select(ActivityService.version_id, ActivityService.service_id)
        .join(ActivityVersion, ActivityVersion.id == ActivityService.version_id)
        .join(Service, Service.id == ActivityService.service_id)
        .where(standing(None), Service.goes_on(ctx.today))
    )
    if only is not None:
        links = links.where(ActivityVersion.activity_id.in_(only))
    rests: dict[int, list[int]] = defaultdict(list)
    for version_id, service_id in ctx.session.execute(links.order_by(ActivityService.service_id)):
        rests[version_id].append(service_id)
    rested = links.with_only_columns(ActivityService.service_id)
    facts = ctx.session.execute(
        select(*_READ).join(Vendor, Vendor.id == Service.vendor_id).where(Service.id.in_(rested))
    )
    return rests, _said(ctx, [_Facts(*row) for row in facts])


def _said(ctx: Context, services: Collection[_Facts]) -> dict[int, SaidService]:
    numbers = sorted({one.vendor_id for one in services})
    chains = _by_vendor(vendors.named_sub_processors(ctx, numbers)) if numbers else {}
    elsewhere = _by_vendor(vendors.named_places(ctx, numbers)) if numbers else {}
    return {
        one.id: _said_of(ctx, one, chains.get(one.vendor_id, ()), elsewhere.get(one.vendor_id, ())) for one in services
    }


def _by_vendor(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.vendor_id].append(row)
    return found


def _said_of(
    ctx: Context, service: _Facts, chain: Sequence[vendors.NamedSubProcessor], elsewhere: Sequence[vendors.NamedPlace]
) -> SaidService:
    language = ctx.actor.language
    told = {*service.categories, *service.special_categories}
    return SaidService(
        number=service.id, name=tidy(service.name), vendor=service.vendor,
        purpose=service.purpose, details=tidy(service.data_details), retention=tidy(service.retention),
        categories=tuple(one for value, one in CATEGORY_OF.items() if value in told),
        subjects=tuple(one for value, one in _SUBJECTS.items() if value in service.subjects),
        volume=service.volume, transfers=tuple(_transfers(ctx, service, elsewhere)),
        sub_processors=tuple(
            SaidSubProcessor(tidy(row.name), place_name(_code(row.country) or tidy(row.country), language),
                             tidy(row.service))
            for row in chain if plain(row.name)
        ),
    )  # fmt: skip


def _transfers(ctx: Context, service: _Facts, elsewhere: Sequence[vendors.NamedPlace]) -> Iterable[StatedTransfer]:
    """Where the data of a service go outside the EEA: what the vendor said of each place, then its own places."""
    found: dict[tuple[str, str], StatedTransfer] = {}
    for row in elsewhere:
        code = _code(row.country)
        if code and plain(row.recipient) and not in_eea(code, places.atlas(), ctx.today):
            stated = StatedTransfer(tidy(row.recipient), code, MECHANISMS.get(row.mechanism))
            found.setdefault((plain(row.recipient), code), stated)
    named = {code for _recipient, code in found}
    for code in service.locations:
        if code not in named and not in_eea(code, places.atlas(), ctx.today):
            stated = StatedTransfer(service.vendor, code, MECHANISMS.get(service.transfer_mechanism))
            found.setdefault((plain(service.vendor), code), stated)
    return found.values()


def _code(text: str) -> str:
    found = parse_country(text, places.atlas())
    return found if isinstance(found, str) else ""
