"""`flask paper …`: check contracts of the other side, measure the check."""

import click

from portal.paper.evaluate_cli import evaluate_texts

paper = click.Group("paper", help="Les contrats venus d'ailleurs.")
paper.add_command(evaluate_texts)
