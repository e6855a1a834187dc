import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, event, select
from sqlalchemy.engine.interfaces import CacheStats

from portal.core.db import Database
from portal.vendors.models import Vendor

OWN = Table("vendor", MetaData(), Column("id", Integer, primary_key=True))
"""A table as some migration knew it, under a name that the portal has today."""


@pytest.fixture
def said(tmp_path):
    """`said(statement)`: whether a new database found the statement compiled."""
    opened = []

    def run(statement, *, made=lambda url: Database.at(url).engine):
        opened.append(made(f"sqlite:///{tmp_path / f'{len(opened)}.db'}"))
        hits = []
        event.listen(opened[-1], "before_cursor_execute", lambda *told: hits.append(told[4].cache_hit))
        with opened[-1].begin() as connection:
            connection.exec_driver_sql("CREATE TABLE vendor (id INTEGER PRIMARY KEY)")
            hits.clear()
            connection.execute(statement)
        return hits

    yield run
    for engine in opened:
        engine.dispose()


def test_a_statement_is_compiled_once_for_databases_of_a_kind_and_again_for_another_kind(said):
    statement = select(Vendor.id.label("never_called_so_elsewhere"))
    assert said(statement) == [CacheStats.CACHE_MISS]
    assert said(statement) == [CacheStats.CACHE_HIT]
    assert said(statement, made=create_engine) == [CacheStats.CACHE_MISS], "without the portal's own hints"


def test_what_is_said_of_a_table_that_is_not_the_portal_s_stays_with_its_database(said):
    statement = select(OWN.c.id.label("nor_so"))
    assert said(statement) == said(statement) == [CacheStats.CACHE_MISS]
