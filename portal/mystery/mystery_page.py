"""What the pages of a test show: its steps with their words and outcomes, what is left, how it compares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.authz.context import Context
from portal.core.language import Sentence
from portal.mystery import queries, script_files
from portal.mystery.judgement import judgement_of, order_of
from portal.mystery.models import MysteryObservation, MysteryState, MysteryTest
from portal.mystery.rules.judgement import Judged, Judgement, last_day
from portal.mystery.rules.series import Change, Point, compare, message
from portal.mystery.snapshot import thaw_result, thaw_script


@dataclass(frozen=True)
class Line:
    """One step of a test as its pages show it."""

    number: int
    judged: Judged
    words: Sequence[MysteryObservation]
    """What was said of it, the last word first."""
    change: Change

    @property
    def key(self) -> str:
        """The step's name in addresses."""
        return self.judged.step.key

    @property
    def last(self) -> MysteryObservation | None:
        """The word that counts."""
        return self.words[0] if self.words else None


@dataclass(frozen=True)
class Desk:
    """A test, ready to be shown."""

    lines: Sequence[Line]
    judgement: Judgement
    previous: MysteryTest | None
    points: Sequence[Point]

    @property
    def spoken(self) -> int:
        """How many steps somebody has spoken on."""
        return sum(bool(line.words) for line in self.lines)

    def line(self, key: str) -> Line | None:
        """The line of a step."""
        return next((line for line in self.lines if line.key == key), None)

    @property
    def message(self) -> Sentence | None:
        """What the series says; None until two tests observed something."""
        return message(self.points) if sum(point.share is not None for point in self.points) > 1 else None

    def next_key(self, after: str = "") -> str | None:
        """The first step nobody has spoken on, from one on, then from the start."""
        keys = [line.key for line in self.lines]
        start = keys.index(after) + 1 if after in keys else 0
        waiting = [line.key for line in (*self.lines[start:], *self.lines[:start]) if not line.words]
        return waiting[0] if waiting else None


def desk_of(ctx: Context, test: MysteryTest) -> Desk:
    """A test with everything its pages show."""
    words = queries.words_of(ctx, test.id)
    judgement = judgement_of(test, queries.last_words(words), ctx.today)
    earlier = queries.previous(ctx, test)
    before = thaw_result(earlier.result, thaw_script(earlier.script)) if earlier else ()
    changes: Mapping[str, Change] = compare(before, judgement.lines)
    lines = [
        Line(number, judged, words.get(judged.step.key, []), changes[judged.step.key])
        for number, judged in enumerate(judgement.lines, start=1)
    ]
    points = queries.series(ctx, test.vendor_id, test.way)
    if test.state is MysteryState.CONCLUDED and test.concluded_at is not None:
        ids = [point.test_id for point in points]
        points = points[: ids.index(test.id) + 1] if test.id in ids else points
    return Desk(lines, judgement, earlier, points)


def last_day_of(test: MysteryTest) -> date | None:
    """The last day of the period of a test's order, when it is known."""
    return last_day(order_of(test), script_files.law()) if test.kind is not None else None
