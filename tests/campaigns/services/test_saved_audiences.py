"""Criteria kept under a name: what changes with them, and what does not."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.audits.models import Audit
from portal.campaigns import queries, services
from portal.core.errors import Refused
from portal.journal.models import JournalEntry
from tests.factories.campaigns import campaign_of, plan_of, reachable_vendor

CRITICAL, ALL = {"statuses": ["actif"], "tiers": ["critique"]}, {"statuses": ["actif"]}


def using(ctx, saved, name="Socle"):
    return campaign_of(ctx, name=name, audience=dict(saved.audience), saved_audience_id=saved.id)


@pytest.mark.both_databases
def test_revising_a_filter_changes_the_campaigns_that_use_it_and_no_other(ctx, backend):
    saved = services.save_audience(ctx, "Critiques", CRITICAL)
    mine, other = using(ctx, saved), campaign_of(ctx, name="Autre", audience=CRITICAL)
    services.revise_audience(ctx, saved, "Tous", ALL)
    ctx.session.commit()
    assert (mine.audience, other.audience) == (ALL, CRITICAL)
    assert [(one.name, count) for one, count in queries.saved_audiences(ctx)] == [("Tous", 1)]
    [entry] = ctx.session.scalars(select(JournalEntry).where(JournalEntry.action == "campaign.revised"))
    assert (entry.before["audience"], entry.after["audience"]) == (CRITICAL, ALL)


def test_a_wave_that_has_gone_stays_as_it_went(ctx):
    asked = reachable_vendor(ctx.session, name="Demandée")
    saved = services.save_audience(ctx, "Choisie", {"vendor_ids": [asked.id]})
    campaign = using(ctx, saved)
    services.activate(ctx, campaign)
    wave = services.launch_now(ctx, campaign)
    services.launch(ctx, wave)
    services.open_batch(ctx, wave, queries.audience_of(ctx, campaign))
    reachable_vendor(ctx.session, name="Nouvelle")
    services.revise_audience(ctx, saved, "Choisie", ALL)
    ctx.session.expire_all()
    assert ctx.session.scalars(select(Audit.vendor_id)).all() == [asked.id]
    assert wave.size == 1
    assert len(queries.audience_of(ctx, campaign)) > 1


def test_a_plan_says_the_criteria_of_the_filter_it_names(ctx):
    saved = services.save_audience(ctx, "Critiques", CRITICAL)
    with pytest.raises(Refused, match="ne sont plus ceux"):
        services.create(ctx, plan_of(audience=ALL, saved_audience_id=saved.id))
    campaign = using(ctx, saved)
    with pytest.raises(Refused, match="ne sont plus ceux"):
        services.revise(ctx, campaign, replace(services.plan_of(campaign), audience=ALL))
    services.revise(ctx, campaign, replace(services.plan_of(campaign), audience=ALL, saved_audience_id=None))
    assert (campaign.audience, campaign.saved_audience_id) == (ALL, None)


def test_a_name_is_borne_once_and_a_filter_in_use_is_not_removed(ctx):
    saved, other = services.save_audience(ctx, "Critiques", CRITICAL), services.save_audience(ctx, "Tous", ALL)
    with pytest.raises(Refused, match="porte déjà ce nom"):
        services.save_audience(ctx, "Critiques", ALL)
    with pytest.raises(Refused, match="porte déjà ce nom"):
        services.revise_audience(ctx, other, "Critiques", ALL)
    using(ctx, saved)
    with pytest.raises(Refused, match="se sert encore"):
        services.remove_audience(ctx, saved)
    services.remove_audience(ctx, other)
    assert [one.name for one, _ in queries.saved_audiences(ctx)] == ["Critiques"]
