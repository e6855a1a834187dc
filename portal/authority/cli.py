"""`flask authority-file`: the file for the authority, written where one says."""

import hashlib
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.authority import services
from portal.authority.content import count_gaps, find_content, frozen_content, offline_checker, signed_journal
from portal.authority.models import AuthorityFile
from portal.authority.package import write_archive
from portal.authority.rules import SubjectKind
from portal.authority.scopes import subject_named
from portal.core.language import Language
from portal.web.command import working
from portal.web.command_output import DAY, json_option, language_option, show_json
from portal.web.file_parts import FilePart
from portal.web.manifest import file_parts


@click.command(
    "authority-file",
    help="Écrire le dossier pour l'autorité : un sous-traitant, une ligne du registre ou une entité, tels qu'un "
    "jour donné.",
)
@click.option("--vendor", default="", help="Clé ou nom d'un sous-traitant.")
@click.option("--activity", default="", help="Clé ou nom d'un traitement du registre.")
@click.option("--entity", default="", help="Clé ou nom d'une entité du groupe.")
@click.option("--as-of", "on", type=DAY, required=True, help="Jour (AAAA-MM-JJ).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Archive à écrire.")
@click.option("--with", "added", multiple=True, help="Rubrique à ajouter (adresses-pieges).")
@click.option("--without", "dropped", multiple=True, help="Rubrique à laisser de côté.")
@language_option
@json_option
@with_appcontext
def authority_file(
    vendor: str, activity: str, entity: str, on: date, out: Path, added: tuple[str, ...], dropped: tuple[str, ...],
    language: Language, as_json: bool,
) -> None:  # fmt: skip
    """Write the file for the authority about one vendor, line of the register or entity, as it stood on a day."""
    named = {SubjectKind.VENDOR: vendor, SubjectKind.ACTIVITY: activity, SubjectKind.ENTITY: entity}
    asked = [(kind, text) for kind, text in named.items() if text]
    if len(asked) != 1:
        raise click.UsageError("Donnez --vendor, --activity ou --entity, et un seul.")
    parts = file_parts()
    if unknown := {*added, *dropped} - {part.key for part in parts}:
        raise click.UsageError(f"Rubrique inconnue : {', '.join(sorted(unknown))}.")
    wanted = _wanted(parts, added, dropped)
    with working() as ctx:
        found = find_content(ctx, subject_named(ctx, *asked[0]), on, language, parts, wanted)
        content = frozen_content(found, more_gaps=signed_journal(ctx), checker=offline_checker())
        row = services.ask_file(ctx, content, found.subject.id, count_gaps(content), promise=False)
        number, asked_at, asked_by = row.id, row.asked_at, row.asked_by
    try:
        with working(write=False) as ctx, out.open("w+b") as archive:
            write_archive(ctx, content, archive, built_at=asked_at, built_by=asked_by)
            archive.seek(0)
            digest = hashlib.file_digest(archive, "sha256").hexdigest()
    except OSError as error:
        raise click.ClickException(f"{out} : {error.strerror}") from error
    with working() as ctx:
        services.note_built(ctx, ctx.session.get_one(AuthorityFile, number), digest)
    if as_json:
        show_json({"file": str(out), "sha256": digest, "gaps": count_gaps(content)})
    else:
        click.echo(f"{out}\nSHA-256 : {digest}\nManques et inconnues : {count_gaps(content)}")


def _wanted(parts: list[FilePart], added: tuple[str, ...], dropped: tuple[str, ...]) -> set[str]:
    usual = {part.key for part in parts if not part.is_chosen}
    return (usual | set(added)) - set(dropped)
