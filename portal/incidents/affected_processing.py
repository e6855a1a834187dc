"""What the map says a breach may touch: the lines of the register that rest on its vendor, or on who depends on it.

A proposal, no more: a person ticks, and what was ticked is frozen with the breach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.chain.queries import chain_around, knots_of_vendor
from portal.core.dataclass import dataclass
from portal.incidents.models import Incident
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.queries import standing
from portal.vendors.models import Service, Vendor

MOST = 200


@dataclass(frozen=True)
class AffectedLine:
    """A line of the register as it stood when it was proposed."""

    activity_id: int
    version: int
    name: str
    entity: str
    via: str
    """The vendor that it rests on, when that one depends on the vendor of the breach; empty when it is that vendor."""
    subjects: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    volume: str = ""
    """How many persons the line is about, as it says it: an order of magnitude, and of all of them."""

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "subjects": list(self.subjects), "categories": list(self.categories)}

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "AffectedLine":
        """What `plain` made, back."""
        return cls(**{**held, "subjects": tuple(held["subjects"]), "categories": tuple(held["categories"])})


def held_lines(incident: Incident) -> list[AffectedLine]:
    """What was ticked, as it was then."""
    return [AffectedLine.of(one) for one in incident.affected.get("lines", ())]


def proposed_lines(ctx: Context, incident: Incident) -> list[AffectedLine]:
    """What the register and the chain say today, those that rest on the vendor itself first; at most `MOST`."""
    above = _dependants(ctx, incident.vendor_id)
    named = incident.known.services
    own = (Service.vendor_id == incident.vendor_id) & (Service.id.in_(named) if named else True)
    rows = ctx.session.execute(
        select(ActivityVersion, Service.vendor_id, Vendor.name)
        .join(ActivityVersion.activity)
        .join(ProcessingActivity.legal_entity)
        .join(ActivityService, ActivityService.version_id == ActivityVersion.id)
        .join(Service, Service.id == ActivityService.service_id)
        .join(Vendor, Vendor.id == Service.vendor_id)
        .options(contains_eager(ActivityVersion.activity).contains_eager(ProcessingActivity.legal_entity))
        .where(
            or_(own, Service.vendor_id.in_(above)),
            Service.goes_on(ctx.today),
            or_(ProcessingActivity.ended_on.is_(None), ProcessingActivity.ended_on > ctx.today),
            standing(None), visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity),
        )
        .order_by(Service.vendor_id != incident.vendor_id, ProcessingActivity.name, ActivityVersion.id)
        .limit(MOST)
    ).all()  # fmt: skip
    found: dict[int, AffectedLine] = {}
    for version, vendor_id, name in rows:
        via = "" if vendor_id == incident.vendor_id else name
        found.setdefault(version.activity_id, _line(version, via))
    return list(found.values())


def _line(version: ActivityVersion, via: str) -> AffectedLine:
    sheet = version.sheet
    volume = getattr(sheet, "volume", None)
    return AffectedLine(
        version.activity_id, version.number, version.name, version.activity.legal_entity.name, via,
        tuple(one.value for one in getattr(sheet, "subjects", ())),
        tuple(dict.fromkeys(held.category.value for held in getattr(sheet, "data", ()))),
        volume.value if volume is not None else "",
    )  # fmt: skip


def _dependants(ctx: Context, vendor_id: int) -> set[int]:
    """The vendors that depend on one at any depth of the chain, as it stands today."""
    knots = knots_of_vendor(ctx, vendor_id) if ctx.can(Permission.CHAIN_VIEW) else []
    if not knots:
        return set()
    world = chain_around(ctx, knots)
    above = world.graph.dependants(knots)
    return {node.vendor_id for node in world.nodes if node.knot in above and node.vendor_id is not None} - {vendor_id}


def to_tick(proposed: Sequence[AffectedLine], held: Sequence[AffectedLine]) -> list[AffectedLine]:
    """What a person ticks among: what was ticked, as it was frozen, then what is proposed beside."""
    known = {one.activity_id for one in held}
    return [*held, *(one for one in proposed if one.activity_id not in known)]
