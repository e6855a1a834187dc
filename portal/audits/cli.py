"""`flask audits …`: what is asked of whom, and where it stands."""

from typing import Any

import click
from flask.cli import AppGroup

from portal.audits import evidence_ages, list_page, question_states
from portal.audits.rules import AuditState
from portal.core.clock import instant_text
from portal.core.language import number_of
from portal.web.command import working
from portal.web.command_output import json_option, show, show_json

audits = AppGroup("audits", help="Les audits des sous-traitants.")
COLUMNS = ("id", "vendor", "questionnaire", "version", "state", "round", "due_on", "answered", "expected")

STATE_COLUMNS = ("number", "key", "state", "asks", "value", "source_audit", "proof")


@audits.command("list", help="Lister les audits, la première échéance d'abord.")
@click.option("--state", type=click.Choice([state.value for state in AuditState]), help="Seulement ceux-ci.")
@json_option
def list_audits(state: str | None, as_json: bool) -> None:
    """List the audits, the soonest due first."""
    with working(write=False) as ctx:
        rows = [_plain(row) for row in list_page.every_audit(ctx, state=AuditState(state) if state else None)]
    show(rows, COLUMNS, as_json=as_json)


def _plain(row: Any) -> dict[str, Any]:
    audit, vendor_key, vendor_name, questionnaire, version = row
    return {
        "id": audit.id,
        "vendor": vendor_key,
        "vendor_name": vendor_name,
        "questionnaire": questionnaire,
        "version": version,
        "state": audit.state.value,
        "round": audit.round,
        "opened_at": instant_text(audit.opened_at),
        "due_on": audit.due_on.isoformat(),
        "submitted_at": instant_text(audit.submitted_at) if audit.submitted_at else None,
        "accepted_at": instant_text(audit.accepted_at) if audit.accepted_at else None,
        "answered": audit.answered,
        "expected": audit.expected or None,  # unknown until a first answer says which questions are asked
    }


@audits.command("show", help="Montrer où en est chaque question d'un audit ; code 1 si l'audit est inconnu.")
@click.argument("audit_id", metavar="ID")
@json_option
def show_audit(audit_id: str, as_json: bool) -> None:
    """Show where each question of an audit stands; exit 1 for an unknown ID."""
    number = int(audit_id) if audit_id.isascii() and audit_id.isdigit() and len(audit_id) < 10 else 0
    with working(write=False) as ctx:
        found = question_states.states_of(ctx, number)
    if as_json:
        show_json(found.as_json())
        return
    click.echo(f"{found.vendor}\t{found.state}")
    show(found.lines(), STATE_COLUMNS, as_json=False)


@audits.command(
    "recount-evidence",
    help="Recompter l'âge que les questions acceptent de chaque preuve ; code 1 si ce qui était gardé était faux.",
)
def recount_evidence() -> None:
    """Recount the age that questions accept of each proof; exit 1 when what was kept was wrong."""
    with working() as ctx:
        wrong = evidence_ages.recount(ctx)
    click.echo(f"{number_of(wrong, 'preuve corrigée', 'preuves corrigées')}.")
    raise SystemExit(1 if wrong else 0)
