from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Integer, bindparam, event, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import asked as module
from portal.core.asked import asked, written_at_once
from portal.core.db import Database, UtcDateTime
from tests.core.test_db import Own

NOW = datetime(2026, 11, 29, 12, 0, 0, 123456, tzinfo=UTC)


class Boat(Own):
    __tablename__ = "t_boat"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="sans nom")
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


@pytest.fixture
def store(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path}/vigie.db")
    with database.engine.begin() as connection:
        Own.metadata.create_all(connection)
        connection.execute(
            insert(Boat), [{"id": n, "name": f"b{n}", "seen_at": NOW + timedelta(days=n)} for n in range(1, 5)]
        )
    yield database
    database.engine.dispose()


@pytest.fixture
def connection(store):
    with store.engine.connect() as found:
        yield found


def test_what_is_asked_again_gives_what_it_would_and_sees_what_was_written_since(connection):
    statement = select(Boat.id, Boat.name, Boat.seen_at).where(Boat.id >= bindparam("least")).order_by(Boat.id)
    for turn in range(5):
        for least in (1, 3, 9):
            theirs = connection.execute(statement, {"least": least})
            ours = asked(connection, statement, {"least": least})
            assert list(ours.keys()) == list(theirs.keys())
            assert (found := ours.all()) == theirs.all()
            assert all(row.seen_at.tzinfo is UTC for row in found)
        connection.execute(update(Boat).where(Boat.id == 3).values(name=f"turn {turn}"))


def test_one_made_of_another_is_asked_for_itself(connection):
    statement = select(Boat.id).order_by(Boat.id)
    for _turn in range(3):
        assert asked(connection, statement).scalars().all() == [1, 2, 3, 4]
        assert asked(connection, statement.where(Boat.id < 3)).scalars().all() == [1, 2]
        narrowed = statement.limit(1)
        assert [asked(connection, narrowed).scalar() for _again in range(3)] == [1, 1, 1]


def test_two_that_differ_by_a_value_alone_are_never_taken_for_each_other(connection):
    both = [select(Boat.name).where(Boat.id == number) for number in (1, 2)]
    for _turn in range(4):
        assert [asked(connection, one).scalar() for one in both] == ["b1", "b2"]


def test_lists_of_any_length_and_other_names_of_values_are_told_each_time(connection):
    statement = select(Boat.id).where(Boat.id.in_(bindparam("ids", expanding=True))).order_by(Boat.id)
    for ids in ([1], [2, 3], [], [4, 1, 2]) * 2:
        assert asked(connection, statement, {"ids": ids}).scalars().all() == sorted(ids)
    other = select(literal(1) + bindparam("more", 1, type_=Integer))
    assert [asked(connection, other, told).scalar() for told in (None, {"more": 5}, None, {"more": 2}, {}, None)] == [
        2, 6, 2, 3, 2, 2,
    ]  # fmt: skip


def test_each_database_answers_for_itself(store, tmp_path):
    other = Database.at(f"sqlite:///{tmp_path}/other.db")
    statement = select(Boat.name).where(Boat.id == 1)
    with other.engine.begin() as connection:
        Own.metadata.create_all(connection)
        connection.execute(insert(Boat), {"id": 1, "name": "autre"})
    try:
        for _turn in range(3):
            for database, name in ((store, "b1"), (other, "autre")):
                with database.session(write=False) as session:
                    assert session.scalar(statement) == name
    finally:
        other.engine.dispose()


def test_rows_are_written_one_or_many_and_defaults_with_them(connection):
    statement = insert(Boat.__table__)
    for first in (10, 20, 30):
        written_at_once(connection, statement, [{"id": first}])
        written_at_once(connection, statement, [{"id": first + 1, "name": "x"}, {"id": first + 2, "name": "y"}])
    found = connection.execute(select(Boat.id, Boat.name).where(Boat.id >= 10).order_by(Boat.id)).all()
    assert found == [(n + k, ("sans nom", "x", "y")[k]) for n in (10, 20, 30) for k in range(3)]
    one = insert(Boat.__table__)
    assert [asked(connection, one, {"name": "z"}).inserted_primary_key[0] for _turn in range(3)] == [33, 34, 35]


def test_a_refusal_of_the_database_names_no_value_either(connection):
    statement = insert(Boat.__table__)
    for number in (1, 1, 1):
        with pytest.raises(IntegrityError) as refused:
            asked(connection, statement, {"id": number, "name": "secret de fabrique"})
        assert "secret" not in str(refused.value)


def test_it_is_compiled_once_and_looked_up_no_more(connection, monkeypatch):
    statement = select(Boat.name).where(Boat.id == bindparam("number"))
    looked, compile_ = [], module._Asked.compile
    monkeypatch.setattr(module._Asked, "compile", lambda self, *told: looked.append(1) or compile_(self, *told))
    names = [asked(connection, statement, {"number": 1 + turn % 4}).scalar() for turn in range(40)]
    assert names == ["b1", "b2", "b3", "b4"] * 10
    assert len(looked) == 1


def test_who_may_change_a_statement_before_it_is_run_is_asked(store):
    statement = select(Boat.name).where(Boat.id == bindparam("number"))
    with store.engine.connect() as connection:
        assert [asked(connection, statement, {"number": 1}).scalar() for _turn in range(3)] == ["b1"] * 3
    seen = []
    event.listen(store.engine, "before_execute", lambda _c, elem, *_rest: seen.append(elem))
    event.listen(store.engine, "before_cursor_execute", lambda _c, _cursor, text, *_rest: seen.append(text))
    with store.engine.connect() as connection:
        asked(connection, statement, {"number": 1})
    assert seen[0] is statement
    assert "FROM t_boat" in seen[1]


def test_a_statement_asked_once_keeps_nothing_compiled(connection):
    statement = select(Boat.name)
    asked(connection, statement)
    assert statement.__dict__["_asked"].compiled is None
