"""The demonstration as tests meet it: made once for each edition of the code, copied for who asks.

It stands in `var/cache/demonstration`, in a folder named after all that it is made of: the code, the tables, the
questionnaires, the clauses and the law files. At the tests' instant, on SQLite, nothing printed.
"""

import fcntl
import hashlib
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import clock, migrating
from portal.core.config import ROOT
from portal.core.db import Database
from portal.identity.models import User
from portal.jobs import execution
from portal.journal.signed_heads import sign_head
from portal.seed.demo_history import write_history
from portal.vendors.models import Membership
from tests.factories.people import user_of
from tests.pages import PageClient
from tests.printing_cache import nothing_printed

FOLDER = ROOT / "var" / "cache" / "demonstration"
MADE_OF = (
    "portal", "migrations", "questionnaires", "clause_library", "modeles", "law", "tests/demonstrations.py",
    "tests/factories/people.py", "tests/factories/addresses.py",
)  # fmt: skip
PEOPLE = {
    Role.DPO: "dpo@verdelet.example", Role.LEGAL: "juriste@verdelet.example", Role.BUYER: "acheteuse@verdelet.example",
    Role.MANAGEMENT: "direction@verdelet.example", Role.ADMIN: "admin@verdelet.example",
    Role.EXPERT: "expert@cabinet.example", Role.VENDOR_ADMIN: "jonas@securesign.example",
    Role.VENDOR_RESPONDENT: "collegue@securesign.example", Role.VENDOR_READER: "lecture@securesign.example",
}  # fmt: skip
"""One account of each role; the three of a vendor are of the same one, which has an audit to answer."""


@cache
def edition() -> str:
    """A digest of all that the demonstration is made of."""
    found = hashlib.sha256()
    for name in MADE_OF:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix in {".py", ".toml", ".md", ".csv", ".json", ".txt"}:
                found.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return found.hexdigest()[:24]


def made_here() -> Path:
    """Where what is made of this edition of the code stays."""
    return FOLDER / edition()


def made(settings_of: Any, instant: Any) -> Path:
    """The folder of this edition, made if it is not there; another process that wants it waits."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    there = made_here()
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not there.exists():
            for older in FOLDER.iterdir():
                if older.is_dir():
                    shutil.rmtree(older)
            _make(FOLDER / "making", settings_of, instant)
            (FOLDER / "making").rename(there)
    return there


def _make(folder: Path, settings_of: Any, instant: Any) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    database = Database.at(f"sqlite:///{folder / 'demonstration.db'}")
    migrating.upgrade(database)
    with pytest.MonkeyPatch.context() as patch, nothing_printed():
        patch.setattr(clock, "_source", lambda: instant)
        create_app(settings_of(folder, str(database.engine.url)), database)
        with database.transaction() as session:
            ctx = Context(session, SYSTEM, clock.now())
            write_history(session, ctx.now, "une phrase de passe bien longue")
            _let_guests_in(ctx)
        execution.drain(database, "demonstration")
        with database.transaction() as session:
            # As each night: who is then given a proof of one entry waits for the tree of the newest alone.
            sign_head(Context(session, SYSTEM, clock.now()))
        execution.release_resources()
    database.engine.dispose()


def _let_guests_in(ctx: Context) -> None:
    """An expert of one vendor, two colleagues of another, and an administrator whose second factor is done."""
    held = dict(ctx.session.execute(select(User.email, Membership.vendor_id).join(Membership)).all())
    own = held[PEOPLE[Role.VENDOR_ADMIN]]
    for role, vendor in (
        (Role.EXPERT, held["marc@paie-facile.example"]), (Role.VENDOR_RESPONDENT, own), (Role.VENDOR_READER, own),
    ):  # fmt: skip
        guest = user_of(ctx.session, role, email=PEOPLE[role])
        ends = ctx.today.replace(year=ctx.today.year + 1) if role is Role.EXPERT else None
        ctx.session.add(Membership(user_id=guest.id, vendor_id=vendor, until=ends, role=role))
    admin = ctx.session.scalars(select(User).where(User.role == Role.ADMIN)).one()
    admin.totp_confirmed_at = ctx.now


class Undone(Database):
    """A database whose writes are all undone, request by request (`undoing`), and at the end."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine)
        self.connection = database.engine.connect()
        self.connection.begin()
        self.writes: list[str] = []
        event.listen(self.connection, "before_cursor_execute", self._note)

    def _note(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
            self.writes.append(statement)

    def session(self, *, write: bool) -> Session:
        """A session whose commits are savepoints."""
        return Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")

    def waiting(self, seconds: float) -> Database:
        """Itself: nobody else writes here."""
        return self

    @contextmanager
    def undoing(self) -> Any:
        """Whatever is written inside is as if it had not been."""
        self.writes.clear()
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            if point.is_active:
                point.rollback()


@dataclass(frozen=True)
class World:
    """The demonstration, and one client for each role."""

    app: Flask
    database: Undone
    clients: dict[Role, PageClient]
    _tokens: dict[Role, str] = field(default_factory=dict)
    _cookies: dict[Role, dict[Any, Any]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    """What the last request wrote."""

    def token(self, role: Role) -> str:
        """A token for the forms of this role."""
        return self._tokens[role]

    def sign_in(self) -> None:
        """Take a token for each role, and remember the cookie that goes with it."""
        for role, client in self.clients.items():
            self._tokens[role] = client.csrf("/mon-compte")
            self._cookies[role] = dict(client.client._cookies)

    def asked(self, role: Role, method: str, path: str, **request: Any) -> TestResponse:
        """What this role is answered, read whole; whatever it wrote is undone, in its cookie as well."""
        client = self.clients[role].client
        client._cookies = dict(self._cookies[role])
        with self.database.undoing():
            found = client.open(path, method=method, **request)
            found.get_data()
            found.close()
        self.written[:] = self.database.writes
        return found

    def row(self, statement: Any) -> Any:
        """What a statement finds."""
        with self.database.session(write=False) as session:
            return session.execute(statement).all()


def world_in(folder: Path, settings_of: Any, instant: Any) -> World:
    """A copy of it in a folder, with everyone signed in."""
    shutil.copytree(made(settings_of, instant), folder, dirs_exist_ok=True)
    stored = Database.at(f"sqlite:///{folder / 'demonstration.db'}")
    database = Undone(stored)
    app = create_app(settings_of(folder, str(stored.engine.url)), database)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    with database.session(write=True) as session:
        people = {
            role: session.scalars(select(User).where(User.email == email)).one() for role, email in PEOPLE.items()
        }
    world = World(app, database, {role: PageClient(app, user) for role, user in people.items()})
    world.sign_in()
    return world
