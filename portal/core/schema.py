"""The schema's version: is this database empty, older, current? Read without Alembic, so that pages may ask."""

import re
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import inspect

from portal.core.config import ROOT
from portal.core.db import Database
from portal.core.expressions import expression

MIGRATIONS = ROOT / "migrations"
_REVISION = expression(r"^(revision|down_revision)\s*=\s*(?:'([^']+)'|\"([^\"]+)\"|None)", re.MULTILINE)


class SchemaState(StrEnum):
    """What stands in a database."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    UNKNOWN = "unknown"
    """Tables of another application, or of a newer version of this one."""


@lru_cache(maxsize=1)
def revisions() -> tuple[str, ...]:
    """Every revision from the first to the newest; raises ValueError when the migrations do not form one line."""
    after: dict[str | None, str] = {}
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    for path in files:
        found = {name: one or two or None for name, one, two in _REVISION.findall(path.read_text(encoding="utf-8"))}
        after[found["down_revision"]] = str(found["revision"])
    line: list[str] = []
    step: str | None = None
    while step in after:
        step = after[step]
        line.append(step)
    if len(line) != len(files):
        raise ValueError("the migrations do not form one line")
    return tuple(line)


def revision(database: Database) -> str | None:
    """The revision of a database; None for one without tables, or of something else."""
    with database.reading() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found = session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def state(database: Database) -> SchemaState:
    """Compare the database's revision with the newest migration; raises OperationalError when it cannot be reached."""
    with database.reading() as session:
        tables = set(inspect(session.connection()).get_table_names())
        if "alembic_version" not in tables:
            return SchemaState.UNKNOWN if "vendor" in tables else SchemaState.EMPTY
        revision = session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision is None:
        return SchemaState.UNKNOWN if "vendor" in tables else SchemaState.EMPTY
    if revision == revisions()[-1]:
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in revisions() else SchemaState.UNKNOWN
