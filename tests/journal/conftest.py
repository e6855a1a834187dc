"""What tests of the journal share: a database whose commits last, and entries to read."""

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.journal import services
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.databases import lasting_database
from tests.factories.things import Thing


@pytest.fixture
def lasting(lasting_url):
    with lasting_database(lasting_url) as database:
        yield database


@pytest.fixture
def written(session):
    """`written(3)` writes three entries and commits."""

    def write(count, **facts):
        ctx = Context(session, SYSTEM, NOW)
        for n in range(count):
            services.record(ctx, f"chose.faite{n}", Thing(n + 1, f"Chose {n + 1}"), after={"n": n}, **facts)
        session.commit()
        return session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()

    return write
