"""`flask doctor`: what is dangerous in how this portal is run, and what to do; state 1 when there is anything."""

import sys

import click
from flask.cli import with_appcontext

from portal.core.clock import now
from portal.operations.doctor import examine
from portal.operations.health import Portal
from portal.web import edge
from portal.web.command_output import json_option, show_json


@click.command(
    "doctor",
    help="Lister chaque réglage, fichier et état dangereux, avec quoi faire ; d'abord ce que la production refuse.",
)
@json_option
@with_appcontext
def doctor(*, as_json: bool) -> None:
    """List every dangerous setting, file and state, with what to do; what production refuses comes first."""
    found = examine(Portal(edge.database(), edge.settings(), now()))
    if as_json:
        show_json([{"message": danger.words, "refused_in_production": danger.is_refused} for danger in found])
    else:
        for danger in found:
            click.echo(f"{'REFUSÉ' if danger.is_refused else 'danger'}  {danger.words}")
        click.echo(f"{len(found)} à corriger." if found else "Rien de dangereux : l'installation est saine.", err=True)
    if found:
        sys.exit(1)
