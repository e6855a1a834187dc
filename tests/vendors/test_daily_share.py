"""A vendor writes so much in a day and no more; the next day it may again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.core.errors import Refused
from portal.vendors.daily_share import keep_daily_share
from portal.vendors.models import Vendor
from tests.factories.world import vendor_of


@pytest.mark.both_databases
def test_beyond_its_share_a_vendor_waits_for_the_next_day(session, dpo):
    def write(ctx, country="FR"):
        keep_daily_share(ctx, Vendor.created_at, Vendor.country == country, most=2, refusal="pas plus de %(most)s")
        vendor_of(session, country=country, created_at=ctx.now)

    write(dpo)
    write(dpo)
    with pytest.raises(Refused, match="pas plus de 2"):
        write(dpo)
    write(dpo, "DE")
    write(replace(dpo, now=dpo.now + timedelta(hours=25)))
