"""Fixtures: one database per process, each test in an outer transaction; actors; a page client."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.core import migrating
from portal.core.config import Environment, Secrets, Settings, Tasks
from portal.core.db import Database
from tests import effort
from tests.factories.people import user_of
from tests.pages import PageClient
from tests.serving import browser

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REPOSITORY = Path(__file__).resolve().parents[1]
REAL = REPOSITORY.parent / "shared" / "real"

__all__ = ["browser"]

effort.register()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what asks for a database; the rest does the same thing on both, and ran on SQLite."""
    if os.environ.get("VIGIE_TEST_DATABASE") != "postgres":
        return
    kept = [item for item in items if _asks_for_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _asks_for_a_database(item)])
    items[:] = kept


def _asks_for_a_database(item: pytest.Item) -> bool:
    """By its fixtures, or by making one of its own in its module."""
    asked = {"database_url", "postgres", "lasting"}.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or hasattr(getattr(item, "module", None), "lasting_database")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A private PostgreSQL server; its tests skip, visibly, where none is installed."""
    given = os.environ.get("VIGIE_TEST_POSTGRES_SERVER")
    if given:
        yield given
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not binaries:
        pytest.skip("PostgreSQL n'est pas installé")
    folder = Path(tempfile.mkdtemp(prefix="vigie-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    port = 20000 + os.getpid() % 20000

    def run(*command: str) -> None:
        subprocess.run(
            [*as_user, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
        )

    run(
        str(binaries[-1] / "initdb"),
        "-D",
        f"{folder}/db",
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    run(str(binaries[-1] / "pg_ctl"), "-D", f"{folder}/db", "-w", "-l", f"{folder}/log", "-o", options, "start")
    yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
    run(str(binaries[-1] / "pg_ctl"), "-D", f"{folder}/db", "stop", "-m", "immediate")
    shutil.rmtree(folder, ignore_errors=True)


def fresh_postgres(server: str, name: str) -> str:
    """An empty database of this name on the server."""
    admin = Database.at(f"{server}/postgres").engine.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    admin.dispose()
    return f"{server}/{name}"


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> str:
    """SQLite by default; `VIGIE_TEST_DATABASE=postgres` runs the same suite on PostgreSQL."""
    if os.environ.get("VIGIE_TEST_DATABASE") == "postgres":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        return fresh_postgres(request.getfixturevalue("postgres"), f"suite_{worker}")
    return f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"


def settings_for(folder: Path, database_url: str, **changes: Any) -> Settings:
    """Settings of a test: everything in one folder."""
    made = Settings(
        environment=Environment.TEST, data_dir=folder, database_url=database_url,
        files_url=f"file://{folder / 'files'}",
        tasks=Tasks.EMBEDDED, secrets=Secrets.at(folder / "secrets.json"), base_url="http://127.0.0.1:8000",
    )  # fmt: skip
    return replace(made, **changes)


@pytest.fixture(scope="session")
def portal_settings(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Settings:
    """The settings of the suite's one application."""
    return settings_for(tmp_path_factory.mktemp("data"), database_url)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """The migrated database of this process."""
    database = Database.at(database_url)
    migrating.upgrade(database)
    yield database.engine
    database.engine.dispose()


class Outer(Database):
    """A database whose every session lives in the test's outer transaction and is rolled back with it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.connection = engine.connect()
        self._transaction = self.connection.begin()

    def session(self, *, write: bool) -> Session:
        """A session whose commits are savepoints."""
        return Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")

    def close(self) -> None:
        """Undo the test."""
        self._transaction.rollback()
        self.connection.close()


@pytest.fixture
def database(engine: Engine) -> Iterator[Outer]:
    """The test's database."""
    outer = Outer(engine)
    yield outer
    outer.close()


@pytest.fixture
def session(database: Outer) -> Iterator[Session]:
    """A session of the test."""
    with database.session(write=True) as opened:
        yield opened


@pytest.fixture
def ctx(session: Session) -> Context:
    """The system's context at a fixed instant."""
    return Context(session, SYSTEM, NOW)


@pytest.fixture
def acting(session: Session) -> Callable[..., Context]:
    """`acting(Role.DPO)` gives a context for a fresh account of that role; pass `vendor_ids` for externals."""

    def make(role: Role, **facts: Any) -> Context:
        user = user_of(session, role)
        actor = Actor(role, user.id, user.name, user.email, user.language, **facts)
        return Context(session, actor, NOW)

    return make


@pytest.fixture(scope="session")
def _app(portal_settings: Settings, engine: Engine) -> Flask:
    return create_app(portal_settings, Database(engine))


@pytest.fixture
def app(_app: Flask, database: Outer) -> Flask:
    """The application, over the test's transaction."""
    _app.extensions["vigie.database"] = database
    return _app


@pytest.fixture
def as_(app: Flask, session: Session) -> Callable[..., PageClient]:
    """`as_(Role.DPO)` or `as_(user)` gives a signed-in page client; `as_(None)` a stranger."""

    def sign_in(who: Any) -> PageClient:
        user = user_of(session, who) if isinstance(who, Role) else who
        session.commit()
        return PageClient(app, user)

    return sign_in


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements run while the test holds this list; clear it to start counting."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
