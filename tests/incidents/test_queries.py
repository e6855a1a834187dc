"""Breaches are listed with those whose clock runs first, along an index."""

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


@pytest.fixture
def listed(session):
    """A breach in each state, the later the state the later declared."""
    ctx, vendor = Context(session, SYSTEM, NOW), vendor_of(session)
    for place, state in enumerate(IncidentState):
        incident = declared(ctx, vendor)
        incident.state, incident.declared_at = state, ctx.now + timedelta(hours=place)
    session.flush()
    return ctx


def test_those_whose_clock_runs_come_first_then_the_latest(listed):
    found = queries.incident_page(listed, None, 1)
    undecided = [state for state in reversed(IncidentState) if state.is_undecided]
    decided = [state for state in reversed(IncidentState) if not state.is_undecided]
    assert [row.state for row in found.rows] == [*undecided, *decided]
    assert found.total == len(IncidentState)
    assert [row.state for row in queries.incident_page(listed, IncidentState.CLOSED, 1).rows] == [IncidentState.CLOSED]


def test_a_page_of_breaches_is_read_in_the_order_of_its_index(listed, plans):
    """All of them were put in order to show twenty-five."""
    plans.clear()
    queries.incident_page(listed, None, 1)
    assert "ix_incident_first_undecided" in plans[0]
    assert "TEMP B-TREE" not in plans[0]
    plans.clear()
    queries.incident_page(listed, IncidentState.CLOSED, 1)
    assert "TEMP B-TREE" not in plans[0]
