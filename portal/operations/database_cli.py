"""`flask database copy`: the portal moves from SQLite to PostgreSQL, or back."""

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup
from sqlalchemy.exc import ArgumentError

from portal.core.clock import now
from portal.core.config import with_driver
from portal.core.db import Database
from portal.core.errors import PortalError
from portal.core.language import number_of
from portal.core.late import late
from portal.web.command import ready
from portal.web.command_output import json_option, show_json
from portal.web.edge import database

if TYPE_CHECKING:
    from portal.operations import database_moves
else:
    database_moves = late("portal.operations.database_moves")

database_commands = AppGroup("database", help="La base de données.")


@database_commands.command(
    "copy",
    help="Copier chaque ligne dans la base vide à l'adresse URL, puis comparer les deux ; code 1 si elles "
    "diffèrent.\n\n"
    "Arrêtez d'abord le portail : ce qui s'écrit pendant ce temps n'est pas copié. Un mot de passe se donne "
    "par PGPASSWORD ou ~/.pgpass.",
)
@click.argument("url")
@json_option
def copy(url: str, as_json: bool) -> None:
    """Copy every row into the empty database at URL, then compare the two; exit 1 when they differ.

    Stop the portal first: what is written meanwhile is not copied. Give a password by PGPASSWORD or ~/.pgpass.
    """
    ready(database())
    address = with_driver(url)
    if not address.startswith(("sqlite:///", "postgresql+psycopg:")):
        raise click.UsageError("sqlite:///… ou postgresql://… attendu.")
    try:
        target = Database.at(address)
    except ArgumentError as error:
        raise click.UsageError("sqlite:///… ou postgresql://… attendu.") from error
    try:
        report = database_moves.copy_database(database(), target, now())
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    finally:
        target.engine.dispose()
    if as_json:
        show_json({"rows": report.rows, "journal": report.entries, "last_hash": report.last_hash,
                   "faults": report.faults})  # fmt: skip
    else:
        _tell(report)
    raise SystemExit(1 if report.faults else 0)


def _tell(report: "database_moves.MoveReport") -> None:
    for name, count in report.rows.items():
        if count:
            click.echo(f"{name}\t{count}")
    for fault in report.faults:
        click.echo(fault, err=True)
    if not report.faults:
        click.echo(
            f"{number_of(sum(report.rows.values()), 'ligne copiée', 'lignes copiées')}, comparées une à une : les deux "
            "bases disent la même chose."
        )
        entries = number_of(report.entries, "écriture", "écritures")
        click.echo(f"Journal vérifié : {entries}, empreinte de fin {report.last_hash}")
