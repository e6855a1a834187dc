"""The commands of every domain under one roof, and those of the house itself."""

import click
from flask import Flask
from flask.cli import AppGroup

from portal.audits.cli import audits
from portal.campaigns.cli import campaigns
from portal.contracts.clauses_cli import cli as clauses
from portal.contracts.cli import contracts
from portal.core.errors import Refused
from portal.dashboard.files_cli import files
from portal.dashboard.jobs_cli import jobs
from portal.identity.cli import accounts
from portal.journal.cli import journal
from portal.paper.cli import paper
from portal.questionnaires.cli import cli as questionnaires
from portal.scorecards.cli import scorecards
from portal.vendors.cli import vendors
from portal.web.command import bring_up_to_date, migrating, ready
from portal.web.edge import database
from portal.withdrawals.cli import withdrawals

house = AppGroup("database", help="La base de données.")


@house.command("upgrade")
def upgrade() -> None:
    """Create or update the tables."""
    bring_up_to_date(database())
    click.echo("La base est à jour.")


@house.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to a revision."""
    try:
        migrating().downgrade(database(), revision)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"La base est à la révision {revision}.")


@house.command("draft")
@click.argument("name")
def draft(name: str) -> None:
    """Write a migration from the models."""
    click.echo(migrating().draft(database(), name))


@house.command("check")
def check() -> None:
    """Say whether the database is ready; creates it when empty."""
    ready(database())
    click.echo("La base est prête.")


def install(app: Flask) -> None:
    """Register every group."""
    for group in (
        house,
        accounts,
        journal,
        jobs,
        files,
        questionnaires,
        audits,
        scorecards,
        clauses,
        contracts,
        paper,
        campaigns,
        vendors,
        withdrawals,
    ):
        app.cli.add_command(group)
