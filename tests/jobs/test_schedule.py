from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

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


def test_no_tick_runs_at_an_instant_that_only_a_wrong_clock_gives_unless_a_person_typed_it(lasting, ticks, monkeypatch):
    told, actors = [], []
    monkeypatch.setattr(schedule, "ON_LEAP", [lambda _ctx, leap: told.append(leap.said)])
    ticks["a"] = lambda ctx: actors.append(ctx.actor.name) or 1
    ahead = NOW + timedelta(days=1095)
    assert schedule.tick(lasting, at=NOW) == {"a": 1}
    assert schedule.tick(lasting, at=ahead) == {}
    assert schedule.tick(lasting, at=ahead + timedelta(seconds=20)) == {}
    assert told == [ahead]
    assert schedule.tick(lasting, at=ahead, by_hand=True) == {"a": 1}
    assert schedule.tick(lasting, at=NOW + timedelta(minutes=1)) == {"a": 1}
    assert actors == ["Vigie", "Commande", "Vigie"]


def test_a_database_that_is_away_is_not_the_fault_of_a_tick(lasting, ticks):
    def away(_ctx):
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    ticks["a"] = away
    with pytest.raises(OperationalError):
        schedule.tick(lasting, at=NOW)
