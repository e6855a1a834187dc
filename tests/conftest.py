"""Fixtures: one database per process, each test in an outer transaction; actors; a page client."""

import gc
import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partialmethod
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from alembic.config import Config
from alembic.operations.batch import BatchOperationsImpl
from alembic.script import ScriptDirectory
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ClauseElement

from portal.app import DOMAINS, create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.cli import commands_of
from portal.core import clock, db, looked_at, migrating, process, secret_keys
from portal.core.config import Environment, Settings, Tasks
from portal.core.db import ColumnSession, Database
from portal.core.documents import printing
from portal.core.secret_keys import Secrets
from portal.dora.enrolment import is_shown
from portal.identity.services import passwords
from tests import (
    databases,
    effort,
    expression_cache,
    long_tests,
    printing_cache,
    statement_cache,
    template_cache,
    worker_reports,
)
from tests.databases import OlderDatabases, fresh_postgres
from tests.factories.people import user_of
from tests.factories.standing import AS_MIGRATED
from tests.made_once import made_once, seen_by_all
from tests.pages import PageClient
from tests.serving import browser

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TRUE_CLOCK = clock._source
TRUE_UPGRADE, TRUE_BATCH = migrating.upgrade, BatchOperationsImpl.__init__
TRUE_SCRIPTS = vars(ScriptDirectory)["from_config"]
PASSING = ("browser", "faults")
"""Marks of the tests during which time passes: they wait for something real."""
REPOSITORY = Path(__file__).resolve().parents[1]
REAL = REPOSITORY.parent / "shared" / "real"

LONGEST = (
    "test_accessibility.py", "test_every_form.py", "test_measures.py", "test_contract_signed.py",
    "test_main_journey.py", "test_kept_chain.py", "test_tasks.py", "test_gunicorn.py", "test_wordings.py",
    "test_brute_force.py", "test_whole_life.py", "test_translations.py", "test_breach_drill.py", "test_history.py",
    "test_clauses_cli.py", "test_every_door.py", "test_empty_portal.py", "test_serve.py", "test_demo_history.py",
    "test_own_contracts.py", "test_migrations.py", "test_regexes.py", "test_library.py", "test_sample_journey.py",
    "test_contract_journey.py", "test_received.py", "test_version_0_1.py", "test_edit_form.py", "test_text.py",
    "test_amendments.py", "test_metamorphic.py", "test_check_cli.py", "test_hostile_queries.py", "test_flat_pages.py",
    "test_migration.py", "test_pdf.py", "test_cli.py", "test_factoring.py", "test_isolation.py", "test_routing.py",
    "test_distributed.py", "test_mail.py", "test_story.py", "test_statistics.py",
)  # fmt: skip
"""Names of the files that take longest, the longest first."""

__all__ = ["browser", "fresh_postgres"]

_NUMBERS = itertools.count(1)

effort.register()


BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--postgres`: one server, which prepares each statement that SQLite runs; `--note-efforts`: see `long_tests`."""
    parser.addoption("--postgres", action="store_true", help="plan on PostgreSQL each statement run on SQLite")
    parser.addoption("--note-efforts", action="store_true", help="measure each test, and write which are long")


def pytest_configure(config: pytest.Config) -> None:
    """Start that server in the process that leads; the others tell it what is shown."""
    if config.option.note_efforts:
        config.pluginmanager.register(long_tests.Measured(), "vigie-efforts")
    if hasattr(config, "workerinput"):
        worker_reports.keep_to_what_is_shown(config)
        return
    printing_cache.forget_other_editions()
    template_cache.forget_other_editions()
    if config.option.postgres:
        config.pluginmanager.register(databases.Session(), "vigie-databases")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, object, object]:
    """Mark what is long before it is selected; begin with the longest files, so that no process ends alone with one.

    The rest stays shuffled.
    """
    long_tests.mark(items)
    selected = yield
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))
    return selected


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for cycles only among what the tests leave, and less often: what is imported and collected stays.

    Walking through all of that again and again took a quarter of the processor's time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that leads what this one ran."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["statements"] = databases.report()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test marked `both_databases` on each."""
    if "backend" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("backend", BOTH, indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; its tests skip, visibly, where none is installed."""
    given = os.environ.get(databases.SERVER)
    if given:
        yield databases.answering(given)
    elif databases.binaries() is None:
        pytest.skip("PostgreSQL n'est pas installé")
    else:
        with databases.server(databases.free_port(), parent=databases.memory()) as address:
            yield address


@pytest.fixture
def own_postgres(postgres: str) -> Iterator[Callable[..., str]]:
    """`own_postgres(template=…)`: a PostgreSQL database of a test's own, empty or as its template; it goes too."""
    made: list[str] = []

    def make(template: str = "template1", name: str = "") -> str:
        made.append(name or own_name())
        return fresh_postgres(postgres, made[-1], template=template)

    yield make
    for name in made:
        databases.drop_postgres(postgres, name)


@pytest.fixture(scope="session")
def migrated(standing_tables: Callable[[], Path]) -> Path:
    """A SQLite file with the tables of the portal, to copy rather than to make again."""
    return standing_tables()


@pytest.fixture(scope="session")
def session_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that every process of the session sees."""
    return seen_by_all(request.config, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str, session_folder: Path) -> str:
    """The name of a PostgreSQL database with the tables of the portal, to copy: one for all who share a server."""

    def make() -> None:
        database = Database.at(fresh_postgres(postgres, "migrated"))
        migrating.upgrade(database)
        database.engine.dispose()

    made_once(session_folder / f"migrated-{urlsplit(postgres).port}.made", make)
    return "migrated"


@pytest.fixture(scope="session")
def database_url(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the SQLite database of this process is."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path_factory.mktemp('db') / 'test.db')}"


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """The database a test runs on."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of a test's own, on each in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.db'}"
    return str(request.getfixturevalue("own_postgres")())


@pytest.fixture(params=BOTH)
def lasting_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of a test's own with the tables of the portal, whose commits last, on each in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated'), tmp_path / 'own.db')}"
    return str(request.getfixturevalue("own_postgres")(request.getfixturevalue("migrated_postgres")))


def original_url(request: pytest.FixtureRequest, kind: str, folder: Path, name: str) -> str:
    """A database with the tables of the portal, to be filled once and copied: its file, or its name, is `name`."""
    if kind == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated'), folder / name)}"
    template = request.getfixturevalue("migrated_postgres")
    return fresh_postgres(request.getfixturevalue("postgres"), name, template=template)


def original_name(name: str) -> str:
    """The name of such a database in this process of the suite."""
    return f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def older_sqlite(tmp_path_factory: pytest.TempPathFactory) -> OlderDatabases:
    """SQLite files as each migration left them."""
    folder = tmp_path_factory.mktemp("older")

    def copied(template: str, name: str) -> str:
        if template:
            shutil.copy(folder / template, folder / name)
        return f"sqlite:///{folder / name}"

    return OlderDatabases(copied)


@pytest.fixture(scope="session")
def older_postgres(postgres: str) -> OlderDatabases:
    """PostgreSQL databases as each migration left them."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")

    def copied(template: str, name: str) -> str:
        return fresh_postgres(
            postgres, f"{name}_{worker}", template=f"{template}_{worker}" if template else "template1"
        )

    return OlderDatabases(copied)


@pytest.fixture(params=BOTH)
def standing_at(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Database]]:
    """`standing_at("0014")`: a database of a test's own as that migration left it, without rows, on each in turn."""
    older: OlderDatabases = request.getfixturevalue(f"older_{'sqlite' if request.param == 'sqlite' else 'postgres'}")
    opened: list[tuple[str, Database]] = []

    def stand(revision: str) -> Database:
        name = own_name()
        opened.append((name, Database.at(older.at(revision, name))))
        return opened[-1][1]

    yield stand
    for name, database in opened:
        database.engine.dispose()
        if database.engine.dialect.name == "postgresql":
            databases.drop_postgres(request.getfixturevalue("postgres"), name)


def own_name() -> str:
    """A name that no database of this session has."""
    return f"own_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_NUMBERS)}"


def settings_for(folder: Path, database_url: str, **changes: Any) -> Settings:
    """Settings of a test: everything in one folder."""
    made = Settings(
        environment=Environment.TEST, data_dir=folder, database_url=database_url,
        files_url=f"file://{folder / 'files'}",
        tasks=Tasks.EMBEDDED, secrets=Secrets.at(folder / "secrets.json"), base_url="http://127.0.0.1:8000",
        seal_file=folder / "seal.json",
    )  # fmt: skip
    return replace(made, **changes)


@pytest.fixture
def passing_time(monkeypatch: pytest.MonkeyPatch, _one_instant: None) -> None:
    """Time passes, for what renews a lease while it works."""
    monkeypatch.setattr(clock, "_source", TRUE_CLOCK)


@pytest.fixture
def move_time(monkeypatch: pytest.MonkeyPatch, _one_instant: None) -> Callable[..., None]:
    """`move_time(hours=1)`: every test is at the same instant, this one later."""

    def move(**later: float) -> None:
        then = clock.now() + timedelta(**later)
        monkeypatch.setattr(clock, "_source", lambda: then)

    return move


@pytest.fixture(autouse=True)
def _one_instant(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test is at the same instant; but those marked as in `PASSING`."""
    if not any(map(request.node.get_closest_marker, PASSING)):
        monkeypatch.setattr(clock, "_source", lambda: NOW)


@pytest.fixture(scope="session", autouse=True)
def _files_looked_at_each_time() -> Iterator[None]:
    """A test changes a file of data and reads it at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looked_at, "EVERY", 0.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _not_waiting_for_the_disk() -> Iterator[None]:
    """Databases that go with the test are not made to outlive a power cut; the processes it starts are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "SYNCHRONOUS", "OFF")
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, lambda _descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def standing_tables(session_folder: Path) -> Iterator[Callable[[], Path]]:
    """Migrations cost what they must, once for all processes: a SQLite database without tables is given those of a file
    made with them.

    Where tables are altered, they are read alone, not with each table that they point at, and theirs: half the time of
    a walk, and nothing changes but the order of constraints. The files of the migrations are read once for a process.
    `true_migrations` is for tests of migrations themselves.
    """
    path = session_folder / "migrated.db"

    def make() -> None:
        database = Database.at(f"sqlite:///{path}")
        TRUE_UPGRADE(database)
        database.engine.dispose()

    def made() -> Path:
        made_once(path.with_suffix(".made"), make)
        return path

    def upgrade(database: Database, revision: str = "head") -> None:
        if revision != "head" or database.engine.dialect.name != "sqlite" or not _copied(made(), database):
            TRUE_UPGRADE(database, revision)

    def alone(batch: BatchOperationsImpl, *told: Any) -> None:
        TRUE_BATCH(batch, *told)
        batch.reflect_kwargs["resolve_fks"] = False

    read: dict[str, ScriptDirectory] = {}

    def scripts(config: Config) -> ScriptDirectory:
        folder = str(config.get_main_option("script_location"))
        if folder not in read:
            read[folder] = TRUE_SCRIPTS.__func__(ScriptDirectory, config)
        return read[folder]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrating, "upgrade", upgrade)
        patch.setattr(BatchOperationsImpl, "__init__", alone)
        patch.setattr(ScriptDirectory, "from_config", staticmethod(scripts))
        yield made


def _copied(source: Path, database: Database) -> bool:
    """Whether this file had no table, and now has all of them."""
    with database.engine.connect() as connection, closing(sqlite3.connect(source)) as template:
        held = connection.connection.driver_connection
        assert held is not None
        if held.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            return False
        template.backup(held)
        return True


@pytest.fixture
def true_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations as they are without the shortcuts of the suite."""
    monkeypatch.setattr(migrating, "upgrade", TRUE_UPGRADE)
    monkeypatch.setattr(BatchOperationsImpl, "__init__", TRUE_BATCH)
    monkeypatch.setattr(ScriptDirectory, "from_config", TRUE_SCRIPTS)


@pytest.fixture(scope="session", autouse=True)
def _commands_loaded() -> None:
    """Commands are loaded before a test replaces what they import by name, or the last one loaded would keep it."""
    tuple(commands_of(DOMAINS))


@pytest.fixture(scope="session", autouse=True)
def _printed_once() -> Iterator[None]:
    """Documents that were printed, or written for Word, before are not made again."""
    with pytest.MonkeyPatch.context() as patch:
        for printer in (printing._printer, printing._writer):
            patch.setattr(printer, "call", _once(printer.call))
        yield


def _once(really: Callable[[str, tuple[object, ...], float], bytes]) -> Callable[..., bytes]:
    def call(function: str, arguments: tuple[object, ...], timeout: float) -> bytes:
        return printing_cache.printed(function, arguments, lambda: really(function, arguments, timeout))

    return call


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Templates that were compiled before are not compiled again, whatever the application."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "create_jinja_environment", template_cache.keeping)
        yield


@pytest.fixture(scope="session", autouse=True)
def _expressions_followed() -> Iterator[expression_cache.Followed]:
    """The expressions of the readings that were prepared before; what this process prepared last is kept at its end."""
    followed = expression_cache.Followed()
    yield followed
    followed.keep(least=1)


@pytest.fixture(scope="module", autouse=True)
def _expressions_prepared_once(_expressions_followed: expression_cache.Followed) -> Iterator[None]:
    """Expressions that another process prepared are not prepared again."""
    _expressions_followed.take()
    yield
    _expressions_followed.keep()


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Statements that one database compiled are not compiled again for another of its kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClauseElement, "_compile_w_cache", statement_cache.compile_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def true_hasher() -> Iterator[Callable[[], PasswordHasher]]:
    """The maker of the portal's own hasher; every test hashes with the least work Argon2 knows, as the true one is
    meant to take long."""
    with pytest.MonkeyPatch.context() as patch:
        really = passwords._hasher
        cheapest = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", lambda: cheapest)
        passwords._dummy_hash.cache_clear()
        yield really


@pytest.fixture(scope="session", autouse=True)
def _keys_named_once() -> Iterator[None]:
    """The name of a key takes a tenth of a second, on purpose: this process works each out once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secret_keys, "_key_id", cache(secret_keys._key_id))
        yield


@pytest.fixture(scope="session", autouse=True)
def _savepoints_said_plainly() -> Iterator[None]:
    """Each session of a test lives in a savepoint: it is said as text, where SQLAlchemy compiles it each time."""
    said = {"savepoint": "SAVEPOINT", "release_savepoint": "RELEASE SAVEPOINT", "rollback_to_savepoint": "ROLLBACK TO"}
    with pytest.MonkeyPatch.context() as patch:
        for name, words in said.items():
            patch.setattr(DefaultDialect, f"do_{name}", partialmethod(_say_savepoint, words))
        yield


def _say_savepoint(_dialect: DefaultDialect, words: str, connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"{words} {name}")


@pytest.fixture(scope="session", autouse=True)
def _told(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings without a database: whatever writes has the keys of this process, the journal's among them."""
    told = settings_for(tmp_path_factory.mktemp("data"), "sqlite://")
    process.prepare(told)
    return told


@pytest.fixture(scope="module", autouse=True)
def _process_left_as_found(_told: Settings) -> Iterator[None]:
    """What a module's own fixtures told this process goes with them, or the module is named."""
    yield
    if (left := process.settings().data_dir) != _told.data_dir:
        process.prepare(_told)
        pytest.fail(f"this module leaves the process with the settings of {left}: its fixture must put them back")
    if _told.seal_file.exists():
        _told.seal_file.unlink()
        pytest.fail("this module leaves a seal key where the suite has none")


@pytest.fixture(autouse=True)
def _process_of_each_test(_told: Settings) -> Iterator[None]:
    """What a test tells this process, as every `create_app` does, and the seal it makes, are gone with it."""
    settings, stores, had_seal = process._settings[:], process._store[:], _told.seal_file.exists()
    yield
    process._settings[:], process._store[:] = settings, stores
    if not had_seal:
        _told.seal_file.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def portal_settings(_told: Settings, database_url: str) -> Settings:
    """The settings of the suite's one application."""
    return replace(_told, database_url=database_url)


@pytest.fixture(scope="session")
def engine(database_url: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The migrated database of this process."""
    database = Database.at(database_url)
    if request.config.option.postgres:
        databases.STATEMENTS.plan_on(request.getfixturevalue("postgres_engine"))
        databases.STATEMENTS.watch(database.engine)
    yield database.engine
    database.engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine(postgres: str, migrated_postgres: str) -> Iterator[Engine]:
    """The migrated PostgreSQL database of this process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = Database.at(fresh_postgres(postgres, f"suite_{worker}", template=migrated_postgres))
    databases.STATEMENTS.watch(database.engine)
    yield database.engine
    database.engine.dispose()


class Outer(Database):
    """A database whose every session lives in the test's outer transaction and is rolled back with it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.connection = engine.connect()
        self._transaction = self.connection.begin()
        driver = self.connection.connection.driver_connection
        self.connection.info[AS_MIGRATED] = getattr(driver, "total_changes", 0)  # SQLite alone counts them

    def session(self, *, write: bool) -> Session:
        """A session whose commits are savepoints."""
        return ColumnSession(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")

    def waiting(self, seconds: float) -> Database:
        """Itself: nobody else writes here."""
        return self

    def close(self) -> None:
        """Undo the test."""
        self.connection.info.pop(AS_MIGRATED, None)
        self._transaction.rollback()
        self.connection.close()


@pytest.fixture
def database(backend: str, engine: Engine, request: pytest.FixtureRequest) -> Iterator[Outer]:
    """The test's database."""
    outer = Outer(engine if backend == "sqlite" else request.getfixturevalue("postgres_engine"))
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
def committed(lasting_url: str, app: Flask) -> Iterator[Database]:
    """A database of a test's own, where transactions really meet (`factories.two_at_once`), on each in turn."""
    its_own = Database.at(lasting_url)
    databases.STATEMENTS.watch(its_own.engine)
    migrating.upgrade(its_own)
    yield its_own
    its_own.engine.dispose()


@pytest.fixture
def as_(app: Flask, session: Session) -> Callable[..., PageClient]:
    """`as_(Role.DPO)` or `as_(user)` gives a signed-in page client; `as_(None)` a stranger."""

    def sign_in(who: Any) -> PageClient:
        user = user_of(session, who) if isinstance(who, Role) else who
        session.commit()
        is_shown(Context(session, SYSTEM, clock.now()))  # what a process asks once a minute for its menus is no page's
        return PageClient(app, user)

    return sign_in


@pytest.fixture
def statements(database: Outer) -> Iterator[list[str]]:
    """The SQL statements run while the test holds this list; clear it to start counting."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def plans(database: Outer) -> Iterator[list[str]]:
    """How SQLite reads what is asked while the test holds this list, one text a select; skips on PostgreSQL."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("the plan of SQLite")
    seen: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            seen.append("; ".join(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)))

    event.listen(database.engine, "before_cursor_execute", explain)
    yield seen
    event.remove(database.engine, "before_cursor_execute", explain)
