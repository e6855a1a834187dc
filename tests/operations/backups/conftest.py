"""A portal to back up on each database, and empty ones to restore into."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import BOTH, fresh_postgres, original_name, original_url
from tests.factories.backups import keys_of, portal_at, with_content


class BackedUpPortals:
    """A portal with content and its backup, made once on each database; every test has copies of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = original_name("backed_up")
        self._made: set[str] = set()

    def copied(self, kind, then, folder, request):
        """The portal in another folder as it was (« before ») or once backed up (« after »); gives its address."""
        if kind not in self._made:
            self._make(kind, request)
            self._made.add(kind)
        shutil.copytree(self._folder / kind / then, folder)
        if kind == "sqlite":
            return f"sqlite:///{folder / self._name}"
        return request.getfixturevalue("own_postgres")(f"{self._name}_{then}")

    def backup(self, kind, folder):
        """A copy of the backup."""
        shutil.copytree(self._folder / kind / "backup", folder)

    def _make(self, kind, request):
        portal = self._folder / kind / "portal"
        portal.mkdir(parents=True)
        own = with_content(portal_at(portal, original_url(request, kind, portal, self._name)))
        self._keep(kind, "before", own, request)
        result = own.run("backup", "make", self._folder / kind / "backup")
        assert result.exit_code == 0, result.output
        self._keep(kind, "after", own, request)

    def _keep(self, kind, then, own, request):
        own.database.engine.dispose()
        shutil.copytree(own.settings.data_dir, self._folder / kind / then)
        if kind == "postgresql":
            fresh_postgres(request.getfixturevalue("postgres"), f"{self._name}_{then}", template=self._name)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """What is made once."""
    return BackedUpPortals(tmp_path_factory.mktemp("backed_up"))


@pytest.fixture(params=BOTH)
def own(request, made, tmp_path):
    """One with content, on each database in turn."""
    then = "after" if "backed_up" in request.fixturenames else "before"
    portal = portal_at(tmp_path / "own", made.copied(request.param, then, tmp_path / "own", request))
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
            url = request.getfixturevalue("own_postgres")()
        made.append(portal_at(folder, url, **(keys_of(own) | changes)))
        return made[-1]

    yield make
    for portal in made:
        portal.database.engine.dispose()


@pytest.fixture
def backed_up(own, made, tmp_path):
    """A backup of it."""
    made.backup(own.database.engine.dialect.name, tmp_path / "backup")
    return tmp_path / "backup"
