"""`flask paper …`: check contracts of the other side, measure the check."""

import click

from portal.paper.check_cli import check_texts
from portal.paper.evaluate_cli import evaluate_texts

paper = click.Group("paper", help="Les contrats venus d'ailleurs.")
for command in (check_texts, evaluate_texts):
    paper.add_command(command)
