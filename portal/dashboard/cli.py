"""`flask portfolio`: the figures of management's page, as lines or as JSON."""

import click
from flask.cli import with_appcontext

from portal.dashboard import portfolio_page, queries
from portal.web.command import working
from portal.web.command_output import cell, json_option, show_json


@click.command(
    "portfolio",
    help="Écrire ce que le portefeuille montre aujourd'hui : chiffres clés, carte de chaleur, tendance, décisions.",
)
@json_option
@with_appcontext
def portfolio(*, as_json: bool) -> None:
    """Print what the portfolio shows today: key figures, heat map, trend, decisions."""
    with working(write=False) as ctx:
        found = portfolio_page.figures_as_json(queries.portfolio(ctx), ctx.today)
    if as_json:
        show_json(found)
        return
    for figure in found["figures"]:
        click.echo(f"{figure['value']}\t{figure['label']}")
    click.echo(found["headline"])
    for decision in found["decisions"]:
        click.echo(f"- {cell(decision['vendor'])} : {cell(decision['why'])}")
