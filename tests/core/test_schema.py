import shutil

import pytest
from sqlalchemy.exc import OperationalError

from portal.core import migrating, schema
from portal.core.db import Database
from portal.core.errors import Refused
from portal.core.schema import SchemaState


@pytest.fixture
def store(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path}/vigie.db")
    yield database
    database.engine.dispose()


@pytest.fixture
def current(migrated, tmp_path):
    """A database with every table."""
    database = Database.at(f"sqlite:///{shutil.copy(migrated, tmp_path / 'current.db')}")
    yield database
    database.engine.dispose()


def run(store, statement):
    with store.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_new_database_is_empty_then_current_then_empty_again(store):
    assert schema.state(store) is SchemaState.EMPTY
    migrating.upgrade(store)
    assert schema.state(store) is SchemaState.CURRENT
    migrating.downgrade(store, "base")
    assert schema.state(store) is SchemaState.EMPTY


def test_a_revision_before_the_last_is_older_and_one_never_heard_of_is_unknown(current, monkeypatch):
    known = schema.revisions()
    monkeypatch.setattr(schema, "revisions", lambda: (*known, "9999"))
    assert schema.state(current) is SchemaState.OLDER
    run(current, "UPDATE alembic_version SET version_num = 'abcd'")
    assert schema.state(current) is SchemaState.UNKNOWN


def test_tables_without_a_revision_are_somebody_elses(store):
    run(store, "CREATE TABLE vendor (id INTEGER)")
    assert schema.state(store) is SchemaState.UNKNOWN
    run(store, "CREATE TABLE alembic_version (version_num VARCHAR)")
    assert schema.state(store) is SchemaState.UNKNOWN


def test_a_database_that_does_not_answer_is_an_error_not_a_state(tmp_path):
    (tmp_path / "folder.db").mkdir()
    database = Database.at(f"sqlite:///{tmp_path}/folder.db")
    with pytest.raises(OperationalError):
        schema.state(database)
    database.engine.dispose()


def test_an_unknown_revision_is_refused_with_a_sentence_and_nothing_moves(current):
    with pytest.raises(Refused, match="« 0999 »".replace(" ", "\u202f")):
        migrating.downgrade(current, "0999")
    assert schema.state(current) is SchemaState.CURRENT


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Migrations of a test's own, read in their order."""
    (tmp_path / "versions").mkdir()
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path)
    schema.revisions.cache_clear()

    def write(*pairs):
        for revision, down in pairs:
            (tmp_path / "versions" / f"{revision}.py").write_text(
                f"revision = '{revision}'\ndown_revision = {down!r}\n"
            )

    yield write
    schema.revisions.cache_clear()


def test_revisions_follow_their_links_whatever_the_files_are_called(written):
    written(("b", None), ("a", "b"), ("c", "a"))
    assert schema.revisions() == ("b", "a", "c")


@pytest.mark.parametrize("pairs", [[("a", None), ("b", "a"), ("c", "a")], [("a", None), ("c", "b")]])
def test_migrations_that_fork_or_miss_a_link_are_refused(written, pairs):
    written(*pairs)
    with pytest.raises(ValueError, match="one line"):
        schema.revisions()
