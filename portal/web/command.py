"""What the commands share: a context over a ready database, and output as lines or as JSON."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

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
from portal.web.forms import clean


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


def show(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print objects: a JSON array, or tab-separated columns under their names."""
    found = list(rows)
    if as_json:
        show_json(found)
        return
    click.echo("\t".join(columns))
    for row in found:
        click.echo("\t".join(_cell(row.get(c)) for c in columns))


def _cell(value: object) -> str:
    """One value on one line, without what would drive a terminal: names come from outside.

    >>> _cell("Acme\\x1b[2J\\tSAS\\n"), _cell(None)
    ('Acme[2J SAS', '')
    """
    return "" if value is None else " ".join(clean(str(value)).split())


def show_json(value: Any) -> None:
    """Print a value as JSON, as a script reads it."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None, default=str))


def problem(line: int | None, column: int | None, message: object) -> dict[str, Any]:
    """A problem as every command prints it."""
    return {"line": line, "column": column, "message": str(message)}


json_option = click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
