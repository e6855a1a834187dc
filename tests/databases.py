"""The two databases of a session: SQLite for every test, PostgreSQL for what has SQL of its own.

Under `--postgres`, each statement on the portal's tables that a test runs on SQLite is also compiled for PostgreSQL
and prepared by it, so that both are asked the same; and a piece that PostgreSQL does in its own way (see `OWN`) must
have been run there too, by a test marked `both_databases`, or the session fails.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.pq import ExecStatus
from sqlalchemy import Column, Engine, Table, TextClause, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.visitors import iterate

from portal.core import migrating
from portal.core.db import Base, Database

SERVER = "VIGIE_TEST_POSTGRES_SERVER"
OWN = re.compile(
    r"""[\w".]+\ ILIKE | FOR\ (?:NO\ KEY\ )?(?:UPDATE|SHARE|KEY\ SHARE)[^\n)]* | ON\ CONFLICT
    | [\w".]+(?:\ ASC|\ DESC)?\ NULLS\ (?:FIRST|LAST) | EXTRACT\([^)]*\) | OVER\ \([^)]*\)
    | \b(?:sum|avg|lower|upper|coalesce|to_regclass|clock_timestamp|pg_\w+)\((?:[^()]|\([^()]*\))*\)""",
    re.VERBOSE,
)
"""What PostgreSQL does in its own way: case in patterns, locks, conflicts, order of what is unknown, dates, sums."""
ROOM = 4 * 2**30
"""Bytes that must be free in memory to hold a server's files: a database is 16 MB, its journal up to 1 GB."""
TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE) ([\w"]+)')
LATER = re.compile(r"__\[POSTCOMPILE_[^\]]*\]")
"""Where SQLAlchemy writes a list of values once it knows how many there are."""


def binaries() -> Path | None:
    """The programs of the newest PostgreSQL installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    return found[-1] if found else None


def memory() -> Path | None:
    """A folder whose files are held in memory, where a database is made in a tenth of the time; None without room."""
    shared = Path("/dev/shm")
    if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >= ROOM:
        return shared
    return None


class Server:
    """A private PostgreSQL server on a port, its files in a folder that goes with it; it may be stopped for a while."""

    def __init__(self, port: int, *, parent: Path | None = None) -> None:
        self.port = port
        self._parent = parent
        self.address = f"postgresql+psycopg://postgres@127.0.0.1:{port}"

    def __enter__(self) -> "Server":
        self._folder = Path(tempfile.mkdtemp(prefix="vigie-pg-", dir=self._parent))
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "-w", "-l", f"{self._folder}/log", "-o", options, "start")

    def stop(self, mode: str) -> None:
        """Stop it: « fast » hangs up on everybody, « immediate » is a crash."""
        self._run("pg_ctl", "-w", "stop", "-m", mode)

    def _run(self, program: str, *options: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_user, f"{binaries()}/{program}", "-D", f"{self._folder}/db", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder)


@contextmanager
def server(port: int, *, parent: Path | None = None) -> Iterator[str]:
    """The address of a private server on this port."""
    with Server(port, parent=parent) as running:
        yield running.address


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Shared:
    """One server for every process of the session, started while they collect their tests."""

    def __init__(self) -> None:
        self.port = free_port()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postgres")
        self._thread.start()
        os.environ[SERVER] = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}"

    def _run(self) -> None:
        with server(self.port, parent=memory()):
            self._over.wait()

    def stop(self) -> None:
        """End the server."""
        os.environ.pop(SERVER, None)
        self._over.set()
        self._thread.join()


def answering(address: str, seconds: float = 60) -> str:
    """The address of a server, once it answers; it listens before it does."""
    end = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(f"{address.replace('+psycopg', '')}/postgres").close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return address


def fresh_postgres(server: str, name: str, *, template: str = "template1") -> str:
    """A database of this name on the server, empty or as its template."""
    drop_postgres(server, name)
    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        # Files copied as they are: a few pages of each of a thousand are not worth their way through the log.
        copied = " STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{copied}'.encode())
    return f"{server}/{name}"


def drop_postgres(server: str, name: str) -> None:
    """Remove a database of the server, whoever is connected to it."""
    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


STEP = 12
"""So many migrations apart, the databases that are kept on the way to an older one."""


class OlderDatabases:
    """Databases with the tables of a revision and no row: each is walked to once, from the nearest one before it."""

    def __init__(self, copied: Callable[[str, str], str]) -> None:
        """`copied(template, name)` makes the database `name`, empty or as its template, and gives its address."""
        self._copied = copied
        self._kept: dict[str, str] = {"": ""}

    def at(self, revision: str, name: str) -> str:
        """The address of a database of this name, as the migration of this revision leaves it."""
        if revision not in self._kept:
            # What is walked past is kept too, now and then: the next one asked for may stand before this one.
            for step in (f"{number:04}" for number in range(STEP, int(revision), STEP)):
                if step not in self._kept and step > max(one for one in self._kept if one < revision):
                    self._walk(step)
            self._walk(revision)
        return self._copied(self._kept[revision], name)

    def _walk(self, revision: str) -> None:
        nearest = max(one for one in self._kept if one < revision)
        store = Database.at(self._copied(self._kept[nearest], f"at_{revision}"))
        migrating.upgrade(store, revision)
        store.engine.dispose()
        self._kept[revision] = f"at_{revision}"


class RefusedByPostgresError(AssertionError):
    """A statement that SQLite runs and PostgreSQL does not."""


class Statements:
    """What this process has run on each database, as PostgreSQL reads it."""

    def __init__(self) -> None:
        self.on_sqlite: dict[str, str] = {}
        """Pieces with a way of their own, each with the test that ran it first."""
        self.on_postgres: set[str] = set()
        self._known: set[tuple[str, str]] = set()
        self._dialect = PGDialect_psycopg(paramstyle="numeric_dollar")
        self._prepare: Callable[[str], str] | None = None

    def plan_on(self, engine: Engine) -> None:
        """Have this engine, of PostgreSQL, prepare each new statement that SQLite runs."""
        held = engine.raw_connection()

        def prepare(text: str) -> str:
            answer = held.driver_connection.pgconn.prepare(b"", text.encode())
            return "" if answer.status == ExecStatus.COMMAND_OK else answer.error_message.decode()

        self._prepare = prepare

    @property
    def is_planning(self) -> bool:
        """Whether what SQLite runs is prepared on PostgreSQL."""
        return self._prepare is not None

    def watch(self, engine: Engine) -> None:
        """Note what this engine runs."""
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, conn: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        if context is None or context.compiled is None:
            return
        known = (conn.dialect.name, context.compiled.string)  # as it is before lists of values are given their length
        if known in self._known:
            return
        self._known.add(known)
        if context.isddl or not of_the_portal(context.compiled.statement):
            return
        if isinstance(context.compiled.statement, sqlite.Insert):
            # Written for SQLite alone: its twin for PostgreSQL must have run there.
            self.on_sqlite |= dict.fromkeys(pieces(statement), _test())
            return
        text = self.as_read(context.compiled.statement, context.compiled.column_keys)
        if conn.dialect.name == "postgresql":
            self.on_postgres |= pieces(text)
            return
        self.on_sqlite |= {one: _test() for one in pieces(text) if one not in self.on_sqlite}
        if self._prepare is not None and (told := self._prepare(text)):
            raise RefusedByPostgresError(f"{told}\n{text}")

    def as_read(self, clause: ClauseElement, keys: list[str] | None = None) -> str:
        """The text of a statement for PostgreSQL; a list of values stands as one that is unknown."""
        text = LATER.sub("NULL", str(clause.compile(dialect=self._dialect, column_keys=keys)))
        ordered = unknowns_in_order(clause)
        return f"{text}\n-- ORDER BY {', '.join(ordered)}" if ordered else text


NAMED_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?(\w+)", re.IGNORECASE)
"""A table in a statement written as text."""


def of_the_portal(clause: ClauseElement) -> bool:
    """Whether every table of a statement is the portal's: those a test makes for itself are not on the server."""
    if isinstance(clause, TextClause):
        return all(name in Base.metadata.tables for name in NAMED_TABLE.findall(clause.text))
    return all(table.metadata is Base.metadata for table in iterate(clause) if isinstance(table, Table))


def pieces(text: str) -> set[str]:
    """The pieces of a statement that have a way of their own.

    >>> sorted(pieces("SELECT a.id FROM a WHERE a.name ILIKE $1 FOR UPDATE"))
    ["a: FOR UPDATE", "a: a.name ILIKE"]
    """
    table = TABLE.search(text)
    found = {re.sub(r"\$\d+", "?", one[0]).strip() for one in OWN.finditer(text)}
    if "\n-- ORDER BY " in text:
        found |= {f"ORDER BY {one}" for one in text.rsplit("\n-- ORDER BY ", 1)[1].split(", ")}
    return {f"{table[1] if table else ''}: {one}" for one in found}


def unknowns_in_order(clause: ClauseElement) -> list[str]:
    """The columns a statement is sorted by that may hold nothing, which comes first on one database and last on the
    other unless the statement says where.
    """
    found = []
    for element in getattr(clause, "_order_by_clauses", ()):
        if "NULLS" not in str(element):
            found += [str(one) for one in iterate(element) if isinstance(one, Column) and one.nullable]
    return found


def _test() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "?")


STATEMENTS = Statements()


def unproven(reports: list[dict[str, Any]]) -> dict[str, str]:
    """Of all processes: the pieces with a way of their own that no test ran on PostgreSQL, and a test that does not."""
    proven = {text for report in reports for text in report["on_postgres"]}
    issued: dict[str, str] = {}
    for report in reports:
        issued |= report["on_sqlite"]
    return {text: test for text, test in issued.items() if text not in proven}


class Session:
    """The plugin of the process that leads the session: its server, and what must have been run on PostgreSQL."""

    def __init__(self) -> None:
        self.server = Shared()
        self.reports: list[dict[str, Any]] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Gather what a process ran."""
        if report := getattr(node, "workeroutput", {}).get("statements"):
            self.reports.append(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the session when a piece with a way of its own ran on SQLite alone."""
        self.missing = unproven([*self.reports, report()])
        if self.missing and session.exitstatus == 0 and not session.config.option.keyword:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which, after everything else: a run whose tests all pass and that fails is read from its end."""
        if not self.missing:
            return
        terminalreporter.section(
            f"{len(self.missing)} statements have not met PostgreSQL: mark a test `both_databases`"
        )
        for text, test in sorted(self.missing.items(), key=lambda found: found[1]):
            terminalreporter.line(f"{test}\n    {text[:300]}")

    def pytest_unconfigure(self) -> None:
        """End the server."""
        self.server.stop()


def report() -> dict[str, Any]:
    """What this process ran, as it is told to the one that leads."""
    return {"on_sqlite": STATEMENTS.on_sqlite, "on_postgres": sorted(STATEMENTS.on_postgres)}
