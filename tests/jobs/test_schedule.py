import pytest
from sqlalchemy import select

from portal.jobs import schedule
from portal.jobs.models import Heartbeat
from tests.conftest import NOW


@pytest.fixture
def ticks(monkeypatch):
    """The ticks of the test, and no other."""
    found: dict[str, schedule.Tick] = {}
    monkeypatch.setattr(schedule, "TICKS", found)
    return found


def note(name):
    def tick(ctx):
        ctx.session.add(Heartbeat(worker=name, carrier="test", seen_at=ctx.now))
        return 1

    return tick


def test_every_tick_runs_at_the_instant_given_and_says_what_it_started(lasting, ticks):
    schedule.every_tick("a")(note("a"))
    schedule.every_tick("b")(lambda _ctx: 0)
    assert schedule.tick(lasting, at=NOW) == {"a": 1, "b": 0}
    with lasting.reading() as session:
        assert session.scalars(select(Heartbeat.seen_at)).all() == [NOW]


def test_a_tick_that_fails_leaves_nothing_and_stops_no_other(lasting, ticks):
    def break_down(ctx):
        note("half")(ctx)
        ctx.session.flush()
        raise RuntimeError

    ticks.update(broken=break_down, sound=note("sound"))
    assert schedule.tick(lasting, at=NOW) == {"sound": 1}
    with lasting.reading() as session:
        assert session.scalars(select(Heartbeat.worker)).all() == ["sound"]
