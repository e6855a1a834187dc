"""The request: its database session, its context, its instant; committed at the end of a success, else rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import NOBODY, Actor
from portal.core.clock import now
from portal.core.config import Settings
from portal.core.db import Database

PATIENCE = 5.0
"""Seconds that a request waits for SQLite's write lock: a person gets a page that says so rather than nothing."""
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask, store: Database) -> None:
    """Close each request's session: committed after a success, rolled back after an error, let go of either way.

    To be called after whatever else does something to an answer: those come after the end of the transaction then.
    """
    app.extensions["vigie.database"] = store
    app.after_request(_close)
    app.teardown_request(_drop)


def database() -> Database:
    """The database that is worked on; a request does not wait for it as long as a command or a job does."""
    if not has_request_context():
        return true_database()
    found: Database = g.get("copy") or true_database()
    return found.waiting(PATIENCE)


def true_database() -> Database:
    """The database of this application, whatever copy of it this request works on."""
    found: Database = current_app.extensions["vigie.database"]
    return found


def work_on(copy: Database, at: datetime) -> None:
    """Have the rest of this request read and write a copy of the database, at an instant of its own.

    To be called once it is known who calls, before anything is written: raises RuntimeError otherwise.
    """
    session = g.pop("db_session", None)
    if session is not None:
        if _may_write() and session.in_transaction():
            session.rollback()
            session.close()
            raise RuntimeError("something was written before this request was sent to a copy")
        session.rollback()
        session.close()
    g.pop("context", None)
    g.copy, g.now = copy, at


def copy_worked_on() -> Database | None:
    """The copy that this request works on; None for any that works on what is true."""
    found: Database | None = g.get("copy")
    return found


def settings() -> Settings:
    """The settings of this application."""
    found: Settings = current_app.extensions["vigie.settings"]
    return found


def db_session() -> Any:
    """The request's session, opened at first use: writing for unsafe methods, reading otherwise."""
    held = g._get_current_object()
    found = held.get("db_session")
    if found is None:
        found = held.db_session = database().session(write=_may_write())
    return found


def release() -> None:
    """Commit what this request has written so far and let go of the database, before long work.

    On SQLite a writing request holds the one write lock: nobody else may wait for a slow upload, for a password to be
    compared, or for an answer to be put into words.
    """
    if g.get("only_reads"):
        db_session().rollback()
    else:
        db_session().commit()


def write_by_link() -> None:
    """Have this request write although it is a GET: one comes back from an identity provider by a link.

    For a view that has made sure by itself that its caller was sent there from here.
    """
    _drop(None)
    g.pop("context", None)
    g.writes_by_link = True


def _may_write() -> bool:
    return request.method not in _READS or bool(g.get("writes_by_link"))


def _has_begun() -> bool:
    return "db_session" in g and g.db_session.in_transaction()


@contextmanager
def identifying() -> Iterator[Session]:
    """A session to read who is calling: a request that will write takes SQLite's write lock only once that is known."""
    if not _may_write() or _has_begun():
        yield db_session()
    else:
        with database().reading() as session:
            yield session


@contextmanager
def writing_now(seconds: float = PATIENCE) -> Iterator[Session]:
    """A session to write something small whatever becomes of the request; its own when it holds the lock already."""
    if _may_write() and _has_begun():
        yield db_session()
    else:
        with database().waiting(seconds).transaction() as session:
            yield session


def current() -> Context:
    """The context of this request; without a signed-in person it has no grant at all."""
    held = g._get_current_object()  # a page asks dozens of times: one look by the proxy
    found: Context | None = held.get("context")
    if found is None:
        actor = current_user.actor if current_user.is_authenticated else NOBODY
        found = held.context = Context(db_session(), actor, request_time())
    return found


def read_as(actor: Actor) -> None:
    """Have the rest of this request see what somebody else sees; whatever it may write is taken back, never kept.

    Raises RuntimeError for a request that means to write.
    """
    if _may_write():
        raise RuntimeError("only a request that reads may be made to see as somebody else")
    g.only_reads = True
    g.context = Context(db_session(), actor, request_time())


def anonymous(actor: Actor) -> Context:
    """A context for a use case that a stranger may start (sign-in, invitation), with a named actor."""
    return Context(db_session(), actor, request_time())


def request_time() -> Any:
    """One instant for the whole request."""
    held = g._get_current_object()
    found = held.get("now")
    if found is None:
        found = held.now = now()
    return found


def commit_despite_error() -> None:
    """Keep what this request wrote although its answer is an error: a failed sign-in must be counted."""
    g.commit_anyway = True


def undo() -> None:
    """Take back what the view wrote, unless it asked that an error should keep it."""
    session = g.get("db_session")
    if session is not None and not g.get("commit_anyway"):
        session.rollback()


def undo_all() -> None:
    """Take back what the view wrote, whatever it asked: something broke, the database perhaps."""
    g.commit_anyway = False
    try:
        undo()
    except SQLAlchemyError:
        g.db_session.invalidate()  # the connection is lost, and all it held with it


def _close(response: Response) -> Response:
    session = g.get("db_session")
    if session is not None and session.in_transaction():  # which a released one is not, nor one that asked nothing
        if not g.get("only_reads") and (response.status_code < 400 or g.get("commit_anyway")):
            session.commit()
        else:
            session.rollback()
    return response


def _drop(_error: BaseException | None) -> None:
    session = g.pop("db_session", None)
    if session is not None:
        session.close()
