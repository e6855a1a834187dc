"""The schema's version: is this database empty, older, current? And the way up."""

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from portal.core.config import ROOT
from portal.core.db import Database

MIGRATIONS = ROOT / "migrations"


class SchemaState(StrEnum):
    """What stands in a database."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    UNKNOWN = "unknown"
    """Tables of another application, or of a newer version of this one."""


def state(database: Database) -> SchemaState:
    """Compare the database's revision with the newest migration; raises OperationalError when it cannot be reached."""
    script = ScriptDirectory(str(MIGRATIONS))
    with database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        tables = inspect(connection).get_table_names()
    if revision is None:
        return SchemaState.UNKNOWN if "vendor" in tables else SchemaState.EMPTY
    if revision == script.get_current_head():
        return SchemaState.CURRENT
    known = {found.revision for found in script.walk_revisions()}
    return SchemaState.OLDER if revision in known else SchemaState.UNKNOWN


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction."""
    _run(database, "upgrade", revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to a revision."""
    _run(database, "downgrade", revision)


def config(path: Path = MIGRATIONS) -> Config:
    """Alembic's configuration, without a file."""
    found = Config()
    found.set_main_option("script_location", str(path).replace("%", "%%"))
    return found


def _run(database: Database, verb: str, revision: str) -> None:
    settings = config()
    with database.engine.begin() as connection:
        settings.attributes["connection"] = connection
        getattr(command, verb)(settings, revision)
