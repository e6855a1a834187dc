"""`flask seal`: the key of the organisation's seal, and a PDF sealed by hand."""

import hashlib
import os
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core.errors import Refused
from portal.core.seal import seal_pdf
from portal.journal import services as journal
from portal.operations.seal_keys import OrganisationSeal, draw_seal_key
from portal.web.command import working
from portal.web.edge import settings

seal = AppGroup("seal", help="Le cachet électronique de l'organisation.")


@seal.command(
    "make-key",
    help="Tirer une clé EC P-256 et son certificat, dans un fichier de mode 0600 à côté des secrets : à "
    "sauvegarder avec eux.",
)
@click.option("--replace", is_flag=True, help="Remplacer la clé qui existe ; les cachets posés restent reconnus.")
@click.option("--name", default="", help="Nom porté par le certificat ; celui de l'organisation sinon.")
def make_key(*, replace: bool, name: str) -> None:
    """Draw an EC P-256 key and its certificate, in a file of mode 0600 beside the secrets: back it up with them."""
    with working() as ctx:
        key = draw_seal_key(ctx, settings(), name, replace=replace)
    click.echo(f"{settings().seal_file}\nSHA-256 du certificat : {key.fingerprints[0]}")


@seal.command(
    "sign",
    help="Apposer le cachet sur un PDF ; le fichier donné reste tel quel, et rien de ce qui existe n'est écrasé.",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Fichier à écrire.")
def sign(file: Path, out: Path) -> None:
    """Put the seal on a PDF; the file given is left as it is, and nothing that exists is written over."""
    with working() as ctx:
        if out.exists():
            raise Refused("%(path)s existe : rien n'est écrit par-dessus.", path=out)
        source = file.read_bytes()
        sealed = seal_pdf(source)
        _write(out, sealed)
        digests = {"source": hashlib.sha256(source).hexdigest(), "sha256": hashlib.sha256(sealed).hexdigest()}
        journal.record(ctx, "seal.applied", OrganisationSeal(file.name), after=digests)
    click.echo(out)


def _write(out: Path, sealed: bytes) -> None:
    """The whole file or none, whenever the process is ended; raises Refused when the place refuses it."""
    waiting = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        waiting.write_bytes(sealed)
        waiting.replace(out)
    except OSError as error:
        raise Refused("Impossible d'écrire %(path)s : %(why)s.", path=out, why=error.strerror or error) from error
