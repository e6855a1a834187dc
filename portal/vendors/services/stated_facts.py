"""Facts set on many services at once: what would change is shown first, and each vendor's journal keeps its part."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.journal import services as journal
from portal.vendors.models import Service, Vendor
from portal.vendors.rules.stated_facts import FACT_COLUMNS, changed_facts
from portal.vendors.rules.tier import Tier
from portal.vendors.services.classification import classification, settle_all

_WEIGHED = (*FACT_COLUMNS, "has_vulnerable", "name", "ended_on")


@dataclass(frozen=True)
class ServiceChange:
    """What would change of one service."""

    service: Service
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class VendorChange:
    """What would change of one vendor: its services, and the tier that would follow."""

    vendor: Vendor
    services: tuple[ServiceChange, ...]
    tier: Tier | None
    tier_floor: Tier | None
    tier_ceiling: Tier | None


def preview_facts(
    ctx: Context, services: Sequence[Service], chosen: Iterable[int], stated: Mapping[str, Any], *, replace: bool
) -> list[VendorChange]:
    """What stating these facts of the chosen services would change, vendor by vendor; writes nothing.

    `services` are all those of the vendors, with their vendors loaded: what is not chosen weighs as it stands.
    """
    wanted = set(chosen)
    by_vendor: dict[int, list[Service]] = defaultdict(list)
    for service in services:
        by_vendor[service.vendor_id].append(service)
    found = []
    for held in by_vendor.values():
        changes, weighed = [], []
        for service in held:
            current = {name: getattr(service, name) for name in _WEIGHED}
            after = changed_facts(current, stated, replace=replace) if service.id in wanted else {}
            if after:
                changes.append(ServiceChange(service, {name: current[name] for name in after}, after))
            weighed.append(SimpleNamespace(**{**current, **after}))
        if changes:
            risk = classification(weighed, on=ctx.today)  # type: ignore[arg-type]
            tiers = risk["tier"], risk["tier_floor"], risk["tier_ceiling"]
            found.append(VendorChange(held[0].vendor, tuple(changes), *tiers))
    return found


def state_facts(
    ctx: Context, services: Sequence[Service], chosen: Iterable[int], stated: Mapping[str, Any], *, replace: bool,
    by: str = "",
) -> int:  # fmt: skip
    """State facts of the chosen services; returns how many changed. `by` is who said it, when it is somebody else.

    Few statements whatever the number of vendors: every one of them is weighed again.
    """
    changed = preview_facts(ctx, services, chosen, stated, replace=replace)
    told = {"by": by} if by else {}
    count = 0
    for change in changed:
        authorize(ctx, Permission.VENDOR_EDIT, change.vendor)
        for one in change.services:
            for name, value in one.after.items():
                setattr(one.service, name, value)
            journal.record(ctx, "service.revised", one.service, before=one.before, after={**one.after, **told})
            count += 1
    ctx.session.flush()
    by_vendor: dict[int, list[Service]] = defaultdict(list)
    for service in services:
        by_vendor[service.vendor_id].append(service)
    settle_all(ctx, [(change.vendor, by_vendor[change.vendor.id]) for change in changed])
    return count
