"""The commands of an application that loads them when one is given: a process that serves pages never does."""

from collections.abc import Callable, Iterable

import click
from flask.cli import AppGroup


class LateCommands(AppGroup):
    """A group whose commands are gathered when one is looked for or when they are listed, once."""

    def __init__(self, name: str, gather: Callable[[], Iterable[click.Command]]) -> None:
        super().__init__(name)
        self._gather: Callable[[], Iterable[click.Command]] | None = gather

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The name of every command."""
        self._load()
        return super().list_commands(ctx)

    def _load(self) -> None:
        if self._gather is not None:
            for command in self._gather():
                self.add_command(command)
            self._gather = None
