"""The commands of the database, and those of every domain."""

from collections.abc import Iterable

import click
from flask.cli import AppGroup

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import schema
from portal.core.clock import now
from portal.core.errors import Refused
from portal.journal.anchor_starts import after_upgrade
from portal.web.command import bring_up_to_date, migrating, ready
from portal.web.edge import database
from portal.web.manifest import Domain

database_commands = AppGroup("database", help="La base de données.")


@database_commands.command("upgrade", help="Créer les tables ou les mettre à jour.")
def upgrade() -> None:
    """Create or update the tables."""
    store = database()
    before = schema.revision(store)
    bring_up_to_date(store)
    with store.transaction() as session:
        after_upgrade(Context(session, SYSTEM, now()), before)
    click.echo("La base est à jour.")


@database_commands.command("downgrade", help="Ramener les tables à une révision.")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to a revision."""
    try:
        migrating().downgrade(database(), revision)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"La base est à la révision {revision}.")


@database_commands.command("draft", help="Écrire une migration d'après les modèles.")
@click.argument("name")
def draft(name: str) -> None:
    """Write a migration from the models."""
    click.echo(migrating().draft(database(), name))


@database_commands.command("check", help="Dire si la base est prête ; la créer si elle est vide.")
def check() -> None:
    """Say whether the database is ready; creates it when empty."""
    ready(database())
    click.echo("La base est prête.")


def commands_of(domains: Iterable[Domain]) -> Iterable[click.Command]:
    """The commands of the database and those of every domain; two that declare a group of one name share it."""
    every = AppGroup()
    every.add_command(database_commands)
    for domain in domains:
        for command in domain.commands():
            _add(every, command)
    return every.commands.values()


def _add(group: click.Group, command: click.Command) -> None:
    """Add a command; two domains that declare a group of one name share it, each with its own commands."""
    known = group.commands.get(command.name or "")
    if not isinstance(known, click.Group) or not isinstance(command, click.Group) or known is command:
        group.add_command(command)
        return
    shared = AppGroup(known.name, help=known.help)
    for one in (known, command):
        for part in one.commands.values():
            _add(shared, part)
    group.add_command(shared)
