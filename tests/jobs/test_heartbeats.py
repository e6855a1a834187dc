from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.jobs import heartbeats
from portal.jobs.heartbeats import Pulse
from portal.jobs.models import Heartbeat
from tests.conftest import NOW


def pulse(database, **later):
    with database.reading() as session:
        return heartbeats.pulse(session, at=NOW + timedelta(**later))


def test_a_worker_is_alive_for_ninety_seconds_after_its_last_sign(lasting):
    assert pulse(lasting) is Pulse.SILENT
    heartbeats.beat(lasting, "w", "embedded", at=NOW)
    assert pulse(lasting, seconds=90) is Pulse.ALIVE
    assert pulse(lasting, seconds=91) is Pulse.SILENT


@pytest.mark.both_databases
def test_a_sign_of_life_from_the_future_is_none(lasting):
    """A clock three years ahead, put right since: its worker is dead, and its sign would be the newest for years."""
    heartbeats.beat(lasting, "ahead", "embedded", at=NOW + timedelta(days=1095))
    assert pulse(lasting) is Pulse.FROM_THE_FUTURE
    heartbeats.beat(lasting, "right", "embedded", at=NOW)
    assert pulse(lasting) is Pulse.ALIVE
    assert pulse(lasting, minutes=2) is Pulse.SILENT
    with lasting.reading() as session:
        assert session.scalars(select(Heartbeat.worker)).all() == ["right"]


def test_workers_silent_for_a_day_are_forgotten(lasting):
    heartbeats.beat(lasting, "old", "embedded", at=NOW)
    heartbeats.beat(lasting, "new", "embedded", at=NOW + timedelta(days=1, seconds=1))
    with lasting.reading() as session:
        assert session.scalars(select(Heartbeat.worker)).all() == ["new"]
