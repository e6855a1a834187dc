import enum
import json
import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ForeignKey, Index, MetaData, event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from portal.core import db
from portal.core.db import NAMES, Base, Database
from tests.factories.databases import lasting_database

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
)


class Colour(enum.StrEnum):
    RED = "rouge"


class Own(DeclarativeBase):
    """Tables of this test, apart from those that migrations are compared with."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = Base.type_annotation_map


class Home(Own):
    __tablename__ = "t_home"
    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    colour: Mapped[Colour | None]
    seen_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    names: Mapped[list[str]] = mapped_column(default=list)


class Room(Own):
    __tablename__ = "t_room"
    id: Mapped[int] = mapped_column(primary_key=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("t_home.id"))


@pytest.fixture
def store(lasting_url):
    with lasting_database(lasting_url) as database:
        Own.metadata.create_all(database.engine)
        yield database


def test_eight_writers_of_fifty_transactions_that_read_then_write_all_succeed(store):
    with store.transaction() as session:
        session.add(Home(id=1))
    failures = []

    def work():
        for _ in range(50):
            try:
                with store.transaction() as session:
                    home = session.scalars(select(Home).where(Home.id == 1).with_for_update()).one()
                    home.count += 1
            except Exception as failure:
                failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.reading() as session:
        assert session.get_one(Home, 1).count == 400


def test_a_reader_is_not_held_up_by_a_writer_and_sees_what_was_committed(store):
    with store.transaction() as session:
        session.add(Home(id=1, count=1))
    with store.session(write=True) as writer:
        writer.get_one(Home, 1).count = 2
        writer.flush()
        seen = []

        def read():
            with store.reading() as reader:
                seen.append(reader.get_one(Home, 1).count)

        thread = threading.Thread(target=read)
        thread.start()
        thread.join(5)
        assert seen == [1]
        writer.commit()
    with store.reading() as reader:
        assert reader.get_one(Home, 1).count == 2


def test_a_foreign_key_to_nothing_is_refused(store):
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.add(Room(home_id=12))


def test_what_is_raised_undoes_the_transaction(store):
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        _write_then_fail(session)
    with store.reading() as session:
        assert session.get(Home, 1) is None


def _write_then_fail(session):
    session.add(Home(id=1))
    session.flush()
    raise ZeroDivisionError


def test_a_reading_leaves_nothing_behind(store):
    with store.reading() as session:
        session.execute(text("INSERT INTO t_home (id, count, facts, names) VALUES (1, 0, '{}', '[]')"))
    with store.reading() as session:
        assert session.get(Home, 1) is None


@pytest.mark.both_databases
def test_columns_read_without_going_through_the_session_are_what_it_gives(store):
    with store.transaction() as session:
        session.add_all([Home(id=1, count=2, names=["a"]), Home(id=2, count=3)])
    wanted = select(Home.id, Home.seen_at, Home.names, Home.count).order_by(Home.id)
    both = select(Home.id).union_all(select(Home.count)).order_by(text("1"))
    with store.reading() as plain, Session(store.engine) as through:
        counted = select(Home.count, func.count(), func.max(Home.id).label("last"), Home.count + 1).group_by(Home.count)
        for statement in (wanted, both, wanted.limit(1), counted.order_by(Home.count), select(func.max(Home.id))):
            ours, theirs = plain.execute(statement), through.execute(statement)
            assert list(ours.keys()) == list(theirs.keys()), "an expression is called as it was"
            assert ours.all() == theirs.all()
            assert plain.scalars(statement).all() == through.scalars(statement).all()
            assert plain.scalar(statement) == through.scalar(statement)
        assert plain.scalars(select(Home).order_by(Home.id)).first() is plain.get(Home, 1), "rows are still its own"


@pytest.mark.parametrize("write", [False, True])
def test_what_waits_to_be_written_is_seen_by_what_is_read_after_it(store, write):
    with store.session(write=write) as session:
        session.add(Home(id=1, count=2))
        assert session.scalar(select(Home.count)) == 2
        session.get_one(Home, 1).count = 5
        assert session.execute(select(Home.id, Home.count)).one() == (1, 5)
        session.delete(session.get_one(Home, 1))
        assert session.scalars(select(Home.id)).all() == []
        with session.no_autoflush:
            session.add(Home(id=2, count=3))
            assert session.scalars(select(Home.id)).all() == []


def test_a_naive_instant_is_refused(store):
    with pytest.raises(StatementError, match="naive datetime"), store.transaction() as session:
        session.add(Home(seen_at=datetime(2026, 1, 1)))


@pytest.mark.parametrize("hours", [0, 2, -5])
def test_an_instant_comes_back_as_the_same_instant_in_utc(store, hours):
    told = datetime(2026, 7, 1, 1, 30, 15, 123456, tzinfo=timezone(timedelta(hours=hours)))
    with store.transaction() as session:
        session.add(Home(id=1, seen_at=told))
    with store.reading() as session:
        found = session.get_one(Home, 1).seen_at
        assert session.scalars(select(Home.id).where(Home.seen_at <= told)).all() == [1]
    assert found == told
    assert found.utcoffset() == timedelta(0)
    assert found.tzinfo is UTC or found.tzname() == "UTC"


def test_enumerations_are_stored_by_value_and_lists_and_mappings_as_json(store):
    with store.transaction() as session:
        session.add(Home(id=1, colour=Colour.RED, facts={"é": [1, None]}, names=["d'Ivry"]))
    with store.reading() as session:
        assert session.execute(text("SELECT colour FROM t_home")).scalar() == "rouge"
        home = session.get_one(Home, 1)
        assert (home.colour, home.facts, home.names) == (Colour.RED, {"é": [1, None]}, ["d'Ivry"])


def test_an_error_of_the_database_names_no_value(store):
    with pytest.raises(IntegrityError) as caught, store.transaction() as session:
        session.add_all([Home(id=1, names=["hush"]), Home(id=1, names=["hush"])])
    assert "hush" not in str(caught.value)


def test_opening_connects_to_nothing(tmp_path):
    Database.at("postgresql+psycopg://nobody@127.0.0.1:1/none").engine.dispose()
    Database.at(f"sqlite:///{tmp_path}/deep/er/vigie.db").engine.dispose()
    assert list((tmp_path / "deep" / "er").iterdir()) == []


def test_a_new_sqlite_folder_is_made_and_the_file_keeps_a_journal_beside_it(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path}/deep/vigie.db")
    with database.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    database.engine.dispose()
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30000}


def test_sqlite_reads_a_table_by_the_index_that_a_statement_names(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path}/vigie.db")
    counts = Index("ix_t_home_counts", Home.id, Home.count)
    found = select(Home.count).where(Home.id == 1).with_hint(Home, "INDEXED BY ix_t_home_counts", "sqlite")
    try:
        with database.engine.begin() as connection:
            Own.metadata.create_all(connection)
            counts.create(connection, checkfirst=True)
            plan = connection.exec_driver_sql(f"explain query plan {found.compile(connection)}", (1,)).all()
            assert "COVERING INDEX ix_t_home_counts (id=?)" in plan[0][3]
    finally:
        Home.__table__.indexes.discard(counts)
        database.engine.dispose()


@pytest.mark.parametrize("text", ["1 2", "", "{", '{"a": 1} x', "nul"])
def test_what_is_no_json_in_a_column_is_refused_as_it_is_elsewhere(text):
    with pytest.raises(json.JSONDecodeError):
        db._stored_json(text)


@given(value=JSON)
def test_a_column_gives_back_the_json_it_was_given(value):
    for told in (json.dumps(value), f" {json.dumps(value)} "):
        assert db._stored_json(told) == value


def test_who_listens_to_an_engine_hears_those_made_of_it_and_no_statement_looks_for_listeners_before(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path}/vigie.db")
    assert not database.engine._has_events
    assert not database.engine.dialect._has_events
    heard, begun = [], []

    def hear(_connection, _cursor, statement, *_rest):
        heard.append(statement)

    try:
        with database.reading() as before:
            before.scalar(text("SELECT 1"))
            event.listen(database.engine, "before_cursor_execute", hear)
            event.listen(database.engine, "begin", lambda connection: begun.append(connection.get_execution_options()))
            for store in (database, database.waiting(1.0), database.waiting(1.0).waiting(2.0)):
                for write in (True, False):
                    with store.session(write=write) as session:
                        session.scalar(text("SELECT 2"))
            before.scalar(text("SELECT 3"))
        assert heard == ["SELECT 2"] * 6 + ["SELECT 3"]
        told = [(one.get("sqlite_write", True), one.get("sqlite_wait")) for one in begun]
        assert told == [(write, wait) for wait in (None, 1.0, 2.0) for write in (True, False)]
    finally:
        database.engine.dispose()


def test_a_lock_that_is_not_given_in_time_is_said_as_any_error_of_the_database(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path}/vigie.db")
    try:
        with database.transaction() as session:
            session.connection()
            with (
                pytest.raises(OperationalError, match="database is locked"),
                database.waiting(0.01).transaction() as late,
            ):
                late.connection()
            with database.waiting(0.01).reading() as reader:
                assert reader.scalar(text("SELECT 1")) == 1
        with database.waiting(0.01).transaction() as session:
            assert session.scalar(text("PRAGMA busy_timeout")) == 10
        with database.transaction() as session:
            assert session.scalar(text("PRAGMA busy_timeout")) == 30_000
    finally:
        database.engine.dispose()
