"""`flask files`: whether files are as they came, and the keys under which they and second factors are sealed."""

from dataclasses import asdict

import click
from flask.cli import AppGroup

from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import PortalError
from portal.core.fernet_keys import draw_key
from portal.core.files import Rotation
from portal.core.language import number_of
from portal.decoys.people import reseal as resealed_decoys
from portal.identity import second_factor
from portal.journal import person_keys
from portal.journal import services as journal
from portal.operations.stored_files import verify_files
from portal.person_requests.identity import reseal as resealed_persons
from portal.web.command import ready, working
from portal.web.command_output import json_option, show_json
from portal.web.edge import database, settings

files = AppGroup("files", help="Le coffre des fichiers et ses clés.")


@dataclass(frozen=True)
class FileStore:
    """What the entry of the journal is about; the store has no row of its own."""

    name: str


@files.command("key", help="Tirer une clé, à ajouter à la main au fichier des secrets.")
def key() -> None:
    """Draw a key, to be added by hand to the file of secrets."""
    click.echo(draw_key())


@files.command(
    "verify",
    help="Ouvrir chaque fichier que la base nomme ; dire lesquels manquent ou sont altérés (code 1), et ceux que "
    "rien ne nomme.",
)
@json_option
def verify(as_json: bool) -> None:
    """Open every file that the database names; say which are missing or altered (exit 1), and which nobody names."""
    with working(write=False) as ctx:
        report = verify_files(ctx.session, process.store(), at=ctx.now)
    if as_json:
        show_json(asdict(report))
    else:
        for word, faults in (("absent", report.missing), ("altéré", report.altered)):
            for fault in faults:
                click.echo(f"Fichier n° {fault.id} ({fault.filename}) : {word}, {fault.key}", err=True)
        for key in report.orphans:
            click.echo(f"Sans ligne dans la base : {key}")
        click.echo(
            f"{number_of(report.looked_at, 'fichier ouvert', 'fichiers ouverts')} : "
            f"{number_of(len(report.missing), 'absent', 'absents')}, "
            f"{number_of(len(report.altered), 'altéré', 'altérés')} ; "
            f"{len(report.orphans)} sans ligne."
        )
    raise SystemExit(0 if report.is_sound else 1)


@files.command(
    "rotate",
    help="Sceller chaque clé de fichier et second facteur sous la première clé du fichier des secrets.\n\n"
    "Les contenus ne changent pas. Peut être répété ou interrompu sans danger. Code 1 si quelque chose ne "
    "s'ouvre avec aucune clé : gardez alors les anciennes.",
)
@json_option
def rotate(as_json: bool) -> None:
    """Seal every file key and second factor under the first key of the file of secrets.

    Contents are not touched. Safe to repeat or to interrupt. Exits 1 when something opens with no key: keep the old
    ones then.
    """
    ready(database())
    done = _rotate_files()
    with working() as ctx:
        # The store first, alone: on SQLite nobody could write while thousands of small files are sealed again.
        sealed = second_factor.reseal(ctx, settings().secrets)
        decoys, closed = resealed_decoys(ctx)
        persons, unknown = resealed_persons(ctx)
        keys, lost = person_keys.reseal(ctx)
        unreadable = [*done.unreadable, *sealed.unreadable, *closed, *unknown, *lost]
        after = {
            "rewrapped": done.rewrapped,
            "already_current": done.already_current,
            "second_factors": sealed.resealed,
            "decoys": decoys,
            "persons": persons,
            "person_keys": keys,
            "unreadable": len(unreadable),
        }
        journal.record(ctx, "files.rotated", FileStore(settings().files_url.partition("?")[0]), after=after)
    if as_json:
        show_json({**after, "unreadable": unreadable})
    else:
        click.echo(f"Déjà sous la première clé : {number_of(done.already_current, 'fichier', 'fichiers')}.")
        for line in (
            f"Passés sous la première clé : {number_of(done.rewrapped, 'fichier', 'fichiers')},",
            f"{number_of(sealed.resealed, 'second facteur', 'seconds facteurs')},",
            f"{number_of(decoys, 'adresse piège', 'adresses pièges')},",
            f"l'identité de {number_of(persons, 'personne qui a', 'personnes qui ont')} fait une demande",
            f"et {number_of(keys, 'clé de personne', 'clés de personne')} du journal.",
        ):
            click.echo(line)
        for name in unreadable:
            click.echo(f"Aucune clé n'ouvre {name} : gardez les anciennes.", err=True)
    raise SystemExit(1 if unreadable else 0)


def _rotate_files() -> Rotation:
    try:
        return process.store().rotate()
    except PortalError as error:
        raise click.ClickException(str(error)) from error
