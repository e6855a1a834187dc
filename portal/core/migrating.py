"""Bringing a database up to the newest migration, or back: the only module that loads Alembic."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

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
        with database.engine.begin() as connection:
            settings.attributes["connection"] = connection
            getattr(command, verb)(settings, revision)
    except CommandError as error:
        raise Refused(
            N_("La base ne peut pas passer à la révision « %(revision)s » : elle n'existe pas, ou pas dans ce sens."),
            revision=revision,
        ) from error
