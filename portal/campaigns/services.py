"""Use cases of campaigns: plan, start a wave once, open its audits by batches, remind, escalate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.services import open_many
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import queries, rules
from portal.campaigns.models import Campaign, CampaignState, Wave, WaveAudit
from portal.core import process
from portal.core.clock import french_holidays
from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence
from portal.identity.services import link_many
from portal.jobs.ledger import Order, enqueue, enqueue_many
from portal.jobs.mail import TOKEN, Envelope, send_many
from portal.journal import services as journal
from portal.questionnaires import catalogue
from portal.questionnaires.services import publish
from portal.vendors.memberships import open_accounts
from portal.vendors.models import Vendor
from portal.vendors.queries import Correspondent, correspondents

BATCH = 500
"""Audits opened per transaction: some tens of milliseconds, so that no page waits for the database."""


@dataclass(frozen=True)
class Plan:
    """What a campaign is asked to do."""

    name: str
    questionnaire_key: str
    audience: dict[str, Any]
    recurrence: dict[str, Any]
    delay_days: int
    reminders: tuple[int, ...]
    escalation_email: str
    escalation_after_days: int


def create(ctx: Context, plan: Plan) -> Campaign:
    """Keep a campaign as a draft; raises Refused on the first thing that is wrong."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    check(plan)
    campaign = Campaign(**_columns(plan), next_run_at=None, created_at=ctx.now, created_by_id=ctx.actor.id)
    ctx.session.add(campaign)
    ctx.session.flush()
    journal.record(ctx, "campaign.created", campaign, after=_columns(plan))
    return campaign


def revise(ctx: Context, campaign: Campaign, plan: Plan) -> None:
    """Change a campaign; waves already started keep what they started with."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    check(plan)
    before, after = journal.changes(campaign, _columns(plan))
    if campaign.state is CampaignState.ACTIVE:
        campaign.next_run_at = rules.next_run(rules.parse_recurrence(plan.recurrence), ctx.now)
    journal.record(ctx, "campaign.revised", campaign, before=before, after=after)


def check(plan: Plan) -> None:
    """Raise Refused with the first fault of a plan."""
    if plan.questionnaire_key not in catalogue.load(process.settings().questionnaires_dir):
        raise Refused(N_("Ce questionnaire n'existe pas."))
    faults: list[Sentence] = [
        *(problem.message for problem in rules.recurrence_problems(plan.recurrence)),
        *(problem.message for problem in queries.audience_problems(plan.audience)),
        *rules.reminder_problems(plan.reminders, plan.delay_days),
    ]
    if faults:
        raise Refused(faults[0])


def _columns(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "questionnaire_key": plan.questionnaire_key,
        "audience": plan.audience,
        "recurrence": plan.recurrence,
        "delay_days": plan.delay_days,
        "reminders": list(plan.reminders),
        "escalation_email": plan.escalation_email,
        "escalation_after_days": plan.escalation_after_days,
    }


def activate(ctx: Context, campaign: Campaign) -> None:
    """Let a campaign run; its next wave is the first after now that its rule gives."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    upcoming = rules.next_run(rules.parse_recurrence(campaign.recurrence), ctx.now - timedelta(minutes=1))
    if upcoming is None:
        raise Refused(N_("La dernière date de cette campagne est passée : changez son rythme."))
    campaign.state, campaign.next_run_at = CampaignState.ACTIVE, upcoming
    journal.record(ctx, "campaign.activated", campaign, after={"next_run_at": upcoming})


def pause(ctx: Context, campaign: Campaign) -> None:
    """Stop starting waves; those under way go on."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    campaign.state, campaign.next_run_at = CampaignState.PAUSED, None
    journal.record(ctx, "campaign.paused", campaign)


def start_due_waves(ctx: Context) -> int:
    """Start every wave that is due; in several processes at once, each wave starts once.

    The compare-and-swap on `next_run_at` decides who starts it; the unique period forbids a second one.
    """
    due = ctx.session.scalars(
        select(Campaign)
        .where(Campaign.state == CampaignState.ACTIVE, Campaign.next_run_at <= ctx.now)
        .order_by(Campaign.next_run_at)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(_start(ctx, campaign) for campaign in due)


def _start(ctx: Context, campaign: Campaign) -> bool:
    rule = rules.parse_recurrence(campaign.recurrence)
    if campaign.next_run_at is None:
        return False
    missed = rules.catch_up(rule, campaign.next_run_at, ctx.now)
    if missed is None:
        return False
    state = CampaignState.ACTIVE if missed.following else CampaignState.ENDED
    won = ctx.session.execute(
        update(Campaign)
        .where(Campaign.id == campaign.id, Campaign.next_run_at == campaign.next_run_at)
        .values(next_run_at=missed.following, state=state)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if won is None or missed.run_at is None:
        return False
    return _new_wave(ctx, campaign, rules.period(rule, missed.run_at)) is not None


def launch_now(ctx: Context, campaign: Campaign) -> Wave:
    """Start a wave at once, beside the rhythm; raises Refused when this instant's wave exists already."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    wave = _new_wave(ctx, campaign, f"manual-{ctx.now:%Y%m%dT%H%M}")
    if wave is None:
        raise Refused(N_("Une vague vient d'être lancée : attendez une minute."))
    return wave


def _new_wave(ctx: Context, campaign: Campaign, period: str) -> Wave | None:
    """Freeze the questionnaire and promise the opening of its audits; None when this period has its wave."""
    questionnaire = catalogue.load(process.settings().questionnaires_dir)[campaign.questionnaire_key]
    version = publish(ctx, questionnaire)
    wave = Wave(
        campaign_id=campaign.id,
        period=period,
        questionnaire_version_id=version.id,
        started_at=ctx.now,
        due_on=rules.deadline(ctx.today, campaign.delay_days, french_holidays()),
    )
    try:
        with ctx.session.begin_nested():
            ctx.session.add(wave)
            ctx.session.flush()
    except IntegrityError:
        return None
    enqueue(ctx, "campaigns.launch", {"wave_id": wave.id}, dedup=f"wave:{wave.id}")
    after = {"period": period, "questionnaire": version.sha256, "due_on": wave.due_on}
    journal.record(ctx, "wave.started", campaign, after=after)
    return wave


def launch(ctx: Context, wave: Wave) -> int:
    """Choose the vendors of a wave and promise their audits by batches; returns how many vendors."""
    vendor_ids = queries.audience_of(ctx, wave.campaign)
    wave.size = len(vendor_ids)
    enqueue_many(
        ctx,
        [
            Order("campaigns.open_batch", {"wave_id": wave.id, "vendor_ids": list(batch)}, f"wave:{wave.id}:{start}")
            for start, batch in _batches(vendor_ids)
        ],
    )
    journal.record(ctx, "wave.launched", wave.campaign, after={"wave": wave.id, "vendors": len(vendor_ids)})
    return len(vendor_ids)


def open_batch(ctx: Context, wave: Wave, vendor_ids: Sequence[int]) -> list[int]:
    """Open the audits of some vendors and promise their invitations, in one transaction; safe to repeat."""
    done = set(
        ctx.session.scalars(
            select(Audit.vendor_id)
            .join(WaveAudit, WaveAudit.audit_id == Audit.id)
            .where(WaveAudit.wave_id == wave.id, Audit.vendor_id.in_(vendor_ids))
        )
    )
    left = [vendor_id for vendor_id in vendor_ids if vendor_id not in done]
    if not left:
        return []
    audit_ids = open_many(ctx, left, wave.questionnaire_version, due_on=wave.due_on)
    ctx.session.execute(
        insert(WaveAudit),
        [{"audit_id": a, "wave_id": wave.id, "reminded_on": [], "escalated_on": None} for a in audit_ids],
    )
    open_accounts(ctx, left)
    invited = _invite(ctx, wave, dict(zip(left, audit_ids, strict=True)))
    after = {"wave": wave.id, "audits": audit_ids, "invited": invited}
    journal.record(ctx, "wave.audits_opened", wave.campaign, after=after)
    return audit_ids


def _invite(ctx: Context, wave: Wave, audit_of: dict[int, int]) -> int:
    people = correspondents(ctx.session, list(audit_of))
    newcomers = [p for p in people if not p.has_signed_in]
    landings = [(p.user_id, f"/espace/audits/{audit_of[p.vendor_id]}") for p in newcomers]
    seeds = {order.user_id: order.seed for order in link_many(ctx, process.settings().secrets, landings)}
    return send_many(
        ctx,
        [
            _letter("invitation", wave, person, audit_of[person.vendor_id], seed=seeds.get(person.user_id))
            for person in people
        ],
    )


def _letter(
    what: str, wave: Wave, person: Correspondent, audit_id: int, *, seed: str | None, key: str = ""
) -> Envelope:
    return Envelope(
        template=f"campaigns/emails/{what}",
        recipient=person.email,
        language=person.language,
        dedup=f"audit:{audit_id}:{what}{key}:{person.user_id}",
        values={
            "name": person.name,
            "title": wave.questionnaire_version.title[person.language.value],
            "due_on": wave.due_on.isoformat(),
            "organisation": process.settings().organisation,
            "new_account": seed is not None,
        },
        link=f"/invitation#{TOKEN}" if seed else f"/espace/audits/{audit_id}",
        token=seed,
        about=f"audit:{audit_id}",
    )


def follow_up_due(ctx: Context) -> int:
    """Once a day, from 8 a.m. in Paris, promise the follow-up of each wave that still waits for someone."""
    waiting = ctx.session.scalars(queries.waves_waiting()).all()
    orders = [
        Order(
            "campaigns.follow_up", {"wave_id": wave_id, "day": ctx.today.isoformat()}, f"follow:{wave_id}:{ctx.today}"
        )
        for wave_id in waiting
        if queries.is_morning(ctx.now)
    ]
    return len(enqueue_many(ctx, orders)) if orders else 0


def follow_up(ctx: Context, wave: Wave, day: date) -> int:
    """Promise the follow-up of a wave's unanswered audits by batches."""
    ids = ctx.session.scalars(queries.audits_waiting(wave.id)).all()
    return len(
        enqueue_many(
            ctx,
            [
                Order(
                    "campaigns.follow_up_batch",
                    {"wave_id": wave.id, "day": day.isoformat(), "audit_ids": list(batch)},
                    f"follow:{wave.id}:{day}:{start}",
                )
                for start, batch in _batches(ids)
            ],
        )
    )


def follow_up_batch(ctx: Context, wave: Wave, day: date, audit_ids: Sequence[int]) -> int:
    """Send the reminders and the escalations due on a day; running it twice sends nothing more."""
    rows = ctx.session.execute(
        select(WaveAudit, Audit, Vendor.name)
        .join(Audit, Audit.id == WaveAudit.audit_id)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .where(WaveAudit.audit_id.in_(audit_ids), Audit.state.in_([s for s in AuditState if s.is_with_vendor]))
    ).all()
    people: dict[int, list[Correspondent]] = {}
    for person in correspondents(ctx.session, [audit.vendor_id for _, audit, _ in rows]):
        people.setdefault(person.vendor_id, []).append(person)
    letters: list[Envelope] = []
    for link, audit, vendor_name in rows:
        letters += _reminders(ctx, wave, link, audit, day, people.get(audit.vendor_id, []))
        letters += _escalation(wave, link, audit, day, vendor_name)
    return send_many(ctx, letters)


def _reminders(
    ctx: Context, wave: Wave, link: WaveAudit, audit: Audit, day: date, people: list[Correspondent]
) -> list[Envelope]:
    already = frozenset(map(date.fromisoformat, link.reminded_on))
    invited_on = Context(ctx.session, ctx.actor, audit.opened_at).today
    due = rules.reminders_due(
        audit.due_on, today=day, already=already, offsets=wave.campaign.reminders, invited_on=invited_on
    )
    if not due:
        return []
    link.reminded_on = [*link.reminded_on, due[0].on.isoformat()]
    newcomers = [(p.user_id, f"/espace/audits/{audit.id}") for p in people if not p.has_signed_in]
    seeds = {order.user_id: order.seed for order in link_many(ctx, process.settings().secrets, newcomers)}
    return [
        _letter(
            "late" if audit.due_on < day else "reminder",
            wave, person, audit.id, seed=seeds.get(person.user_id), key=f":{due[0].on}",
        )
        for person in people
    ]  # fmt: skip


def _escalation(wave: Wave, link: WaveAudit, audit: Audit, day: date, vendor_name: str) -> list[Envelope]:
    campaign = wave.campaign
    if not campaign.escalation_email or not rules.escalation_due(
        audit.due_on, today=day, after_days=campaign.escalation_after_days, escalated_on=link.escalated_on
    ):
        return []
    link.escalated_on = day
    return [
        Envelope(
            template="campaigns/emails/escalation",
            recipient=campaign.escalation_email,
            language=Language.FR,
            dedup=f"audit:{audit.id}:escalation:{audit.due_on}",
            values={"vendor": vendor_name, "campaign": campaign.name, "due_on": audit.due_on.isoformat()},
            link=f"/audits/{audit.id}",
            about=f"audit:{audit.id}",
        )
    ]


def _batches(ids: Sequence[int]) -> list[tuple[int, Sequence[int]]]:
    return [(start, ids[start : start + BATCH]) for start in range(0, len(ids), BATCH)]
