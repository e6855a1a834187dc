"""Bringing a database up to the newest migration, or back: the only module that loads Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.engine import Connection

from portal.core.db import Database
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.schema import MIGRATIONS


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction."""
    _run(database, "upgrade", revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to a revision; raises Refused when there is none of this name."""
    _run(database, "downgrade", revision)


def config() -> Config:
    """Alembic's configuration, without a file."""
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return found


def draft(database: Database, name: str) -> str:
    """Write a migration from the models, against an up-to-date database; returns its path."""
    settings = config()
    with database.engine.begin() as connection:
        settings.attributes["connection"] = connection
        number = f"{len(list((MIGRATIONS / 'versions').glob('*.py'))) + 1:04}"
        made = command.revision(settings, message=name, autogenerate=True, rev_id=number)
    return str(getattr(made, "path", made))


def _run(database: Database, verb: str, revision: str) -> None:
    settings = config()
    try:
        with database.engine.connect() as connection, _tables_may_move(connection), connection.begin():
            settings.attributes["connection"] = connection
            getattr(command, verb)(settings, revision)
            _check_keys(connection)
    except CommandError as error:
        raise Refused(
            N_("La base ne peut pas passer à la révision « %(revision)s » : elle n'existe pas, ou pas dans ce sens."),
            revision=revision,
        ) from error


@contextmanager
def _tables_may_move(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying it and dropping the old one, whose rows others point to: keys look away."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # On the driver's own connection: SQLite ignores this once a transaction has begun.
    raw = connection.connection.driver_connection
    if raw is None:
        raise RuntimeError("the connection is closed")
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _check_keys(connection: Connection) -> None:
    """Before the commit: nothing points to a row that is no longer there; raises RuntimeError."""
    if connection.dialect.name == "sqlite" and (
        found := connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    ):
        raise RuntimeError(f"a migration would leave a broken key: {tuple(found)}")
