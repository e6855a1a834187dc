"""`flask journal`: list the entries, walk the chain."""

from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.core import process
from portal.core.clock import instant_text
from portal.core.errors import Refused
from portal.core.language import number_of
from portal.core.seal import read_seal_key
from portal.journal import anchor_starts, far_copies, queries, signed_heads, verification
from portal.journal.models import JournalEntry
from portal.journal.proof_checker_page import proof_checker
from portal.journal.queries import JournalFilter
from portal.journal.rules import LARGEST_FAR_HEAD, LARGEST_PROOF, FarHead, ProofFault, UnsoundProof
from portal.web.command import working
from portal.web.command_output import DAY, json_option, show, show_json
from portal.web.edge import database

journal = AppGroup("journal", help="Le journal : qui a fait quoi, scellé par une chaîne d'empreintes.")
_COLUMNS = ("id", "at", "actor", "role", "action", "object_type", "object_id", "object")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@journal.command(
    "verify",
    help="Vérifier tout le journal : chaîne, têtes signées, ancre. Nommer tout ce qui ne tient pas ; code 1 alors.\n\n"
    "Écrit le nombre d'entrées et l'empreinte de la dernière. Notez-la ailleurs : rendue par --expect, elle "
    "montre que rien n'a été coupé à la fin depuis. Un message du jour gardé ailleurs le montre aussi, par "
    "--far, même si la base et l'ancre ont reculé ensemble.",
)
@click.option("--expect", "expected", default="", metavar="EMPREINTE", help="Empreinte de fin notée auparavant.")
@click.option("--far", "far_file", type=_FILE, help="Message du jour gardé ailleurs (.eml, ou son texte).")
@json_option
def verify(expected: str, far_file: Path | None, as_json: bool) -> None:
    """Verify the whole journal: chain, signed heads, anchor. Name all that does not hold, and exit 1.

    Print the number of entries and the hash of the last one. Note that hash down elsewhere: given back by --expect, it
    shows that nothing was cut off the end since. So does a message of the day that was kept elsewhere, by --far, even
    where the database and the anchor were both rolled back.
    """
    far = None if far_file is None else _far_head(far_file)
    with working(write=False) as ctx:
        found = verification.verify_journal(ctx, expected_head=expected.strip().lower(), far=far)
    report, broken = found.chain, found.chain.broken
    if as_json:
        fault = (
            None if broken is None else {"id": broken.id, "reason": broken.fault.value, "message": str(broken.sentence)}
        )
        mark = found.anchored
        show_json(
            {
                "ok": found.is_sound, "count": report.count, "head": report.head, "broken": fault,
                "changed_head": found.changed_head, "keyed_from": report.keyed_from,
                "anchored": None if mark is None else {"count": mark.count, "at": mark.at},
                "findings": [{"kind": one.kind, "message": str(one.sentence)} for one in found.findings],
            }
        )  # fmt: skip
    elif found.is_sound:
        entries = number_of(report.count, "écriture", "écritures")
        click.echo(f"{entries}, chaîne intacte.\nEmpreinte de fin : {report.head}")
        click.echo(_anchored(found))
    else:
        for one in found.findings:
            click.echo(str(one.sentence), err=True)
        if broken is not None:
            click.echo(f"Écritures intactes avant elle : {report.count}.", err=True)
    raise SystemExit(0 if found.is_sound else 1)


def _far_head(path: Path) -> FarHead:
    with path.open("rb") as handle:
        raw = handle.read(LARGEST_FAR_HEAD + 1)
    try:
        return far_copies.far_head_of(raw, read_seal_key(process.settings().seal_source))
    except Refused as error:
        raise click.ClickException(str(error)) from error


def _anchored(found: verification.Verification) -> str:
    if found.anchored is None:
        return "Sans ancre : une fin coupée ne se verrait pas."
    return f"Ancrées jusqu'à la n° {found.anchored.count} ({found.anchored.at})."


@journal.command(
    "accept",
    help="Recommencer l'ancre au journal tel qu'il est, après une restauration ou un fichier perdu.\n\n"
    "Ce qui a été trouvé est noté au journal, avec la raison ; l'ancien fichier est gardé à côté du nouveau.",
)
@click.option("--reason", required=True, metavar="TEXTE", help="Pourquoi : noté au journal.")
def accept(reason: str) -> None:
    """Begin the anchor again at the journal as it stands, after a restoration or a file that was lost.

    What was found is noted in the journal, with the reason; the former file is kept beside the new one.
    """
    with working(write=False) as ctx:
        anchor_starts.accept(database(), ctx, reason)
    click.echo("L'ancre repart de la fin du journal ; c'est noté.")


@journal.command(
    "timestamp",
    help="Écrire l'horodatage de la tête sur NOMBRE entrées et, à côté, les octets qu'il scelle.\n\n"
    "N'importe qui le contrôle : openssl ts -verify -data FICHIER.txt -in FICHIER.tsr -CAfile CERTIFICATS.pem",
)
@click.argument("number", type=click.IntRange(1))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Fichier .tsr à écrire.")
def timestamp(number: int, out: Path) -> None:
    """Write the timestamp of the head over NUMBER entries, and beside it the bytes that it stamps.

    Anybody checks it: openssl ts -verify -data FILE.txt -in FILE.tsr -CAfile CERTIFICATES.pem
    """
    with working(write=False) as ctx:
        found = far_copies.get_stamped(ctx, number)
    statement = out.with_suffix(".txt")
    out.write_bytes(found.response)
    statement.write_bytes(found.statement)
    click.echo(f"{out}\n{statement}")


@journal.command("prove", help="Écrire la preuve que l'entrée NUMÉRO est au journal ; elle ne dit rien d'aucune autre.")
@click.argument("number", type=click.IntRange(1))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Fichier à écrire.")
def prove(number: int, out: Path) -> None:
    """Write the proof that entry NUMBER is in the journal; it says nothing of any other entry."""
    with working() as ctx:
        text = signed_heads.prove_entry(ctx, number)
    out.write_text(text, encoding="ascii")
    click.echo(str(out))


@journal.command(
    "check-proof",
    help="Contrôler une preuve avec les clés du cachet de cette organisation ; code 1, et la raison, si elle ne "
    "prouve rien.\n\n"
    "La base n'est pas lue : se lance partout où est le fichier de la clé du cachet.",
)
@click.argument("file", type=_FILE)
def check_proof(file: Path) -> None:
    """Check a proof with the keys of this organisation's seal; exit 1, with the reason, when it proves nothing.

    The database is not read: this may be run anywhere the file of the seal's key is.
    """
    try:
        text = file.read_bytes()[: LARGEST_PROOF + 1].decode("ascii")
        found = signed_heads.check_proof(text, read_seal_key(process.settings().seal_source))
    except UnicodeDecodeError:
        raise click.ClickException(str(UnsoundProof(ProofFault.UNREADABLE).sentence)) from None
    except UnsoundProof as error:
        raise click.ClickException(str(error.sentence)) from error
    click.echo(f"Écriture n° {found.number}, dans le journal de {found.head.organisation} signé le {found.head.at}.")
    click.echo(found.content)


@journal.command("checker", help="Écrire la page qui contrôle les preuves sans ce portail et sans réseau.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Fichier à écrire.")
def checker(out: Path) -> None:
    """Write the page that checks proofs without this portal and without any network."""
    told = process.settings()
    out.write_text(proof_checker(read_seal_key(told.seal_source), told.organisation), encoding="utf-8")
    click.echo(str(out))


@journal.command("list", help="Lister les entrées, les plus récentes d'abord.")
@click.option("--since", type=DAY, help="Premier jour (AAAA-MM-JJ, heure de Paris).")
@click.option("--until", type=DAY, help="Dernier jour, compris.")
@click.option("--action", "family", default="", help="Premier mot de l'action : vendor, audit, user…")
@click.option("--words", default="", help="Partie du nom de l'auteur ou de l'objet.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Au plus tant.")
@json_option
def list_entries(since: date | None, until: date | None, family: str, words: str, limit: int, as_json: bool) -> None:
    """List entries, newest first."""
    wanted = JournalFilter(words=words, family=family, since=since, until=until)
    with working(write=False) as ctx:
        rows = [_row(entry) for entry in queries.entries(ctx, wanted, size=limit).rows]
    show(rows, _COLUMNS, as_json=as_json)


def _row(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.id, "at": instant_text(entry.at), "actor": entry.actor_name,
        "role": entry.actor_role, "action": entry.action, "object_type": entry.object_type,
        "object_id": entry.object_id, "object": entry.object_label, "vendor_id": entry.vendor_id,
        "before": entry.before, "after": entry.after, "hash": entry.hash,
    }  # fmt: skip
