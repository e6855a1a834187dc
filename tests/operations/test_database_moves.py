"""From SQLite to PostgreSQL and back: every row, the journal, the numbers that go on.

That every page of the staff is the same on both is seen where pages are walked: tests/journeys/test_accessibility.py.
"""

import json

import pytest
from sqlalchemy import select

from portal.core.db import Database
from portal.vendors.models import Vendor
from tests.factories.backups import portal_at, put_back, with_content


@pytest.fixture
def there(own_postgres):
    """An empty database on the other side."""
    return own_postgres()


def told(result, code):
    assert result.exit_code == code, result.output
    return result.output.translate(str.maketrans("’\u202f\xa0", "'  "))


@pytest.mark.postgres
def test_a_portal_moves_to_postgresql_and_back(migrated, there, tmp_path, portal_settings):
    (tmp_path / "vigie.db").write_bytes(migrated.read_bytes())
    with put_back(portal_settings):
        own = with_content(portal_at(tmp_path, f"sqlite:///{tmp_path / 'vigie.db'}"))
        went = json.loads(told(own.run("database", "copy", there, "--json"), 0))
        assert (went["faults"], went["journal"], went["rows"]["stored_file"]) == ([], 3, 3)
        keys = {"secrets": own.settings.secrets, "seal_file": own.settings.seal_file}
        moved = portal_at(tmp_path, there, **keys)
        moved.hand_in("after.txt")
        assert "4 fichiers ouverts" in told(moved.run("files", "verify"), 0)
        back = f"sqlite:///{tmp_path / 'back.db'}"
        assert "Journal vérifié : 4 écritures" in told(moved.run("database", "copy", back), 0)
        returned = portal_at(tmp_path, back, **keys)
        returned.hand_in("again.txt")
        assert json.loads(told(returned.run("journal", "verify", "--json"), 0))["count"] == 5
        for one in (own, moved, returned):
            one.database.engine.dispose()


@pytest.mark.postgres
def test_nothing_is_copied_over_tables_nor_by_halves(migrated, there, tmp_path, portal_settings):
    (tmp_path / "vigie.db").write_bytes(migrated.read_bytes())
    with put_back(portal_settings):
        own = with_content(portal_at(tmp_path, f"sqlite:///{tmp_path / 'vigie.db'}"))
        with own.database.transaction() as session:
            session.connection().exec_driver_sql("UPDATE stored_file SET filename = 'a' || char(0) || 'b' WHERE id = 3")
        assert "stored_file : une ligne est refusée" in told(own.run("database", "copy", there), 1)
        assert "a déjà des tables" in told(own.run("database", "copy", there), 1)
        assert "ne répond pas" in told(own.run("database", "copy", "postgresql://nobody@127.0.0.1:1/none"), 1)
        assert own.run("database", "copy", "mysql://h/x").exit_code == 2
        empty = Database.at(there)
        with empty.reading() as session:
            assert session.scalar(select(Vendor.id).limit(1)) is None
            assert session.connection().exec_driver_sql("SELECT count(*) FROM stored_file").scalar() == 0
        empty.engine.dispose()
        own.database.engine.dispose()
