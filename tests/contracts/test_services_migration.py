"""Vendors of before were under contract as soon as one of their services was; now when each of them is."""

from datetime import timedelta

from sqlalchemy import text

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.contracts import services
from portal.core import migrating
from portal.core.db import Database
from tests.conftest import NOW
from tests.factories.desk import service_of
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

BEFORE = "0080"
READ = "SELECT standing, covered_until FROM vendor ORDER BY id"


def test_a_vendor_bound_for_one_of_its_services_is_told_apart_and_goes_back(lasting_url, app):
    store = Database.at(lasting_url)
    with store.session(write=True) as session:
        ctx = Context(session, SYSTEM, NOW)
        whole, partly, left, several = (vendor_of(session) for _ in range(4))
        for vendor in (whole, partly, left):
            contract_of(ctx, vendor).service_id = service_of(session, vendor).id
        service_of(session, partly, name="Autre")
        service_of(session, left, name="Autre", ended_on=NOW.date() - timedelta(days=1))
        for days in (30, 90):
            contract = contract_of(ctx, several)
            contract.service_id = service_of(session, several).id
            contract.expires_on = NOW.date() + timedelta(days=days)
        for vendor in (whole, partly, left, several):
            services.keep_standing_of(ctx, vendor.id)
        session.commit()
    with store.engine.begin() as db:
        today = list(map(tuple, db.execute(text(READ))))
    assert [row[0] for row in today] == ["in_force", "partial", "in_force", "in_force"]
    migrating.downgrade(store, BEFORE)
    with store.engine.begin() as db:
        assert {row[0] for row in db.execute(text(READ))} == {"in_force"}
        db.execute(text("UPDATE vendor SET covered_until = NULL"))
    migrating.upgrade(store)
    with store.engine.begin() as db:
        assert list(map(tuple, db.execute(text(READ)))) == today
    store.engine.dispose()
