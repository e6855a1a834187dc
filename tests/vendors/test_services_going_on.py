"""The day a service ends, it has: every statement says so, as `Vendor.services_on` does."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.incidents.queries import services_of
from portal.vendors.letter_context import letter_context
from portal.vendors.models import Service, Vendor
from tests.factories.desk import service_of
from tests.factories.world import vendor_of


@pytest.fixture
def vendor(ctx, session):
    """It provides one service without end, one that ends tomorrow, one today and one that ended yesterday."""
    vendor = vendor_of(session, name="Callisto")
    service_of(session, vendor, name="Sans fin")
    for name, days in (("Demain", 1), ("Aujourd'hui", 0), ("Hier", -1)):
        service_of(session, vendor, name=name, ended_on=ctx.today + timedelta(days=days))
    session.commit()
    return vendor


GOING_ON = ["Sans fin", "Demain"]


@pytest.mark.both_databases
def test_a_service_that_ends_today_has_ended_for_statements_and_for_rows_alike(ctx, session, vendor):
    found = session.scalars(select(Service.name).where(Service.goes_on(ctx.today)).order_by(Service.id)).all()
    read = session.scalars(select(Vendor).options(selectinload(Vendor.services))).one()
    assert found == [one.name for one in read.services_on(ctx.today)] == GOING_ON


def test_a_letter_names_no_service_that_ended_today(ctx, vendor):
    assert letter_context(ctx, [vendor.id]).subject_of(vendor.id)["services"] == GOING_ON


def test_a_breach_is_not_offered_a_service_that_ended_today_unless_it_names_it(ctx, session, vendor):
    assert [one.name for one in services_of(ctx, vendor.id)] == GOING_ON
    ended = session.scalars(select(Service).where(Service.name == "Aujourd'hui")).one()
    assert [one.name for one in services_of(ctx, vendor.id, named=[ended.id])] == [*GOING_ON, "Aujourd'hui"]
