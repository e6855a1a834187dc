"""Breaches are listed with the soonest to notify first, along an index."""

from datetime import timedelta

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.incidents import queries
from portal.incidents.rules.life import IncidentState
from tests.conftest import NOW
from tests.factories.incidents import declared
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases
S = IncidentState


@pytest.fixture
def ctx(session):
    return Context(session, SYSTEM, NOW)


@pytest.fixture
def breach(ctx):
    """Writes one in a state, with the hours left to notify it and those since it was declared."""

    def made(state, *, left=0, declared_since=0, is_notified=False):
        incident = declared(ctx, vendor_of(ctx.session))
        incident.declared_at = ctx.now - timedelta(hours=declared_since)
        incident.state, incident.notify_by = state, ctx.now + timedelta(hours=left)
        incident.notified_at = ctx.now if is_notified else None
        ctx.session.flush()
        return incident.id

    return made


def listed(ctx, state=None):
    return [row.id for row in queries.incident_page(ctx, state, 1).rows]


def test_the_soonest_to_notify_comes_first_whenever_it_was_declared(ctx, breach):
    """With 24 hours left, it stood under one with 52 that was declared after it."""
    late = breach(S.ASSESSING, left=52, declared_since=20)
    soon = breach(S.DECLARED, left=24, declared_since=48)
    over = breach(S.ASSESSING, left=-3, declared_since=30)
    assert listed(ctx) == [over, soon, late]
    assert listed(ctx, S.ASSESSING) == [over, late]


def test_what_is_notified_already_has_no_delay_and_the_decided_come_after_the_latest_first(ctx, breach):
    decided = [
        breach(S.CLOSED, left=1, declared_since=9, is_notified=True),
        breach(S.UNNOTIFIED, left=90, declared_since=8),
        breach(S.NOTIFIED, left=2, declared_since=7, is_notified=True),
        breach(S.MISTAKEN, left=-400, declared_since=6),
    ]
    taken_up = breach(S.ASSESSING, left=-200, declared_since=5, is_notified=True)
    again = breach(S.ASSESSING, left=-300, declared_since=4, is_notified=True)
    running = breach(S.ASSESSING, left=60, declared_since=12)
    assert listed(ctx) == [running, again, taken_up, *reversed(decided)]
    assert listed(ctx, S.ASSESSING) == [running, again, taken_up]
    assert listed(ctx, S.CLOSED) == decided[:1]


def test_breaches_of_one_moment_stand_once_each_over_the_pages(ctx, breach):
    made = [breach(S.DECLARED, left=24) for _ in range(27)] + [breach(S.CLOSED) for _ in range(26)]
    pages = [queries.incident_page(ctx, None, number) for number in (1, 2, 3)]
    assert [page.total for page in pages] == [53] * 3
    assert [row.id for page in pages for row in page.rows] == [*reversed(made[:27]), *reversed(made[27:])]


@pytest.mark.parametrize("state", [None, *S])
def test_a_page_of_breaches_is_read_in_the_order_of_its_index(ctx, breach, plans, state):
    """All of them were put in order to show twenty-five."""
    for one in S:
        breach(one)
    plans.clear()
    assert listed(ctx, state)
    assert ("ix_incident_first_undecided" if state is None else "ix_incident_listed") in plans[0]
    assert "TEMP B-TREE" not in plans[0]
