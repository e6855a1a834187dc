"""Findings of before have the day first agreed and no last day of an acceptance; they go back as they were."""

from sqlalchemy import text

from portal.core import migrating
from portal.core.db import Database
from tests.factories.world import full_vendor

BEFORE = "0034"
READ = "SELECT state, due_on, opened_at, closing_reason FROM finding"
COLUMNS = "first_due_on = due_on, asked_at = opened_at, waivers, waived_until, closing_basis"


def test_a_risk_accepted_before_is_kept_without_a_last_day_and_goes_back(lasting_url):
    store = Database.at(lasting_url)
    with store.transaction() as session:
        full_vendor(session)
    migrating.downgrade(store, BEFORE)
    with store.engine.begin() as db:
        db.execute(text("UPDATE finding SET state = 'risque_accepte', closing_reason = 'Ancien'"))
        before = db.execute(text(READ)).all()
    migrating.upgrade(store)
    with store.engine.begin() as db:
        [row] = db.execute(text(f"SELECT {COLUMNS} FROM finding")).all()
        assert (bool(row[0]), bool(row[1]), *row[2:]) == (True, True, 1, None, None)
    migrating.downgrade(store, BEFORE)
    with store.engine.begin() as db:
        assert db.execute(text(READ)).all() == before
    store.engine.dispose()
