"""`python -m portal.translations compile | check`: what `make run` and `make check` call."""

import click

from portal.translations import catalogue
from portal.translations.sources import source_sentences


@click.group()
def translations() -> None:
    """The English catalogue."""


@translations.command("compile", help="Compiler les parties, si l'une a changé depuis.")
def compile_command() -> None:
    """Compile the parts, when one has changed since."""
    if catalogue.is_stale():
        click.echo(f"{catalogue.compile_catalogue()} phrases en anglais.")


@translations.command("check", help="Lister les phrases françaises sans phrase anglaise sûre ; code 1 s'il y en a.")
def check() -> None:
    """List the French sentences without a sound English one; exit 1 when there are any."""
    said = source_sentences()
    found = catalogue.faults(said)
    for fault in found:
        click.echo(str(fault))
    for fault in catalogue.unused(said):
        click.echo(f"(à retirer) {fault}", err=True)
    click.echo(f"{len(said)} phrases, {len(found)} défauts.", err=True)
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    translations(prog_name="python -m portal.translations")
