"""What tests of the journal share: a database whose commits last, and entries to read."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.core.seal import make_seal_key
from portal.journal import services
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.databases import lasting_database
from tests.factories.tampered_copies import Copy
from tests.factories.things import Thing


@pytest.fixture
def lasting(lasting_url):
    with lasting_database(lasting_url) as database:
        yield database


@pytest.fixture
def copy(lasting, tmp_path, monkeypatch):
    """A portal whose journal is anchored and signed."""
    told = replace(process.settings(), anchor_file=tmp_path / "anchor.jsonl", seal_file=tmp_path / "seal.json")
    monkeypatch.setattr(process, "_settings", [told])
    make_seal_key(told.seal_file, "Essai", at=NOW)
    return Copy(lasting, tmp_path)


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
