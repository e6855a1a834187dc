"""A wave starts once, opens its audits by batches, and writes to whoever can be reached."""

from collections.abc import Sequence

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from portal.audits.models import Audit
from portal.audits.services import open_audits
from portal.authz.context import Context, authorize
from portal.authz.policy import SYSTEM, Permission
from portal.campaigns import queries, rules, wave_letters
from portal.campaigns.models import Campaign, CampaignState, Wave, WaveAudit, WaveSkip
from portal.campaigns.services.what_is_asked import composed_for, one_for_all
from portal.campaigns.wave_letters import LetterDraft
from portal.consumer_law.legislation import metropolitan_france
from portal.core import logs, process
from portal.core.errors import Refused
from portal.core.language import N_
from portal.jobs.ledger import JobOrder, enqueue, enqueue_many
from portal.journal import services as journal
from portal.questionnaires import catalogue
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.composition import COMPOSED
from portal.questionnaires.services import publish
from portal.vendors.memberships import open_accounts
from portal.vendors.models import Vendor
from portal.vendors.queries import people_in_charge

BATCH = 500
"""Audits opened per transaction: some tens of milliseconds, so that no page waits for the database."""

log = logs.get_logger()


def start_due_waves(ctx: Context) -> int:
    """Start every wave that is due; in several processes at once, each wave starts once.

    The compare-and-swap on `next_run_at` decides who starts it; the unique period forbids a second one. A campaign that
    cannot start (its questionnaire is gone or defective) stays due, stops no other, and is tried again at each tick.
    """
    due = ctx.session.scalars(
        select(Campaign)
        .where(Campaign.state == CampaignState.ACTIVE, Campaign.next_run_at <= ctx.now)
        .order_by(Campaign.next_run_at, Campaign.id)
        .with_for_update(skip_locked=True)
    ).all()
    started = 0
    for campaign in due:
        try:
            with ctx.session.begin_nested():
                started += _start(ctx, campaign)
        except Exception as error:  # whatever is wrong with one campaign, the others start
            log.error("wave not started", campaign=campaign.id, exc_info=error)
    return started


def _start(ctx: Context, campaign: Campaign) -> bool:
    rule = rules.parse_recurrence(campaign.recurrence)
    expected = campaign.next_run_at
    missed = rules.catch_up(rule, expected, ctx.now) if expected is not None else None
    if missed is None or (missed.skipped > rules.MOST_SKIPPED and ctx.actor == SYSTEM):
        return False  # so many at once, and only a clock says so: a person looks first (`resume`)
    state = CampaignState.ACTIVE if missed.following else CampaignState.ENDED
    won = ctx.session.execute(
        update(Campaign)
        .where(Campaign.id == campaign.id, Campaign.next_run_at == expected)
        .values(next_run_at=missed.following, state=state)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    ctx.session.expire(campaign, ["next_run_at", "state"])
    if won is None:
        return False
    if state is CampaignState.ENDED:
        journal.record(ctx, "campaign.ended", campaign)
    if missed.run_at is None:
        return False
    if not queries.has_audience(ctx, campaign):
        journal.record(ctx, "wave.empty", campaign, after={"period": rules.period(rule, missed.run_at)})
        return False
    return _new_wave(ctx, campaign, rules.period(rule, missed.run_at), skipped=missed.skipped) is not None


def resume(ctx: Context, campaign: Campaign) -> None:
    """Start the one wave that stands for those missed: a person says that the date is right; raises Refused."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    refuse_nobody(ctx, campaign)
    before = campaign.next_run_at
    if campaign.state is not CampaignState.ACTIVE or not _start(ctx, campaign):
        raise Refused(N_("Aucune vague n'attend : vérifiez les prochaines dates."))
    journal.record(ctx, "campaign.resumed", campaign, before={"next_run_at": before})


def launch_now(ctx: Context, campaign: Campaign) -> Wave:
    """Start a wave at once, beside the rhythm.

    Raises Refused when there is nobody to ask, or when one was launched in this very minute.
    """
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    refuse_nobody(ctx, campaign)
    wave = _new_wave(ctx, campaign, f"manual-{ctx.now:%Y%m%dT%H%M}")
    if wave is None:
        raise Refused(N_("Une vague vient d'être lancée : attendez une minute."))
    return wave


def refuse_nobody(ctx: Context, campaign: Campaign) -> None:
    """Raise Refused when a wave would address nobody today."""
    if not queries.has_audience(ctx, campaign):
        raise Refused(N_("Aucun sous-traitant ne remplit les critères de cette campagne : rien n'est parti."))


def _new_wave(ctx: Context, campaign: Campaign, period: str, *, skipped: int = 0) -> Wave | None:
    """Freeze the questionnaire and promise the opening of its audits; None when this period has its wave."""
    asked = one_for_all(ctx, campaign)
    version = None if asked is None else _publish(ctx, asked)
    wave = Wave(
        campaign_id=campaign.id,
        period=period,
        questionnaire_version_id=version and version.id,
        started_at=ctx.now,
        due_on=rules.deadline(ctx.today, campaign.delay_days, is_holiday=metropolitan_france().is_holiday),
    )
    try:
        with ctx.session.begin_nested():
            ctx.session.add(wave)
            ctx.session.flush()
    except IntegrityError:
        return None
    enqueue(ctx, "campaigns.launch", {"wave_id": wave.id}, dedup=f"wave:{wave.id}")
    after = {
        "wave": wave.id,
        "period": period,
        "questionnaire": version.sha256 if version else COMPOSED,
        "due_on": wave.due_on,
    }
    journal.record(ctx, "wave.started", campaign, after={**after, "skipped": skipped} if skipped else after)
    return wave


def _publish(ctx: Context, questionnaire: Questionnaire) -> QuestionnaireVersion:
    try:
        with ctx.session.begin_nested():
            return publish(ctx, questionnaire)
    except IntegrityError:  # another process has just frozen the same text
        return publish(ctx, questionnaire)


def _composed(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, QuestionnaireVersion]:
    """What the services of each vendor call for, frozen; one statement or two more for each way of composing it."""
    asked = composed_for(ctx, vendor_ids)
    frozen = {one.sha256: _publish(ctx, one) for one in {id(one): one for one in asked.values()}.values()}
    return {vendor_id: frozen[one.sha256] for vendor_id, one in asked.items()}


def _open(ctx: Context, wave: Wave, vendor_ids: Sequence[int]) -> list[int]:
    """Open the audits of vendors, in their order: of one questionnaire, or each of its own."""
    if wave.questionnaire_version is not None:
        return open_audits(ctx, vendor_ids, wave.questionnaire_version, due_on=wave.due_on, wave_id=wave.id)
    asked = _composed(ctx, vendor_ids)
    opened: dict[int, int] = {}
    for version in {one.id: one for one in asked.values()}.values():
        same = [vendor_id for vendor_id in vendor_ids if asked[vendor_id].id == version.id]
        ids = open_audits(ctx, same, version, due_on=wave.due_on, wave_id=wave.id)
        opened.update(zip(same, ids, strict=True))
    return [opened[vendor_id] for vendor_id in vendor_ids]


def launch(ctx: Context, wave: Wave) -> int:
    """Choose the vendors of a wave and promise their audits by batches; returns how many vendors."""
    vendor_ids = queries.audience_of(ctx, wave.campaign)
    wave.size = len(vendor_ids)
    enqueue_many(
        ctx,
        [
            JobOrder("campaigns.open_batch", {"wave_id": wave.id, "vendor_ids": list(batch)}, f"wave:{wave.id}:{start}")
            for start, batch in batches(vendor_ids)
        ],
    )
    journal.record(ctx, "wave.launched", wave.campaign, after={"wave": wave.id, "vendors": len(vendor_ids)})
    return len(vendor_ids)


def open_batch(ctx: Context, wave: Wave, vendor_ids: Sequence[int]) -> list[int]:
    """Open the audits of some vendors and promise their invitations, in one transaction; safe to repeat.

    A vendor that is answering the same questionnaire already is not asked twice: it is left alone, and noted. Few
    statements, the same for one vendor and for five hundred.
    """
    left = _free(ctx, wave, vendor_ids)
    if not left:
        return []
    audit_ids = _open(ctx, wave, left)
    open_accounts(ctx, left)
    people = wave_letters.by_vendor(people_in_charge(ctx.session, dict.fromkeys(left, frozenset())))
    ctx.session.connection().execute(
        insert(WaveAudit),
        [
            {
                "audit_id": audit_id,
                "wave_id": wave.id,
                "invited": len(people.get(vendor_id, ())),
                "reminded_on": [],
                "passed_over": [],
            }
            for vendor_id, audit_id in zip(left, audit_ids, strict=True)
        ],
    )
    drafts = [
        LetterDraft("invitation", person, audit_id, wave.due_on)
        for vendor_id, audit_id in zip(left, audit_ids, strict=True)
        for person in people.get(vendor_id, ())
    ]
    wave_letters.send(ctx, wave, drafts)
    after = {"wave": wave.id, "audits": audit_ids, "invited": len(drafts), "unreached": len(left) - len(people)}
    journal.record(ctx, "wave.audits_opened", wave.campaign, after=after)
    return audit_ids


def _free(ctx: Context, wave: Wave, vendor_ids: Sequence[int]) -> list[int]:
    """The vendors of a batch to ask now; noted are those busy with the same questionnaire, or accepted until later."""
    # Locked in one order: two waves that meet on a vendor, in two processes, ask it once.
    present = ctx.session.scalars(
        select(Vendor.id).where(Vendor.id.in_(vendor_ids)).order_by(Vendor.id).with_for_update(key_share=True)
    ).all()
    rows = ctx.session.execute(
        select(Audit.vendor_id, Audit.id, WaveAudit.wave_id, QuestionnaireVersion.packs)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .outerjoin(WaveAudit, WaveAudit.audit_id == Audit.id)
        .where(
            Audit.vendor_id.in_(vendor_ids),
            or_(queries.not_to_be_asked_again(ctx), WaveAudit.wave_id == wave.id),
        )
    ).all()
    ours = {row.vendor_id for row in rows if row.wave_id == wave.id}
    asked = catalogue.packs_of(wave.campaign.questionnaire_key, process.settings().questionnaires_dir)
    busy = {row.vendor_id: row.id for row in rows if row.vendor_id not in ours and not asked.isdisjoint(row.packs)}
    if busy:
        _note_skips(ctx, wave, busy)
    return [vendor_id for vendor_id in present if vendor_id not in ours and vendor_id not in busy]


def _note_skips(ctx: Context, wave: Wave, busy: dict[int, int]) -> None:
    noted = set(ctx.session.scalars(select(WaveSkip.vendor_id).where(WaveSkip.wave_id == wave.id)))
    rows = [{"wave_id": wave.id, "vendor_id": v, "audit_id": a} for v, a in busy.items() if v not in noted]
    if rows:
        ctx.session.connection().execute(insert(WaveSkip), rows)
        after = {"wave": wave.id, "vendors": sorted(row["vendor_id"] for row in rows)}
        journal.record(ctx, "wave.vendors_skipped", wave.campaign, after=after)


def invite_unreached(ctx: Context, wave: Wave) -> int:
    """Write to the vendors of a wave that had nobody to write to and now have; returns how many audits that makes."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    rows = ctx.session.execute(queries.unreached_audits(wave.id).limit(BATCH))
    return invite_late(ctx, wave, [(link, audit) for link, audit in rows])


def invite_late(ctx: Context, wave: Wave, rows: Sequence[tuple[WaveAudit, Audit]]) -> int:
    """Open the accounts that can be, and invite; whoever is invited late is not reminded of the days before."""
    vendor_ids = [audit.vendor_id for _, audit in rows]
    if not vendor_ids:
        return 0
    open_accounts(ctx, vendor_ids)
    people = wave_letters.people_for(ctx, [audit for _, audit in rows])
    reached = [(link, audit) for link, audit in rows if audit.vendor_id in people]
    for link, audit in reached:
        link.invited = len(people[audit.vendor_id])
        past = rules.reminders_due(audit.due_on, today=ctx.today, already=frozenset(), offsets=wave.campaign.reminders)
        link.passed_over = [one.on.isoformat() for one in past]
    drafts = [
        LetterDraft("invitation", person, audit.id, audit.due_on, audit.state)
        for _, audit in reached
        for person in people[audit.vendor_id]
    ]
    wave_letters.send(ctx, wave, drafts)
    if reached:
        after = {"wave": wave.id, "audits": [audit.id for _, audit in reached]}
        journal.record(ctx, "wave.invited_late", wave.campaign, after=after)
    return len(reached)


def batches(ids: Sequence[int]) -> list[tuple[int, Sequence[int]]]:
    """Slices of a list that one transaction each can take, with their start."""
    return [(start, ids[start : start + BATCH]) for start in range(0, len(ids), BATCH)]
