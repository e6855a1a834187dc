"""What is asked for on the second database: a view not met there, a statement, a number of rows, a write."""

import pytest
from sqlalchemy import StaticPool, create_engine, text

from tests.journeys.other_database import OtherDatabase, without_lengths


@pytest.fixture
def engine():
    made = create_engine("sqlite://", poolclass=StaticPool)
    yield made
    made.dispose()


@pytest.fixture
def asked(engine):
    """`asked(view, statement, …)`: whether a page that runs these is asked for on the second database."""
    other = OtherDatabase(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (id INTEGER)"))

    def ask(view, *statements, **values):
        with other.noting() as ran, engine.begin() as connection:
            for statement in statements:
                found = connection.execute(text(statement), values)
                if found.returns_rows:
                    found.all()
        return other.is_to_be_asked({view}, ran)

    return ask


READ = "SELECT id FROM a ORDER BY id"


def test_what_was_met_in_a_view_is_not_asked_again(asked):
    assert asked("list", READ)
    assert not asked("list", READ)
    assert not asked("list"), "it runs less"


def test_another_view_or_another_statement_is_asked(asked):
    asked("list", READ)
    assert asked("sheet", READ)
    assert asked("list", "SELECT id FROM a ORDER BY id DESC")


def test_no_row_one_row_and_several_are_each_asked(asked):
    asked("list", READ)
    for number, is_new in ((1, True), (2, True), (3, False)):
        asked("write", f"INSERT INTO a VALUES ({number})")
        assert asked("list", READ) is is_new


def test_a_page_that_writes_is_always_asked(asked):
    assert all(asked("list", "INSERT INTO a VALUES (:id)", id=1) for _ in range(3))


def test_a_longer_list_of_values_is_the_same_statement():
    assert without_lengths("c IN (?, ?) AND d IN (?, ?, ?)") == without_lengths("c IN (?, ?, ?) AND d IN (?, ?)")
