"""A wave of the demonstration: launched weeks ago, answered by some, reminded to the others."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.campaigns import queries, services
from portal.campaigns.models import WaveAudit

LAUNCHED = timedelta(days=25)
DELAY_DAYS = 30
SHARES = (1.0, 0.5)
"""How much of the first audits is answered; the others have not been opened."""


def launch_wave(
    now: datetime, acting: Callable[[datetime], Context], fill_in: Callable[[Audit, datetime, float], None]
) -> None:
    """The light review of the year, asked of every active vendor and due in some days."""
    ctx = acting(now - LAUNCHED)
    start = ctx.today - timedelta(days=1)  # its hour is over: the rhythm goes on next year
    plan = services.Plan(
        name="Revue légère de l'année",
        questionnaire_key="revue-annuelle",
        audience={"statuses": ["actif"]},
        recurrence={"every": "years", "step": 1, "start": start.isoformat(), "at": "09:00", "zone": "Europe/Paris"},
        delay_days=DELAY_DAYS,
        reminders=(-7, -1, 3),
        escalation_email="dpo@verdelet.example",
        escalation_after_days=7,
    )
    campaign = services.create(ctx, plan)
    services.activate(ctx, campaign)
    wave = queries.get_wave(ctx, services.launch_now(ctx, campaign).id)
    services.launch(ctx, wave)
    ids = services.open_batch(ctx, wave, queries.audience_of(ctx, campaign))
    audits = ctx.session.scalars(select(Audit).join(WaveAudit).where(Audit.id.in_(ids)).order_by(Audit.id)).all()
    for audit, share in zip(audits, SHARES, strict=False):
        fill_in(audit, now - LAUNCHED / 2, share)
    reminded = acting(datetime.combine(wave.due_on - timedelta(days=7), now.timetz()))
    services.follow_up_batch(reminded, wave, reminded.today, ids)
