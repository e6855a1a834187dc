"""`flask backup`: made while the portal runs, checked without restoring, restored where nothing is."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from portal.core.clock import now
from portal.core.errors import PortalError
from portal.core.language import number_of
from portal.core.late import late
from portal.web.command import ready
from portal.web.command_output import json_option, show_json
from portal.web.edge import database, settings

if TYPE_CHECKING:
    from portal.operations import backups
else:
    backups = late("portal.operations.backups")

backup = AppGroup("backup", help="Sauvegarder, contrôler, restaurer. Les secrets n'y sont pas : gardez-les à part.")
_FOLDER = click.Path(path_type=Path, file_okay=False)


@backup.command(
    "make",
    help="Écrire une sauvegarde dans un dossier neuf, portail en marche ; code 1 si un fichier attendu manque au "
    "coffre.",
)
@click.argument("folder", type=_FOLDER, metavar="DOSSIER")
@json_option
def make(folder: Path, as_json: bool) -> None:
    """Write a backup in a new folder, while the portal runs; exit 1 when a file it should hold is not in the store."""
    ready(database())
    try:
        made = backups.make_backup(database(), settings(), folder, at=now())
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        show_json({**_summary(made), "missing": made.missing, "destroyed": made.destroyed})
    else:
        _tell(folder, made)
    raise SystemExit(1 if made.missing else 0)


@backup.command(
    "check",
    help="Lire toute une sauvegarde : empreintes, base, journal, contenu de chaque fichier. Code 1 au moindre défaut.",
)
@click.argument("folder", type=_FOLDER, metavar="DOSSIER")
@click.option("--without-keys", is_flag=True, help="Ici sans les clés : empreintes et base seulement.")
@json_option
def check(folder: Path, without_keys: bool, as_json: bool) -> None:
    """Read all of a backup: every hash, the database, the journal, the content of each file. Exit 1 for any fault."""
    try:
        report = backups.check_backup(settings(), folder, at=now(), with_keys=not without_keys)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        show_json({**_summary(report.manifest), "faults": report.faults, "unread": report.unread})
    else:
        _tell_check(report)
    raise SystemExit(1 if report.faults or (report.unread and not without_keys) else 0)


@backup.command(
    "restore",
    help="Restaurer dans une base et un coffre vides, avec les secrets que la sauvegarde nomme ; code 1 au moindre "
    "défaut.",
)
@click.argument("folder", type=_FOLDER, metavar="DOSSIER")
@json_option
def restore(folder: Path, as_json: bool) -> None:
    """Restore into an empty database and an empty store, with the secrets the backup names; exit 1 for any fault."""
    try:
        report = backups.restore_backup(database(), settings(), folder, at=now())
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        show_json(
            {
                **_summary(report.manifest),
                "faults": report.faults,
                "migrated_to": report.migrated_to,
                "noted": report.noted,
            }
        )
    else:
        _tell_restore(report)
    raise SystemExit(1 if report.faults else 0)


def _summary(made: "backups.Manifest") -> dict[str, object]:
    return {
        "made_at": made.made_at, "version": made.version, "schema": made.schema, "database": made.database,
        "rows": sum(made.rows.values()), "journal": made.journal.entries, "last_hash": made.journal.last_hash,
        "parts": len(made.parts), "bytes": sum(part.size for part in made.parts), "keys": made.keys,
    }  # fmt: skip


def _rows(made: "backups.Manifest") -> str:
    return number_of(sum(made.rows.values()), "ligne", "lignes")


def _entries(made: "backups.Manifest") -> str:
    return number_of(made.journal.entries, "écriture", "écritures")


def _tell(folder: Path, made: "backups.Manifest") -> None:
    size = sum(part.size for part in made.parts) / 1024**2
    click.echo(f"{folder} : {_rows(made)}, {number_of(len(made.parts), 'fichier', 'fichiers')}, {size:.1f} Mo.")
    click.echo(f"Journal : {_entries(made)}, empreinte de fin {made.journal.last_hash}")
    click.echo("Les secrets n'y sont pas. Clés sans lesquelles rien ne s'ouvre :")
    for name, ids in made.keys.items():
        click.echo(f"  {name} : {', '.join(ids)}")
    for key in made.destroyed:
        click.echo(f"Détruit pendant la sauvegarde, comme prévu : {key}")
    for key in made.missing:
        click.echo(f"ABSENT DU COFFRE, donc de la sauvegarde : {key}", err=True)


def _tell_check(report: "backups.CheckReport") -> None:
    for fault in report.faults:
        click.echo(fault, err=True)
    for line in report.unread:
        click.echo(line, err=True)
    made = report.manifest
    told = f"Sauvegarde du {made.made_at} : {number_of(len(made.parts), 'fichier lu', 'fichiers lus')}, {_rows(made)}"
    if report.faults:
        click.echo(f"{told} ; {number_of(len(report.faults), 'défaut', 'défauts')}.", err=True)
    elif report.unread:
        click.echo(f"{told} ; empreintes et base saines, le reste n'a pas été regardé.")
    else:
        opened = number_of(report.files, "contenu ouvert", "contenus ouverts")
        click.echo(f"{told}, {opened}, journal de {_entries(made)} : saine.")


def _tell_restore(report: "backups.RestoreReport") -> None:
    made = report.manifest
    files = number_of(report.files, "fichier", "fichiers")
    click.echo(f"Restaurée : la sauvegarde du {made.made_at}, {_rows(made)}, {files}.")
    if report.migrated_to:
        click.echo(f"Tables passées de la révision {made.schema} à la {report.migrated_to}.")
    for fault in report.faults:
        click.echo(fault, err=True)
    if not report.faults:
        click.echo(f"Journal vérifié : {_entries(made)}, empreinte de fin {made.journal.last_hash}")
    if report.noted:
        click.echo(f"Inscrit au journal (écriture n° {report.noted}) : son ancre repart de là.")
