"""A portal to back up on each database, and empty ones to restore into."""

import pytest

from tests.conftest import fresh_postgres, own_name
from tests.factories.backups import keys_of, portal_at, put_back, with_content


@pytest.fixture
def own(lasting_url, tmp_path, portal_settings):
    """One with content, on each database in turn."""
    with put_back(portal_settings):
        portal = with_content(portal_at(tmp_path / "own", lasting_url))
        yield portal
        portal.database.engine.dispose()


@pytest.fixture
def empty(own, tmp_path, request):
    """`empty()` is a machine that has the secrets and nothing else; `empty(secrets=…)` one that has other ones."""
    made = []

    def make(**changes):
        folder = tmp_path / f"empty{len(made)}"
        folder.mkdir()
        if own.database.engine.dialect.name == "sqlite":
            url = f"sqlite:///{folder / 'vigie.db'}"
        else:
            url = fresh_postgres(request.getfixturevalue("postgres"), own_name())
        made.append(portal_at(folder, url, **(keys_of(own) | changes)))
        return made[-1]

    yield make
    for portal in made:
        portal.database.engine.dispose()


@pytest.fixture
def backed_up(own, tmp_path):
    """A backup of it."""
    folder = tmp_path / "backup"
    result = own.run("backup", "make", folder)
    assert result.exit_code == 0, result.output
    return folder
