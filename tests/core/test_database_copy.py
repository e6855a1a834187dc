"""A copy of the database: the same rows, worked on apart, erased without a trace; on both databases."""

import shutil
import stat
from datetime import UTC, datetime
from io import BytesIO

import pytest
from sqlalchemy import func, select, text

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import database_copy
from portal.core.database_copy import FILE, erase_copy, is_there, make_copy, open_copy, size_of
from portal.core.db import Base, Database, is_copy
from portal.core.errors import Refused
from portal.core.fernet_keys import draw_key
from portal.core.files import LayeredStore, Store
from portal.core.files.keyring import Keyring
from portal.jobs import ledger
from portal.jobs.models import Job
from portal.journal import services as journal
from portal.journal.models import JournalEntry
from portal.vendors.models import Vendor
from tests.factories.files import pdf
from tests.factories.world import vendor_of

NAME = "exercice_1"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def true(lasting_url):
    found = Database.at(lasting_url)
    with found.transaction() as session:
        for name in ("Acme", "Bertin", "Callisto"):
            vendor_of(session, name=name)
    yield found
    found.engine.dispose()


@pytest.fixture
def copy(true, tmp_path):
    folder = tmp_path / "exercices" / "1"
    make_copy(true, folder, NAME)
    yield open_copy(true, folder, NAME)
    erase_copy(true, folder, NAME)


def contents(database):
    with database.reading() as session:
        return {
            table.name: session.execute(select(table).order_by(*table.primary_key.columns)).all()
            for table in Base.metadata.sorted_tables
        }


def test_the_copy_has_every_row_of_every_table_and_the_true_one_never_sees_what_is_written_there(true, copy):
    before = contents(true)
    assert contents(copy) == before
    with copy.transaction() as session:
        vendor_of(session, name="Delta")
        session.query(Vendor).filter_by(name="Acme").one().name = "Acme, exercice"
        session.execute(text("DELETE FROM vendor_spelling"))
    assert contents(true) == before
    with copy.reading() as session:
        assert session.scalar(select(func.count(Vendor.id))) == 4
        assert session.scalar(select(Vendor.id).where(Vendor.name == "Delta")) == 4, "numbers go on"


def test_the_true_numbers_do_not_move_while_rows_are_added_to_the_copy(true, copy):
    with copy.transaction() as session:
        for number in range(5):
            vendor_of(session, name=f"Société {number}")
    with true.transaction() as session:
        assert vendor_of(session, name="Suite").id == 4


def test_a_session_of_the_copy_says_so_however_it_was_opened(true, copy):
    with copy.waiting(1).transaction() as writing, copy.reading() as reading, true.reading() as other:
        assert (is_copy(writing), is_copy(reading), is_copy(other)) == (True, True, False)


def test_no_carrier_is_told_of_a_job_of_the_copy(true, copy, monkeypatch):
    told = []
    monkeypatch.setattr(ledger, "_NOTIFIERS", [lambda _session, waiting: told.extend(waiting)])
    kind = next(iter(ledger.REGISTRY))
    with copy.transaction() as session:
        assert ledger.enqueue(Context(session, SYSTEM, NOW), kind, {}, dedup="one") == 1
    assert told == []
    with true.reading() as session:
        assert session.scalar(select(func.count(Job.id))) == 0


def test_a_copy_that_is_erased_leaves_nothing_and_is_erased_twice_without_harm(true, tmp_path):
    folder = tmp_path / "exercices" / "2"
    make_copy(true, folder, "exercice_2")
    assert is_there(true, folder, "exercice_2")
    erase_copy(true, folder, "exercice_2")
    erase_copy(true, folder, "exercice_2")
    assert not is_there(true, folder, "exercice_2")
    assert not folder.exists()
    if true.engine.dialect.name == "postgresql":
        with true.engine.connect() as connection:
            found = connection.scalar(text("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'exercice%'"))
        assert found == 0


def test_the_search_path_of_a_copy_holds_no_true_table(true, copy):
    if true.engine.dialect.name != "postgresql":
        pytest.skip("a file is a file")
    with copy.reading() as session:
        assert session.scalar(text("SELECT current_schemas(false)")) == [NAME]


def test_the_tables_of_a_copy_have_the_same_indexes_and_the_same_constraints(true, copy):
    if true.engine.dialect.name != "postgresql":
        pytest.skip("a file is a file")
    told = text(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace"
        " UNION ALL SELECT tablename, indexname, replace(indexdef, ' ON ' || current_schema() || '.', ' ON ')"
        " FROM pg_indexes WHERE schemaname = current_schema()"
    )
    held = []
    for database in (true, copy):
        with database.reading() as session:
            held.append({tuple(row) for row in session.execute(told) if row[0] != "alembic_version"})
    assert held[1] == held[0]
    assert len(held[0]) > 500


def test_two_copies_know_nothing_of_each_other(true, copy, tmp_path):
    folder = tmp_path / "exercices" / "3"
    make_copy(true, folder, "exercice_3")
    other = open_copy(true, folder, "exercice_3")
    with copy.transaction() as session:
        vendor_of(session, name="Delta")
    with other.reading() as session:
        assert session.scalar(select(func.count(Vendor.id))) == 3
    erase_copy(true, folder, "exercice_3")


def test_a_copy_is_for_its_owner_alone(true, copy, tmp_path):
    file = tmp_path / "exercices" / "1" / FILE
    if true.engine.dialect.name == "sqlite":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert {stat.S_IMODE(one.stat().st_mode) for one in (file.parent, file.parent.parent)} == {0o700}


def test_without_room_nothing_is_copied_and_the_figures_are_said(true, tmp_path, monkeypatch):
    if true.engine.dialect.name != "sqlite":
        pytest.skip("the disk of PostgreSQL is its own")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(database_copy.shutil, "disk_usage", lambda _path: usage._replace(free=1024**2))
    with pytest.raises(Refused, match="il en reste 1"):
        make_copy(true, tmp_path / "exercices" / "4", "exercice_4")
    assert not (tmp_path / "exercices" / "4").exists()


def test_a_copy_that_takes_too_long_is_given_up_and_leaves_nothing(true, tmp_path):
    folder = tmp_path / "exercices" / "5"
    if true.engine.dialect.name == "sqlite":
        with pytest.raises(Refused, match="secondes"):
            make_copy(true, folder, "exercice_5", seconds=0)
        assert not folder.exists()
    else:
        with pytest.raises(Refused, match="secondes"):
            make_copy(true, folder, "exercice_5", seconds=0.001)
        with true.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM pg_namespace WHERE nspname = 'exercice_5'")) == 0


def test_a_database_too_large_is_not_copied(true, tmp_path, monkeypatch):
    assert size_of(true) > 0
    monkeypatch.setattr(database_copy, "LARGEST", 1)
    with pytest.raises(Refused, match="Go"):
        make_copy(true, tmp_path / "6", "exercice_6")


@pytest.mark.parametrize("name", ["exercice_1; DROP", "public", "", "exercice_1\n"])
def test_a_name_is_one_of_ours(true, tmp_path, name):
    with pytest.raises(ValueError, match=r".*"):
        make_copy(true, tmp_path / "7", name)


def test_the_copy_goes_on_with_its_own_journal(true, copy):
    with true.reading() as session:
        before = session.scalar(select(func.count(JournalEntry.id)))
    with copy.transaction() as session:
        journal.record(Context(session, SYSTEM, NOW), "vendor.created", session.query(Vendor).first())
    with true.reading() as session, copy.reading() as other:
        assert session.scalar(select(func.count(JournalEntry.id))) == before
        assert other.scalar(select(func.count(JournalEntry.id))) == before + 1


class TestLayeredStore:
    """What works on a copy reads true files and writes none."""

    @pytest.fixture
    def stores(self, tmp_path):
        key = (draw_key(),)
        below = Store(f"file://{tmp_path / 'files'}", Keyring(key), max_bytes=10**6)
        above = LayeredStore(f"file://{tmp_path / 'own'}", Keyring(key), max_bytes=10**6, below=below)
        return below, above, tmp_path

    def put(self, store, name="a.pdf", content=None):
        return store.put(BytesIO(content or pdf()), filename=name, allowed={"pdf"}, made_here=True)

    def test_a_true_file_opens_and_a_new_one_stays_above(self, stores):
        below, above, folder = stores
        true = self.put(below)
        files = sorted(str(one) for one in (folder / "files").rglob("*"))
        own = self.put(above)
        assert b"".join(above.open(true)) == b"".join(above.open(own)) == pdf()
        assert above.exists(true.key)
        assert not below.exists(own.key)
        assert sorted(str(one) for one in (folder / "files").rglob("*")) == files

    def test_nothing_true_is_destroyed(self, stores):
        below, above, folder = stores
        true, own = self.put(below), self.put(above)
        assert above.destroy(true.key) is False
        assert above.destroy(own.key) is True
        self.put(above)
        assert above.destroy_all() > 0
        assert b"".join(below.open(true)) == pdf()
        assert not [one for one in (folder / "own").rglob("*") if one.is_file()]
