"""The application of a command that reads a file and the portal's own data: no page, no table, no domain but its own.

Loading the other domains would be most of what such a command costs. It prints what it prints in the whole application.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from flask import Flask

from portal.core import process
from portal.core.config import Settings
from portal.core.late import late

if TYPE_CHECKING:
    from portal.paper import check_cli
else:
    check_cli = late("portal.paper.check_cli")

ALONE: Mapping[tuple[str, str], Callable[[], click.Command]] = {("paper", "check"): lambda: check_cli.check_texts}
"""Commands by their group and name. Whoever adds one makes sure that it opens no session and writes no address."""


def is_alone(arguments: Sequence[str]) -> bool:
    """Whether a command line names one of them first; any other way to write it has the whole application.

    >>> is_alone(["flask", "paper", "check", "accord.docx"]), is_alone(["flask", "paper", "--help"])
    (True, False)
    """
    return tuple(arguments[1:3]) in ALONE


def create_app(settings: Settings | None = None) -> Flask:
    """Build an application that has these commands and nothing else; opens no connection."""
    settings = settings or Settings.from_env()
    app = Flask("portal", static_folder=None)
    app.extensions["vigie.settings"] = settings
    process.begin(settings)
    for (group, _name), command in ALONE.items():
        app.cli.add_command(click.Group(group, commands=[command()]))
    return app
