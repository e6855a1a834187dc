"""`flask journal`: list the entries, walk the chain."""

from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup

from portal.core.clock import LEGAL_ZONE
from portal.journal import queries
from portal.journal.models import JournalEntry
from portal.journal.queries import JournalFilter
from portal.web.command import json_option, show, show_json, working

journal = AppGroup("journal", help="Le journal : qui a fait quoi, scellé par une chaîne d'empreintes.")
_COLUMNS = ("id", "at", "actor", "role", "action", "object_type", "object_id", "object")
_DAY = click.DateTime(["%Y-%m-%d"])


@journal.command("verify")
@click.option("--expect", "expected", default="", metavar="EMPREINTE", help="Empreinte de fin notée auparavant.")
@json_option
def verify(expected: str, as_json: bool) -> None:
    """Walk the chain from its start; name the first broken link and exit 1.

    Print the number of entries and the hash of the last one. Note that hash down elsewhere: given back by --expect, it
    shows that nothing was cut off the end since.
    """
    with working(write=False) as ctx:
        report = queries.verify(ctx, expected_head=expected.strip().lower())
    broken = report.broken
    if as_json:
        fault = (
            None if broken is None else {"id": broken.id, "reason": broken.fault.value, "message": str(broken.sentence)}
        )
        show_json({"ok": broken is None, "count": report.count, "head": report.head, "broken": fault})
    elif broken is None:
        click.echo(f"{report.count} écritures, chaîne intacte.\nEmpreinte de fin : {report.head}")
    else:
        click.echo(f"{broken.sentence}\nÉcritures intactes avant elle : {report.count}.", err=True)
    raise SystemExit(0 if broken is None else 1)


@journal.command("list")
@click.option("--since", type=_DAY, help="Premier jour (AAAA-MM-JJ, heure de Paris).")
@click.option("--until", type=_DAY, help="Dernier jour, compris.")
@click.option("--action", "family", default="", help="Premier mot de l'action : vendor, audit, user…")
@click.option("--words", default="", help="Partie du nom de l'auteur ou de l'objet.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@json_option
def list_entries(
    since: datetime | None, until: datetime | None, family: str, words: str, limit: int, as_json: bool
) -> None:
    """List entries, newest first."""
    wanted = JournalFilter(
        words=words, family=family, since=since.date() if since else None, until=until.date() if until else None
    )
    with working(write=False) as ctx:
        rows = [_row(entry) for entry in queries.entries(ctx, wanted, size=limit).rows]
    show(rows, _COLUMNS, as_json=as_json)


def _row(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.id, "at": entry.at.astimezone(LEGAL_ZONE).isoformat(), "actor": entry.actor_name,
        "role": entry.actor_role, "action": entry.action, "object_type": entry.object_type,
        "object_id": entry.object_id, "object": entry.object_label, "vendor_id": entry.vendor_id,
        "before": entry.before, "after": entry.after, "hash": entry.hash,
    }  # fmt: skip
