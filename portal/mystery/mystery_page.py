"""The pages of a test: its steps, their observations and outcomes, and what changed since the one before."""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.language import Sentence
from portal.mystery import queries, script_files
from portal.mystery.judgement import judgement_of, order_of
from portal.mystery.models import MysteryObservation, MysteryState, MysteryTest
from portal.mystery.rules.judgement import JudgedStep, MysteryJudgement, last_day
from portal.mystery.rules.series import SeriesPoint, StepChange, compare, message
from portal.mystery.snapshot import thaw_result, thaw_script


@dataclass(frozen=True)
class StepRow:
    """One step of a test as its pages show it."""

    number: int
    judged: JudgedStep
    observations: Sequence[MysteryObservation]
    """The latest first."""
    change: StepChange

    @property
    def key(self) -> str:
        """The step's name in addresses."""
        return self.judged.step.key

    @property
    def latest(self) -> MysteryObservation | None:
        """The observation that counts."""
        return self.observations[0] if self.observations else None


@dataclass(frozen=True)
class MysteryTestPage:
    """A test, ready to be shown."""

    lines: Sequence[StepRow]
    judgement: MysteryJudgement
    previous: MysteryTest | None
    points: Sequence[SeriesPoint]

    @property
    def observed_steps(self) -> int:
        """How many steps have an observation."""
        return sum(bool(line.observations) for line in self.lines)

    def line(self, key: str) -> StepRow | None:
        """The line of a step."""
        return next((line for line in self.lines if line.key == key), None)

    @property
    def message(self) -> Sentence | None:
        """What the series says; None until two tests observed something."""
        return message(self.points) if sum(point.share is not None for point in self.points) > 1 else None

    def next_key(self, after: str = "") -> str | None:
        """The first step without observation after one, then from the start."""
        keys = [line.key for line in self.lines]
        start = keys.index(after) + 1 if after in keys else 0
        waiting = [line.key for line in (*self.lines[start:], *self.lines[:start]) if not line.observations]
        return waiting[0] if waiting else None


def mystery_test_page(ctx: Context, test: MysteryTest) -> MysteryTestPage:
    """A test with everything its pages show."""
    words = queries.observations_of(ctx, test.id)
    judgement = judgement_of(test, queries.latest_observations(words), ctx.today)
    earlier = queries.previous_test(ctx, test)
    before = thaw_result(earlier.result, thaw_script(earlier.script)) if earlier else ()
    changes: Mapping[str, StepChange] = compare(before, judgement.lines)
    lines = [
        StepRow(number, judged, words.get(judged.step.key, []), changes[judged.step.key])
        for number, judged in enumerate(judgement.lines, start=1)
    ]
    points = queries.series(ctx, test.vendor_id, test.way)
    if test.state is MysteryState.CONCLUDED and test.concluded_at is not None:
        ids = [point.test_id for point in points]
        points = points[: ids.index(test.id) + 1] if test.id in ids else points
    return MysteryTestPage(lines, judgement, earlier, points)


def last_day_of(test: MysteryTest) -> date | None:
    """The last day of the period of a test's order, when it is known."""
    return last_day(order_of(test), script_files.law()) if test.kind is not None else None
