"""What the commands share: a context over a ready database."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import click
from sqlalchemy.exc import OperationalError

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import schema
from portal.core.clock import now
from portal.core.db import Database
from portal.core.errors import PortalError
from portal.core.late import load
from portal.core.schema import SchemaState
from portal.jobs import carriers
from portal.web.edge import database, settings


def migrating() -> ModuleType:
    """The module that loads Alembic, only when a command needs it: a web process never does."""
    return load("portal.core.migrating")


def bring_up_to_date(store: Database) -> None:
    """Bring the tables up to date, and those of the carrier of jobs."""
    migrating().upgrade(store)
    carriers.carrier_of(settings().tasks).prepare(store)


def ready(store: Database) -> None:
    """Create an empty database's tables; refuse an older one with the command to run."""
    try:
        found = schema.state(store)
    except OperationalError as error:
        raise click.ClickException(f"La base de données ne répond pas : {error.orig}") from error
    if found is SchemaState.EMPTY:
        bring_up_to_date(store)
    elif found is SchemaState.OLDER:
        raise click.ClickException("La base est d'une version antérieure. Lancez : flask database upgrade")
    elif found is SchemaState.UNKNOWN:
        raise click.ClickException("Cette base n'est pas celle de cette version de Vigie ; rien n'a été touché.")


@contextmanager
def working(*, write: bool = True) -> Iterator[Context]:
    """The system's context for a command: committed at the end, rolled back when refused, sentence on stderr."""
    store = database()
    ready(store)
    try:
        with store.transaction() if write else store.reading() as session:
            yield Context(session, SYSTEM, now())
    except PortalError as error:
        raise click.ClickException(str(error)) from error
