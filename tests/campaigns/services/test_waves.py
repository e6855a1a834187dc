from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import Role
from portal.campaigns import queries, services
from portal.campaigns.models import Campaign, CampaignState, Wave, WaveAudit, WaveSkip
from portal.campaigns.services import waves
from portal.core.errors import Refused
from portal.identity.models import OneTimeLink, User
from portal.jobs.models import Job, Mail
from portal.jobs.schedule import BY_HAND
from portal.journal.models import JournalEntry
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.composition import COMPOSED
from portal.vendors.models import ContactRole, Membership
from portal.vendors.rules.facts import Access, Chain
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.campaigns import (
    YEARLY,
    account_at,
    campaign_of,
    contact_named,
    reachable_vendor,
    register_of,
    started_wave,
)
from tests.factories.desk import service_of
from tests.factories.people import user_of
from tests.factories.world import audit_of, vendor_of


def at(ctx, moment):
    return Context(ctx.session, ctx.actor, moment)


def waves_of(ctx, campaign):
    return ctx.session.scalars(select(Wave).where(Wave.campaign_id == campaign.id).order_by(Wave.id)).all()


def letters(ctx, wave):
    rows = ctx.session.scalars(select(Mail).where(Mail.series == f"wave:{wave.id}").order_by(Mail.recipient))
    return rows.all()


def links_of(ctx, wave):
    return {link.audit_id: link for link in ctx.session.scalars(select(WaveAudit).where(WaveAudit.wave_id == wave.id))}


class TestStarting:
    def test_nothing_starts_before_its_hour(self, ctx):
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:01"})
        assert services.start_due_waves(ctx) == 0
        assert waves_of(ctx, campaign) == []

    def test_a_due_wave_starts_once_and_the_campaign_waits_for_the_next(self, ctx):
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
        assert services.start_due_waves(ctx) == 1
        assert services.start_due_waves(ctx) == 0
        (wave,) = waves_of(ctx, campaign)
        assert (wave.period, wave.due_on) == ("2026", date(2026, 12, 24))
        assert campaign.next_run_at == datetime(2027, 11, 24, 9, 0, tzinfo=UTC)

    def test_a_wave_over_nobody_does_not_go_by_itself_nor_by_hand_and_the_next_date_looks_again(self, ctx):
        vendor = vendor_of(ctx.session, status="sorti")
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
        assert services.start_due_waves(ctx) == 0
        with pytest.raises(Refused, match=r"rien n.est parti"):
            services.launch_now(ctx, campaign)
        with pytest.raises(Refused, match=r"rien n.est parti"):
            services.resume(ctx, campaign)
        assert waves_of(ctx, campaign) == []
        assert campaign.next_run_at == datetime(2027, 11, 24, 9, 0, tzinfo=UTC)
        ctx.session.commit()
        assert queries.last_empty_run(ctx, campaign) is not None
        vendor.status = VendorStatus.ACTIVE
        later = Context(ctx.session, ctx.actor, campaign.next_run_at)
        assert services.start_due_waves(later) == 1
        assert queries.last_empty_run(later, campaign) is None

    def test_who_loses_the_swap_starts_nothing(self, ctx):
        """Another process moved `next_run_at` after this one read it."""
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
        ctx.session.execute(
            update(Campaign)
            .where(Campaign.id == campaign.id)
            .values(next_run_at=NOW + timedelta(days=365))
            .execution_options(synchronize_session=False)
        )
        assert campaign.next_run_at == NOW, "what this process still believes"
        assert waves._start(ctx, campaign) is False
        assert waves_of(ctx, campaign) == []

    def test_a_period_that_has_its_wave_has_no_second_whatever_the_rhythm_becomes(self, ctx):
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
        services.start_due_waves(ctx)
        moved = {**YEARLY, "start": "2026-11-25", "at": "10:00"}
        services.revise(ctx, campaign, services.Plan(**{**vars(services.plan_of(campaign)), "recurrence": moved}))
        assert campaign.next_run_at == NOW + timedelta(days=1)
        assert services.start_due_waves(at(ctx, NOW + timedelta(days=1))) == 0
        assert len(waves_of(ctx, campaign)) == 1
        assert campaign.next_run_at == datetime(2027, 11, 25, 9, 0, tzinfo=UTC)

    def test_many_runs_missed_at_once_wait_for_a_person_who_starts_one_wave(self, ctx, acting):
        weekly = {**YEARLY, "every": "weeks", "start": "2026-11-02"}
        campaign = campaign_of(at(ctx, datetime(2026, 11, 1, tzinfo=UTC)), active=True, recurrence=weekly)
        due = campaign.next_run_at
        assert services.start_due_waves(ctx) == 0
        assert (waves_of(ctx, campaign), campaign.next_run_at) == ([], due)
        assert queries.missed_runs(ctx, campaign) == 3
        services.resume(acting(Role.DPO), campaign)
        (wave,) = waves_of(ctx, campaign)
        assert wave.period == "2026-W48"
        ctx.session.commit()
        noted = dict(ctx.session.execute(select(JournalEntry.action, JournalEntry.after)).all())
        assert noted["wave.started"]["skipped"] == 3
        assert "campaign.resumed" in noted
        assert queries.missed_runs(ctx, campaign) == 0
        with pytest.raises(Refused):
            services.resume(acting(Role.DPO), campaign)

    def test_a_clock_three_years_ahead_moves_no_campaign_and_starts_nothing(self, ctx):
        monthly = {**YEARLY, "every": "months", "start": "2026-12-01"}
        campaign = campaign_of(ctx, active=True, recurrence=monthly)
        due = campaign.next_run_at
        assert services.start_due_waves(at(ctx, NOW + timedelta(days=1095))) == 0
        assert (waves_of(ctx, campaign), campaign.next_run_at) == ([], due)
        assert services.start_due_waves(at(ctx, due)) == 1

    def test_one_run_missed_is_caught_up_without_a_person_and_a_typed_command_is_one(self, ctx):
        weekly = {**YEARLY, "every": "weeks", "start": "2026-11-16"}
        missed_one = campaign_of(at(ctx, datetime(2026, 11, 15, tzinfo=UTC)), active=True, recurrence=weekly)
        assert services.start_due_waves(ctx) == 1
        (wave,) = waves_of(ctx, missed_one)
        assert wave.period == "2026-W48"
        typed = Context(ctx.session, BY_HAND, NOW + timedelta(days=365))
        assert services.start_due_waves(typed) == 1

    def test_a_campaign_that_runs_once_ends(self, ctx):
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "every": "once", "at": "10:00"})
        assert services.start_due_waves(ctx) == 1
        assert (campaign.state, campaign.next_run_at) == (CampaignState.ENDED, None)

    def test_a_campaign_that_cannot_start_stops_no_other_and_stays_due(self, ctx):
        broken = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "09:59", "start": "2026-11-24"})
        broken.next_run_at, broken.questionnaire_key = NOW - timedelta(minutes=1), "disparu"
        sound = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
        ctx.session.flush()
        assert services.start_due_waves(ctx) == 1
        assert len(waves_of(ctx, sound)) == 1
        assert waves_of(ctx, broken) == []
        assert broken.next_run_at == NOW - timedelta(minutes=1), "tried again at the next tick"
        broken.questionnaire_key = "socle-rgpd"
        ctx.session.flush()
        assert services.start_due_waves(ctx) == 1

    def test_a_paused_campaign_does_not_start(self, ctx):
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
        services.pause(ctx, campaign)
        assert services.start_due_waves(ctx) == 0

    def test_launching_by_hand_leaves_the_rhythm_alone_and_a_double_click_makes_one_wave(self, ctx):
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "start": "2027-01-04"})
        upcoming = campaign.next_run_at
        services.launch_now(ctx, campaign)
        with pytest.raises(Refused, match="attendez une minute"):
            services.launch_now(at(ctx, NOW + timedelta(seconds=20)), campaign)
        assert len(waves_of(ctx, campaign)) == 1
        assert campaign.next_run_at == upcoming

    def test_a_wave_freezes_the_questionnaire_and_a_second_one_reuses_the_same_text(self, ctx):
        first = services.launch_now(ctx, campaign_of(ctx))
        second = services.launch_now(ctx, campaign_of(ctx, name="Autre"))
        assert first.questionnaire_version_id == second.questionnaire_version_id
        version = queries.get_wave(ctx, first.id).questionnaire_version
        assert (version.key, version.published_at) == ("socle-rgpd", NOW)


class TestOpening:
    def test_every_vendor_of_the_audience_gets_an_audit_and_its_contact_a_letter(self, ctx):
        vendors = [reachable_vendor(ctx.session) for _ in range(3)]
        left_out = reachable_vendor(ctx.session, status="sorti")
        wave = started_wave(ctx, campaign_of(ctx))
        audits = ctx.session.scalars(select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id)).all()
        assert {audit.vendor_id for audit in audits} >= {vendor.id for vendor in vendors}
        assert left_out.id not in {audit.vendor_id for audit in audits}
        assert {(audit.state, audit.due_on) for audit in audits} == {(AuditState.OPENED, wave.due_on)}
        assert wave.size == len(audits)
        mine = [letter for letter in letters(ctx, wave) if letter.recipient.startswith("contact")]
        assert len(mine) == len({letter.recipient for letter in mine}) >= 3

    def test_opening_a_batch_twice_opens_and_writes_once(self, ctx):
        vendor = reachable_vendor(ctx.session)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        before = len(letters(ctx, wave))
        assert services.open_batch(ctx, wave, [vendor.id]) == []
        assert (len(links_of(ctx, wave)), len(letters(ctx, wave))) == (1, before) == (1, 1)

    def test_a_repeated_batch_reopens_nothing_even_when_the_first_audit_is_over(self, ctx):
        vendor = reachable_vendor(ctx.session)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        audit = ctx.session.get_one(Audit, next(iter(links_of(ctx, wave))))
        audit.state = AuditState.ACCEPTED
        ctx.session.flush()
        assert services.open_batch(ctx, wave, [vendor.id]) == []

    @pytest.mark.parametrize(
        "state", [AuditState.OPENED, AuditState.IN_PROGRESS, AuditState.RETURNED, AuditState.SUBMITTED]
    )
    def test_a_vendor_answering_the_same_questionnaire_is_not_asked_twice(self, ctx, state):
        busy, free = reachable_vendor(ctx.session), reachable_vendor(ctx.session)
        under_way = audit_of(ctx.session, busy, state=state)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [busy.id, free.id]}))
        skips = ctx.session.scalars(select(WaveSkip).where(WaveSkip.wave_id == wave.id)).all()
        assert [(skip.vendor_id, skip.audit_id) for skip in skips] == [(busy.id, under_way.id)]
        assert len(links_of(ctx, wave)) == 1
        services.open_batch(ctx, wave, [busy.id, free.id])
        assert ctx.session.scalar(select(func.count()).select_from(WaveSkip)) == 1

    @pytest.mark.parametrize(("days", "asked"), [(1, 0), (0, 0), (-1, 1)])
    def test_what_is_accepted_until_a_day_is_not_asked_again_until_it_is_over(self, ctx, days, asked):
        vendor = reachable_vendor(ctx.session)
        done = audit_of(ctx.session, vendor, state=AuditState.ACCEPTED, accepted_until=ctx.today + timedelta(days=days))
        campaign = campaign_of(ctx, audience={"vendor_ids": [vendor.id]})
        assert queries.preview(ctx, campaign.audience, campaign.questionnaire_key).busy == 1 - asked
        wave = started_wave(ctx, campaign)
        assert len(links_of(ctx, wave)) == asked
        skips = [skip.audit_id for skip in ctx.session.scalars(select(WaveSkip))]
        assert skips == ([] if asked else [done.id])

    @pytest.mark.parametrize("state", [AuditState.ACCEPTED, AuditState.CANCELLED])
    def test_a_vendor_whose_audit_is_over_is_asked_again(self, ctx, state):
        vendor = reachable_vendor(ctx.session)
        audit_of(ctx.session, vendor, state=state)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        assert len(links_of(ctx, wave)) == 1

    def test_two_waves_of_one_questionnaire_share_no_vendor(self, ctx):
        vendor = reachable_vendor(ctx.session)
        first = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        second = started_wave(ctx, campaign_of(ctx, name="Autre", audience={"vendor_ids": [vendor.id]}))
        assert (len(links_of(ctx, first)), len(links_of(ctx, second))) == (1, 0)

    def test_a_vendor_deleted_since_is_left_out(self, ctx):
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [reachable_vendor(ctx.session).id]}))
        assert services.open_batch(ctx, wave, [987_654]) == []

    def test_five_hundred_audits_cost_the_statements_of_five(self, ctx, statements):
        wave = queries.get_wave(ctx, services.launch_now(ctx, campaign_of(ctx)).id)
        ids = register_of(ctx.session, 500)
        ctx.session.commit()
        counts = []
        for batch in (ids[:5], ids[5:]):
            statements.clear()
            services.open_batch(ctx, wave, batch)
            ctx.session.commit()
            counts.append(len(statements))
        assert counts[1] <= counts[0] + 2, "bulk inserts go by pages"
        assert counts[1] <= 28  # among them what stands for the vendors, the register knows and we word, once a batch


class TestReaching:
    def test_a_newcomer_s_link_opens_the_account_and_lands_on_the_questionnaire(self, ctx):
        vendor = reachable_vendor(ctx.session)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        (audit_id,) = links_of(ctx, wave)
        (letter,) = letters(ctx, wave)
        assert letter.payload["link"] == "identity.invitation"
        assert letter.payload["values"]["new_account"] is True
        link = ctx.session.scalars(select(OneTimeLink).order_by(OneTimeLink.id.desc())).first()
        assert link.landing == f"vendor_space.audit?audit_id={audit_id}&pour={vendor.id}"
        assert letter.payload["token"]

    def test_whoever_has_an_account_gets_a_link_to_the_questionnaire_itself(self, ctx):
        vendor = vendor_of(ctx.session)
        user = account_at(ctx.session, vendor, password_hash="x")
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        (audit_id,) = links_of(ctx, wave)
        (letter,) = letters(ctx, wave)
        assert letter.recipient == user.email
        landing = f"vendor_space.audit?audit_id={audit_id}&pour={vendor.id}"
        assert (letter.payload["link"], letter.payload["token"]) == (landing, None)

    def test_a_vendor_without_a_contact_has_its_audit_and_nobody_invited(self, ctx):
        vendor = vendor_of(ctx.session)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        (link,) = links_of(ctx, wave).values()
        assert (link.invited, letters(ctx, wave)) == (0, [])

    def test_whoever_answers_for_another_vendor_answers_for_this_one_too(self, ctx):
        first, second = vendor_of(ctx.session), vendor_of(ctx.session)
        known = account_at(ctx.session, first, password_hash="x")
        contact_named(ctx.session, second, known.email)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [second.id]}))
        assert [letter.recipient for letter in letters(ctx, wave)] == [known.email]
        bound = ctx.session.scalars(select(Membership.vendor_id).where(Membership.user_id == known.id)).all()
        assert sorted(bound) == [first.id, second.id]

    def test_an_address_of_our_own_opens_nothing_and_the_next_contact_is_invited(self, ctx):
        silent, second = vendor_of(ctx.session), vendor_of(ctx.session)
        ours = user_of(ctx.session, Role.BUYER)
        for vendor in (silent, second):
            contact_named(ctx.session, vendor, ours.email)
        contact_named(ctx.session, second, "commercial@second.test", ContactRole.COMMERCIAL)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [silent.id, second.id]}))
        assert [letter.recipient for letter in letters(ctx, wave)] == ["commercial@second.test"]
        assert ctx.session.scalar(select(func.count()).where(Membership.user_id == ours.id)) == 0

    def test_two_vendors_that_give_the_same_address_share_an_account_and_are_written_to_apart(self, ctx):
        vendors = [vendor_of(ctx.session) for _ in range(2)]
        for vendor in vendors:
            contact_named(ctx.session, vendor, "DPO@groupe.test")
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [v.id for v in vendors]}))
        assert sorted(link.invited for link in links_of(ctx, wave).values()) == [1, 1]
        user = ctx.session.scalars(select(User).where(User.email == "dpo@groupe.test")).one()
        assert ctx.session.scalar(select(func.count()).where(Membership.user_id == user.id)) == 2
        landings = ctx.session.scalars(select(OneTimeLink.landing).where(OneTimeLink.user_id == user.id)).all()
        assert sorted(landing.rpartition("=")[2] for landing in landings) == sorted(str(v.id) for v in vendors)

    def test_the_account_of_an_expert_is_no_correspondent_and_hides_no_contact(self, ctx):
        vendor = reachable_vendor(ctx.session)
        expert = user_of(ctx.session, Role.EXPERT)
        ctx.session.add(Membership(user_id=expert.id, vendor_id=vendor.id, role=Role.EXPERT))
        ctx.session.flush()
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        assert [letter.recipient == expert.email for letter in letters(ctx, wave)] == [False]

    def test_a_privacy_contact_is_preferred(self, ctx):
        vendor = vendor_of(ctx.session)
        contact_named(ctx.session, vendor, "commercial@un.test", ContactRole.COMMERCIAL)
        contact_named(ctx.session, vendor, "dpo@un.test", ContactRole.PRIVACY)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        assert [letter.recipient for letter in letters(ctx, wave)] == ["dpo@un.test"]

    def test_a_contact_added_since_is_invited_once_and_not_reminded_of_the_days_before(self, ctx, acting):
        vendor = vendor_of(ctx.session)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        boss = acting(Role.DPO)
        assert services.invite_unreached(boss, wave) == 0
        contact_named(ctx.session, vendor, "enfin@un.test")
        late = Context(ctx.session, boss.actor, datetime(2026, 12, 20, 9, tzinfo=UTC))
        assert services.invite_unreached(late, wave) == 1
        assert services.invite_unreached(late, wave) == 0
        (link,) = links_of(ctx, wave).values()
        assert (link.invited, link.reminded_on, link.passed_over) == (1, [], ["2026-12-17"])
        assert [letter.template for letter in letters(ctx, wave)] == ["campaigns/emails/invitation"]

    def test_batches_are_promised_whole(self, ctx):
        vendor_ids = register_of(ctx.session, 3)
        wave = queries.get_wave(ctx, services.launch_now(ctx, campaign_of(ctx)).id)
        count = services.launch(ctx, wave)
        jobs = ctx.session.scalars(select(Job).where(Job.kind == "campaigns.open_batch")).all()
        promised = [vendor_id for job in jobs for vendor_id in job.payload["vendor_ids"]]
        assert count == len(promised) == wave.size
        assert set(vendor_ids) <= set(promised)


class TestComposed:
    """A wave that asks each vendor what its own services call for."""

    def test_each_vendor_is_asked_its_own_and_told_its_title(self, ctx, session):
        first, second = reachable_vendor(session, name="Premier"), reachable_vendor(session, name="Second")
        service_of(session, second, handles_withdrawals=True, access=Access.NONE, chain=Chain.NONE)
        service_of(session, first, handles_withdrawals=False, access=Access.NONE, chain=Chain.NONE)
        wave = started_wave(ctx, campaign_of(ctx, questionnaire_key=COMPOSED))
        assert wave.questionnaire_version_id is None
        asked = select(Audit.vendor_id, QuestionnaireVersion.packs).join(Audit.questionnaire_version)
        packs = {row.vendor_id: row.packs for row in session.execute(asked)}
        assert packs == {first.id: ["socle-rgpd"], second.id: ["socle-rgpd", "relation-client-retractation"]}
        assert {letter.payload["values"]["title"] for letter in letters(ctx, wave)} == {
            "Socle RGPD du sous-traitant", "Socle RGPD du sous-traitant et Relation client et rétractation",
        }  # fmt: skip

    def test_a_vendor_that_answers_a_part_of_it_is_left_alone(self, ctx, session):
        vendor = reachable_vendor(session)
        audit_of(session, vendor)
        campaign = campaign_of(ctx, questionnaire_key=COMPOSED)
        assert queries.preview(ctx, campaign.audience, COMPOSED).busy == 1
        wave = started_wave(ctx, campaign)
        assert [skip.vendor_id for skip in session.scalars(select(WaveSkip))] == [vendor.id]
        assert links_of(ctx, wave) == {}

    def test_a_batch_repeated_opens_nothing_more(self, ctx, session):
        vendor = reachable_vendor(session)
        campaign = campaign_of(ctx, questionnaire_key=COMPOSED)
        wave = started_wave(ctx, campaign)
        assert services.open_batch(ctx, wave, [vendor.id]) == []
