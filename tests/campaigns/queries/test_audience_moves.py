"""Who comes into an audience and who leaves it, before a wave goes and on its board."""

import pytest

from portal.campaigns import queries
from portal.campaigns.queries import NamedVendors
from portal.vendors.rules.status import VendorStatus
from tests.factories.campaigns import campaign_of, started_wave
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases


def seen(ctx, campaign):
    return queries.outlook(ctx, campaign.audience, campaign.questionnaire_key, campaign.recurrence, campaign)


def test_before_a_first_wave_the_audience_is_named_and_nobody_comes_or_leaves(ctx):
    for number in range(14):
        vendor_of(ctx.session, name=f"Maison {number:02}", folded_name=f"maison {number:02}")
    found = seen(ctx, campaign_of(ctx))
    assert found.moves is None
    assert (found.named.count, found.named.more) == (14, 2)
    assert found.named.first[0][1] == "Maison 00"


def test_a_filter_is_read_again_at_each_wave_and_says_who_came_and_who_left(ctx):
    stays, leaves = vendor_of(ctx.session, name="Reste"), vendor_of(ctx.session, name="Part")
    campaign = campaign_of(ctx)
    first = started_wave(ctx, campaign)
    assert queries.moves_of_wave(ctx, first) is None
    assert [one.count for one in (seen(ctx, campaign).moves.entered, seen(ctx, campaign).moves.left)] == [0, 0]
    leaves.status = VendorStatus.OFFBOARDED
    comes = vendor_of(ctx.session, name="Arrive")
    moves = seen(ctx, campaign).moves
    assert moves.entered == NamedVendors(1, ((comes.id, "Arrive"),))
    assert moves.left == NamedVendors(1, ((leaves.id, "Part"),))
    later = type(ctx)(ctx.session, ctx.actor, ctx.now.replace(minute=ctx.now.minute + 1))
    second = started_wave(later, campaign)
    assert queries.moves_of_wave(later, second) == moves, "who was left alone, busy already, has not left"
    assert stays.id not in {number for number, _ in (*moves.entered.first, *moves.left.first)}
