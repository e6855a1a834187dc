"""What the page of a drill shows: its times beside the limits and the drill before, what was missing, who took part."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence
from portal.drills import queries
from portal.drills.gaps import breach_gaps
from portal.drills.models import Drill
from portal.drills.rules import DrillKind, StepTime, step_times, verdict_of
from portal.identity.models import User
from portal.vendors.models import Vendor


@dataclass(frozen=True)
class ShownGap:
    """Something that was missing, and whether it still is."""

    text: str
    endpoint: str
    values: Mapping[str, Any]
    is_mended: bool | None
    """None when it was not looked at again."""


@dataclass(frozen=True)
class DrillPage:
    """All of it."""

    drill: Drill
    times: Sequence[StepTime]
    verdict: Sentence
    tone: str
    before: Drill | None
    members: Sequence[User]
    gaps: Sequence[ShownGap]
    due: datetime | None
    """End of the 72 hours, in a breach."""

    @property
    def mended(self) -> int:
        """How many of the gaps are known to be mended since."""
        return sum(gap.is_mended is True for gap in self.gaps)


def drill_page(ctx: Context, drill: Drill, language: Language) -> DrillPage:
    """The page of a drill within reach."""
    before = queries.drill_before(ctx, drill)
    steps = queries.steps_of(ctx, drill.id)
    start = drill.begun_at or drill.asked_at
    times = step_times(drill.kind, start, steps, queries.minutes_of(ctx, before))
    verdict, tone = verdict_of(times, drill.aim_minutes)
    due = drill.limits.get("due")
    return DrillPage(
        drill, times, verdict, tone, before, queries.members_of(ctx, drill.id), _gaps(ctx, drill, language),
        datetime.fromisoformat(due) if due else None,
    )  # fmt: skip


def _gaps(ctx: Context, drill: Drill, language: Language) -> list[ShownGap]:
    """What was missing; of a breach, read again in the true data: what cannot be read again is not said mended."""
    still: set[str] | None = None
    if drill.kind is DrillKind.BREACH and drill.state.is_over and drill.gaps:
        vendor = ctx.session.get(Vendor, drill.subject_id)
        still = {gap.key for gap in breach_gaps(ctx, vendor)} if vendor is not None else None
    return [
        ShownGap(
            one[language.value], one["endpoint"], one["values"], None if still is None else one["key"] not in still
        )
        for one in drill.gaps
    ]
