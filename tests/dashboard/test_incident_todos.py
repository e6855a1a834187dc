from dataclasses import replace
from datetime import timedelta

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.clock import midnight
from portal.core.language import Language
from portal.core.translation import translate
from portal.dashboard.incident_todos import incident_todos
from portal.incidents import services
from portal.incidents.due_dates import incident_dates, incident_days
from tests.conftest import NOW
from tests.factories.incidents import FACTS, assessed, declared, notified
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


def told(ctx):
    return [(" ".join(translate(one.title, Language.FR).split()), one.tone, one.due_on) for one in incident_todos(ctx)]


def days(ctx):
    """The breaches and the days of the calendar, over a week."""
    week = (ctx.today, ctx.today + timedelta(days=7), 5)
    return len(incident_dates(ctx, *week)), len(incident_days(ctx, *week))


def test_hours_that_end_at_midnight_leave_the_day_before(session, dpo):
    told_at = midnight(dpo.today - timedelta(days=1)) - timedelta(minutes=20)
    facts = replace(FACTS, noticed_at=told_at - timedelta(hours=1))
    incident = declared(Context(session, SYSTEM, told_at), vendor_of(session, name="Callisto"), facts)
    last = dpo.today + timedelta(days=1)
    assert incident.notify_by == midnight(last + timedelta(days=1))
    [(_, _, due)] = told(dpo)
    assert due == last
    around = [(last - timedelta(days=1), 0), (last, 1), (last + timedelta(days=1), 0)]
    for day, found in around:
        assert [one.day for one in incident_dates(dpo, day, day, 5)] == [last] * found
        assert list(incident_days(dpo, day, day, 5)) == [last] * found


def test_a_breach_notified_and_taken_up_again_is_no_longer_to_notify(session, dpo):
    incident = declared(Context(session, SYSTEM, NOW), vendor_of(session, name="Callisto"))
    [(title, tone, due)] = told(dpo)
    assert (title, tone) == ("Callisto : violation de données, décider de notifier la CNIL", "danger")
    assert due is not None
    assert days(dpo) == (1, 1)
    assessed(dpo, incident)
    notified(dpo, incident)
    assert told(dpo) == []
    services.resume_assessment(dpo, incident, "Une seconde adresse était concernée.")
    assert told(dpo) == [("Callisto : violation de données, finir l’évaluation reprise", "warning", None)]
    assert days(dpo) == (0, 0)
