"""`flask campaigns`: what campaigns are planned, what would be due at an instant, and a wave at once."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import click
from flask.cli import AppGroup
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.campaigns import queries, rules, services
from portal.campaigns.models import Campaign, Wave
from portal.core.clock import LEGAL_ZONE, instant_text, now
from portal.core.dataclass import dataclass
from portal.core.language import number_of
from portal.jobs import execution, schedule
from portal.jobs.models import Job, JobState
from portal.journal import services as journal
from portal.web.command import ready, working
from portal.web.command_output import json_option, show, show_json
from portal.web.edge import database

campaigns = AppGroup("campaigns", help="Les campagnes d'audit et leurs vagues.")
COLUMNS = ("id", "name", "state", "questionnaire", "next_run_at", "last_wave", "audits", "accepted")
MOST_LISTED = 100_000


class InstantParam(click.ParamType[datetime]):
    """An instant in ISO form; without a zone it is one of Paris."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or say how one is written."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"« {value} » n'est pas un instant : 2027-01-04T09:00 ou 2027-01-04T08:00:00+00:00.", param, ctx)
        return (found if found.tzinfo else found.replace(tzinfo=LEGAL_ZONE)).astimezone(UTC)


@dataclass(frozen=True)
class TypedInstant:
    """What the entry of the journal is about: the instant that a person had the schedule play."""

    at: datetime

    @property
    def journal_label(self) -> str:
        """That instant."""
        return instant_text(self.at)


@campaigns.command("list", help="Lister les campagnes, la prochaine à partir d'abord.")
@json_option
def list_campaigns(as_json: bool) -> None:
    """List campaigns, the soonest to run first."""
    with working(write=False) as ctx:
        rows = queries.campaigns(ctx, size=MOST_LISTED).rows
        show(map(_summary, rows), COLUMNS, as_json=as_json)


@campaigns.command("show", help="Décrire une campagne : son plan, ses prochaines dates, ses vagues.")
@click.argument("campaign_id", type=int, metavar="ID")
@json_option
def show_campaign(campaign_id: int, as_json: bool) -> None:
    """Describe a campaign: its plan, its next dates, its waves."""
    with working(write=False) as ctx:
        campaign = queries.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_VIEW)
        told = _whole(ctx, campaign)
    if as_json:
        show_json(told)
        return
    for key, value in told.items():
        if key != "waves":
            click.echo(f"{key}\t{value}")
    show(told["waves"], ("id", "period", "started_at", "due_on", "vendors", "audits", "accepted"), as_json=False)


@campaigns.command("launch", help="Lancer une vague aussitôt ; le worker ouvre ses audits et envoie ses invitations.")
@click.argument("campaign_id", type=int, metavar="ID")
@json_option
def launch(campaign_id: int, as_json: bool) -> None:
    """Start a wave at once; a worker opens its audits and sends its invitations."""
    with working() as ctx:
        wave = services.launch_now(ctx, queries.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_MANAGE))
        told = {"wave": wave.id, "period": wave.period, "due_on": wave.due_on.isoformat()}
    show_json(told) if as_json else click.echo(f"Vague {told['wave']} lancée, à rendre le {told['due_on']}.")


@campaigns.command(
    "tick",
    help="Exécuter ce qui serait dû à un instant : vagues, relances, puis chaque tâche due, l'horloge à cet instant.",
)
@click.option("--at", type=InstantParam(), help="L'instant à jouer, en ISO ; par défaut, maintenant.")
@json_option
def tick(at: datetime | None, as_json: bool) -> None:
    """Run what would be due at an instant: waves, follow-ups, then every job due, with the clock at that instant."""
    ready(database())
    instant = at or now()
    store = database()
    with store.reading() as session:
        last_wave = session.scalar(select(Wave.id).order_by(Wave.id.desc()).limit(1)) or 0
    with working() as ctx:
        journal.record(ctx, "schedule.ticked", TypedInstant(instant))
    started = schedule.tick(store, at=instant, by_hand=True)
    worker = f"tick:{uuid4()}"
    ran = execution.drain(store, worker, clock=lambda: instant)
    with store.reading() as session:
        jobs = Counter(
            (kind, state.value)
            for kind, state in session.execute(select(Job.kind, Job.state).where(Job.locked_by == worker))
        )
        waves = session.scalars(select(Wave.id).where(Wave.id > last_wave).order_by(Wave.id)).all()
    told = {
        "at": instant_text(instant),
        "ticks": started,
        "waves": list(waves),
        "ran": ran,
        "jobs": [{"kind": kind, "state": state, "count": count} for (kind, state), count in sorted(jobs.items())],
    }
    show_json(told) if as_json else _print(told)
    unsettled = sum(count for (_, state), count in jobs.items() if state != JobState.DONE.value)
    raise SystemExit(1 if unsettled or set(schedule.TICKS) - set(started) else 0)


def _print(told: dict[str, Any]) -> None:
    click.echo(f"À {told['at']} :")
    for name, count in told["ticks"].items():
        click.echo(f"  {name}\t{count}")
    click.echo(f"Vagues lancées\t{', '.join(map(str, told['waves'])) or 'aucune'}")
    for job in told["jobs"]:
        click.echo(f"  {job['kind']}\t{job['state']}\t{job['count']}")
    click.echo(f"{number_of(told['ran'], 'tâche exécutée', 'tâches exécutées')}.")


def _summary(row: queries.CampaignRow) -> dict[str, Any]:
    campaign, last = row.campaign, row.last
    return {
        "id": campaign.id,
        "name": campaign.name,
        "state": campaign.state.value,
        "questionnaire": campaign.questionnaire_key,
        "next_run_at": instant_text(campaign.next_run_at) if campaign.next_run_at else None,
        "last_wave": last.wave.id if last else None,
        "audits": last.progress.total if last else None,
        "accepted": last.progress.reached[rules.STAGES[-1]] if last else None,
    }


def _whole(ctx: Context, campaign: Campaign) -> dict[str, Any]:
    rows = queries.waves_of(ctx, campaign, size=MOST_LISTED).rows
    return {
        "id": campaign.id,
        "name": campaign.name,
        "state": campaign.state.value,
        "questionnaire": campaign.questionnaire_key,
        "rule": str(rules.describe_recurrence(rules.parse_recurrence(campaign.recurrence))),
        "recurrence": dict(campaign.recurrence),
        "audience": dict(campaign.audience),
        "delay_days": campaign.delay_days,
        "reminders": list(campaign.reminders),
        "escalation_email": campaign.escalation_email,
        "escalation_after_days": campaign.escalation_after_days,
        "next_dates": [instant_text(moment) for moment in queries.next_dates(ctx, campaign)],
        "waves": [
            {
                "id": row.wave.id,
                "period": row.wave.period,
                "started_at": instant_text(row.wave.started_at),
                "due_on": row.wave.due_on.isoformat(),
                "vendors": row.wave.size,
                "audits": row.progress.total,
                "accepted": row.progress.reached[rules.STAGES[-1]],
            }
            for row in rows
        ],
    }
