"""`flask evidence …`: the file that says which kinds of proof there are, and how long each holds."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core.config import ROOT
from portal.evidence.kinds import FILE, file_problems, read_kinds
from portal.web.command import json_option, show_json

evidence = AppGroup("evidence", help="Les preuves des sous-traitants.")


@evidence.command("check")
@click.argument("folder", type=click.Path(path_type=Path), default=ROOT / "questionnaires")
@json_option
def check(folder: Path, as_json: bool) -> None:
    """Print every defect of `preuves.toml`, the kinds of proof and their validity; exit 1 when there is one."""
    found = [str(problem) for problem in file_problems(folder)]
    if as_json:
        show_json([{"file": str(folder / FILE), "message": message} for message in found])
    else:
        for message in found:
            click.echo(f"{folder / FILE}: {message}")
        if not found:
            click.echo(f"{len(read_kinds(folder))} natures de preuve, aucun défaut.")
    raise SystemExit(1 if found else 0)
