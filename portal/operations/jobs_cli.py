"""`flask jobs`: what the ledger holds, and what an operator does about it."""

import click
from flask.cli import AppGroup

from portal.core.clock import instant_text, now
from portal.core.language import number_of
from portal.jobs import clock_guard, execution, ledger, queries
from portal.jobs.models import Job, JobState
from portal.journal import services as journal
from portal.operations import incidents
from portal.web.command import ready, working
from portal.web.command_output import json_option, show
from portal.web.edge import database

jobs = AppGroup("jobs", help="Les tâches promises par le portail.")
COLUMNS = ("id", "kind", "queue", "state", "attempts", "run_at", "error")


@jobs.command("list", help="Lister les tâches, les plus récentes d'abord.")
@click.option("--state", type=click.Choice([state.value for state in JobState]), help="Seulement celles-ci.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Au plus tant.")
@json_option
def list_jobs(state: str | None, limit: int, as_json: bool) -> None:
    """List jobs, newest first."""
    with working(write=False) as ctx:
        found = queries.jobs(ctx.session, states=[JobState(state)] if state else [], size=limit)
        show(map(_plain, found.rows), COLUMNS, as_json=as_json)
        if found.following and not as_json:
            click.echo(f"… {found.total - limit} de plus : --limit {found.total}", err=True)


@jobs.command("retry", help="Rendre cinq essais aux tâches mortes.")
@click.argument("job_ids", nargs=-1, type=int, metavar="[ID]...")
@click.option("--all-dead", is_flag=True, help="Toutes celles qui ont échoué cinq fois.")
def retry(job_ids: tuple[int, ...], all_dead: bool) -> None:
    """Give dead jobs five attempts again."""
    if bool(job_ids) == all_dead:
        raise click.UsageError("Donnez des numéros de tâches, ou --all-dead.")
    with working() as ctx:
        found = ledger.retry(ctx, None if all_dead else job_ids)
        for job_id in found:
            journal.record(ctx, "job.retried", ctx.session.get_one(Job, job_id))
    for job_id in sorted(set(job_ids) - set(found)):
        click.echo(f"Tâche {job_id} : inconnue, ou pas en échec définitif.", err=True)
    click.echo(f"{number_of(len(found), 'tâche relancée', 'tâches relancées')}.")
    raise SystemExit(1 if set(job_ids) - set(found) else 0)


@jobs.command("drain", help="Exécuter dans ce processus ce qui est dû, sans worker.")
@click.option("--limit", type=click.IntRange(1), help="Au plus tant.")
def drain(limit: int | None) -> None:
    """Run what is due in this process, without a worker."""
    ready(database())
    done = execution.drain(database(), f"command:{now():%Y%m%dT%H%M%S%f}", limit=limit)
    click.echo(f"{number_of(done, 'tâche exécutée', 'tâches exécutées')}.")


@jobs.command("clock", help="Dire si un saut de l'horloge retient le calendrier ; code 1 s'il le retient.")
@click.option("--accept", is_flag=True, help="L'heure de la machine est juste : l'échéancier reprend.")
def clock(accept: bool) -> None:
    """Say whether a leap of the clock holds the schedule; exits 1 when one does."""
    with working() as ctx:
        if accept:
            held = incidents.accept_clock(ctx)
            click.echo(f"Horloge confirmée : l'échéancier, arrêté depuis le {held.last:%Y-%m-%d %H:%M}, reprend.")
            return
        leap = clock_guard.leap(ctx.session)
    if leap is None:
        click.echo("L'échéancier tourne : l'horloge n'a pas fait d'écart.")
        return
    click.echo(
        f"La machine dit {leap.said:%Y-%m-%d %H:%M}, le dernier passage date du {leap.last:%Y-%m-%d %H:%M} (UTC) : "
        "rien ne part. Si l'heure est fausse, corrigez-la ; si elle est juste : flask jobs clock --accept"
    )
    raise SystemExit(1)


def _plain(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": job.kind,
        "queue": job.queue,
        "state": job.state.value,
        "attempts": job.attempts,
        "run_at": instant_text(job.run_at),
        "error": job.last_error,
    }
