import pytest
from alembic import command
from sqlalchemy import inspect

from portal.core import migrating, schema
from portal.core.db import Base, Database
from portal.core.schema import SchemaState


@pytest.fixture
def empty(empty_url):
    database = Database.at(empty_url)
    yield database
    database.engine.dispose()


def test_migrations_build_what_the_models_say(empty):
    migrating.upgrade(empty)
    settings = migrating.config()
    with empty.engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.check(settings)
    assert set(Base.metadata.tables) <= set(inspect(empty.engine).get_table_names())


def test_migrations_go_down_to_nothing_and_up_again(empty):
    migrating.upgrade(empty)
    migrating.downgrade(empty, "base")
    left = set(inspect(empty.engine).get_table_names()) - {"alembic_version"}
    assert not left & set(Base.metadata.tables)
    migrating.upgrade(empty)
    assert schema.state(empty) is SchemaState.CURRENT


def test_an_empty_database_is_told_from_an_older_and_a_foreign_one(empty):
    assert schema.state(empty) is SchemaState.EMPTY
    migrating.upgrade(empty)
    assert schema.state(empty) is SchemaState.CURRENT
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'ffff'")
    assert schema.state(empty) is SchemaState.UNKNOWN
