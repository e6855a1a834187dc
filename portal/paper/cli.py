"""`flask paper …`: check contracts of the other side, write what comes out of it."""

import click

from portal.paper.check_cli import check_texts
from portal.paper.documents_cli import write_amendment, write_letter, write_report

paper = click.Group("paper", help="Les contrats venus d'ailleurs.")
for command in (check_texts, write_report, write_letter, write_amendment):
    paper.add_command(command)
