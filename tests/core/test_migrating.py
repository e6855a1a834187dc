"""Tables move with their rows, on SQLite and on PostgreSQL, and never leave a key that points to nothing."""

import shutil
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from portal.audits.models import Audit, AuditFinding
from portal.core import migrating
from portal.core.db import Database
from portal.core.errors import Refused
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import Severity
from tests.factories.world import full_vendor

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def store(lasting_url):
    database = Database.at(lasting_url)
    yield database
    database.engine.dispose()


def finding(session, vendor_id, subject):
    made = Finding(
        vendor_id=vendor_id, subject=subject, severity=Severity.MAJOR, title="Écart", action="Corriger",
        due_on=AT.date(), opened_at=AT,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        FindingMessage(finding_id=made.id, at=AT, author_name="Ana", from_vendor=False, text=words)
        for words in ("Un", "Deux")
    )
    session.flush()
    return made.id


def messages(store):
    with store.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT f.id, f.audit_id, m.text FROM finding f JOIN finding_message m ON m.finding_id = f.id "
                "ORDER BY m.id"
            )
        )
        return [tuple(row) for row in rows]


def test_a_finding_keeps_its_messages_down_to_the_first_tables_and_up_again(store):
    with store.transaction() as session:
        vendor = full_vendor(session)
        audit_id = session.scalars(select(Audit.id)).one()
        kept = finding(session, vendor.id, "r")
        session.add(AuditFinding(audit_id=audit_id, question_key="r", finding_id=kept, seen_at=AT))
        finding(session, vendor.id, "refund-late")
    expected = [(kept, audit_id, "Un"), (kept, audit_id, "Deux")]
    migrating.downgrade(store, "0001")
    assert messages(store) == expected
    migrating.upgrade(store)
    with store.transaction() as session:
        link = session.scalars(select(AuditFinding).where(AuditFinding.finding_id == kept)).one()
        assert (link.audit_id, link.question_key) == (audit_id, "r")
        words = session.scalars(select(FindingMessage.text).where(FindingMessage.finding_id == kept)).all()
        assert sorted(words) == ["Deux", "Un"]
        assert session.get_one(Finding, kept).title == "Écart"


def test_keys_hold_again_once_the_tables_have_moved(store):
    migrating.downgrade(store, "0001")
    migrating.upgrade(store)
    with pytest.raises(Exception, match=r"(?i)foreign key"), store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO finding_message (finding_id, at, author_name, from_vendor, internal, text) "
                "VALUES (999, '2026-11-24 09:00:00', 'Ana', false, false, 'Un')"
            )
        )


def test_a_migration_that_would_leave_a_broken_key_changes_nothing(migrated, tmp_path):
    store = Database.at(f"sqlite:///{shutil.copy(migrated, tmp_path / 'broken.db')}")
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute(
            "INSERT INTO finding_message (finding_id, at, author_name, from_vendor, internal, text) "
            "VALUES (999, '2026-11-24 09:00:00', 'Ana', false, false, 'Un')"
        )
        raw.commit()
        raw.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(RuntimeError, match=r"broken key"):
        migrating.downgrade(store, "0001")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() > "0001"
        assert connection.execute(text("SELECT count(*) FROM case_sample")).scalar_one() == 0
    store.engine.dispose()


@pytest.mark.parametrize("move", [migrating.upgrade, migrating.downgrade])
def test_a_revision_that_does_not_exist_is_refused_in_a_sentence(store, move):
    with pytest.raises(Refused, match=r"révision"):
        move(store, "ffff")
