"""The tables of published terms go in and out beside rows, on both databases."""

from sqlalchemy import inspect, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import migrating
from portal.core.db import Database
from portal.published_terms import services
from portal.published_terms.models import PublishedPage
from portal.published_terms.rules.watching import PageKind
from portal.published_terms.services import PageSheet
from tests.conftest import NOW
from tests.factories.world import full_vendor

BEFORE = "0053"


def test_the_tables_come_and_go(empty_url):
    store = Database.at(empty_url)
    migrating.upgrade(store)
    with store.transaction() as session:
        vendor = full_vendor(session)
        services.watch_page(Context(session, SYSTEM, NOW), vendor, PageSheet("A", PageKind.OTHER, "", is_fetched=False))
    with store.reading() as session:
        assert session.scalars(select(PublishedPage.title)).all() == ["A"]
    migrating.downgrade(store, BEFORE)
    assert "published_page" not in inspect(store.engine).get_table_names()
    migrating.upgrade(store)
    with store.reading() as session:
        assert session.scalars(select(PublishedPage)).all() == []
    store.engine.dispose()
