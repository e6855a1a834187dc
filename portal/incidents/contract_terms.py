"""What the contracts in force with a vendor say of its delay to tell us of a breach, as each text says it.

A contract whose text nobody has read says nothing: the delay is then unknown, never assumed.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.paper.contract_delays import delays_in_force
from portal.paper.rules.contract_delays import DelayKind
from portal.vendors.models import Vendor


@dataclass(frozen=True)
class BreachTerm:
    """The delay that one contract gives the vendor."""

    contract_id: int
    title: str
    hours: int
    quote: str
    """As its text says it."""

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def breach_terms(ctx: Context, vendor: Vendor, services: Iterable[int] = ()) -> list[BreachTerm]:
    """The delays of the contracts in force, the shortest first; of those of some services, and of the general ones.

    Working days are left out: how many hours they are depends on when they start.
    """
    wanted = set(services)
    found = [
        BreachTerm(one.document_id, one.document_title, hours, one.quote)
        for one in delays_in_force(ctx, [vendor.id], [DelayKind.BREACH])
        if not wanted or one.service_id is None or one.service_id in wanted
        if one.figure is not None and (hours := one.figure.hours) is not None
    ]
    return sorted(found, key=lambda term: (term.hours, term.contract_id))
