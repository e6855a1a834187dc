"""Until when we may object, contract by contract: the delay of each contract in force, its passage, its computation."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from portal.authz.context import Context
from portal.changes.legislation import objection_law
from portal.changes.rules.deadlines import ObjectionDeadline, objection_deadline
from portal.consumer_law.legislation import metropolitan_france
from portal.core.clock import LEGAL_ZONE, last_day_before
from portal.core.dataclass import dataclass
from portal.paper.contract_delays import ContractDelay, delays_in_force
from portal.paper.rules.contract_delays import DelayKind


@dataclass(frozen=True)
class DeadlineLine:
    """What one contract in force gives us."""

    delay: ContractDelay
    deadline: ObjectionDeadline | None
    """None while its delay is unknown, or when it writes none."""

    @property
    def hour(self) -> str:
        """Until when on the last day, when it is not whole."""
        return last_hour(self.deadline.before) if self.deadline else ""

    def plain(self) -> dict[str, Any]:
        """As JSON values, to be kept with an answer."""
        figure = self.delay.figure
        return {
            "contract_id": self.delay.contract_id, "title": self.delay.title, "quote": self.delay.quote,
            "number": figure.number if figure else None, "unit": figure.unit.value if figure else None,
            "confirmed_by": self.delay.confirmed_by,
            "last": self.deadline.last.isoformat() if self.deadline else None,
        }  # fmt: skip


def deadline_lines(ctx: Context, vendor_id: int, received_at: datetime) -> list[DeadlineLine]:
    """Every contract in force of a vendor, the soonest end first, then those whose delay is unknown."""
    lines = [
        DeadlineLine(delay, _counted(delay, received_at))
        for delay in delays_in_force(ctx, [vendor_id], [DelayKind.OBJECTION])
    ]
    return sorted(
        lines, key=lambda line: (line.deadline is None, line.deadline.before if line.deadline else received_at)
    )


def _counted(delay: ContractDelay, received_at: datetime) -> ObjectionDeadline | None:
    if delay.figure is None:
        return None
    return objection_deadline(received_at, delay.figure, objection_law(), metropolitan_france(), LEGAL_ZONE)


def object_before(lines: Sequence[DeadlineLine]) -> datetime | None:
    """The soonest end: what keeps us in time under every contract that says one; none when no contract does."""
    return min((line.deadline.before for line in lines if line.deadline is not None), default=None)


def last_hour(before: datetime | None) -> str:
    """Until when on the last day, in Paris, as « 10:00 », when the contract counts in hours; that day is whole without.

    >>> from datetime import UTC
    >>> last_hour(datetime(2026, 12, 3, 9, 30, tzinfo=UTC)), last_hour(datetime(2026, 12, 3, 23, tzinfo=UTC))
    ('10:30', '')
    """
    if before is None:
        return ""
    at = before.astimezone(LEGAL_ZONE)
    return "" if at.time() == time.min else f"{at:%H:%M}"


def last_day(before: datetime | None) -> date | None:
    """The last day on which one may object, in Paris: the one before the instant that is too late; none without one."""
    return last_day_before(before) if before is not None else None
