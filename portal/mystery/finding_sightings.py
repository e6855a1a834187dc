"""Where the gap of a finding was seen in mystery tests, and when one was last concluded, for the pages of findings."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.mystery.models import MysteryFinding, MysteryState, MysteryTest
from portal.web.formats import long_date
from portal.web.manifest import FindingSighting
from portal.web.text import _


def sightings_of(ctx: Context, finding_id: int) -> Iterator[FindingSighting]:
    """Each mystery test in which the gap was seen."""
    rows = ctx.session.execute(
        select(MysteryTest, MysteryFinding.seen_at)
        .join(MysteryFinding, MysteryFinding.test_id == MysteryTest.id)
        .where(MysteryFinding.finding_id == finding_id)
    )
    for test, linked_at in rows:
        seen_at = test.concluded_at or linked_at
        yield FindingSighting(
            at=seen_at,
            place=_("le test mystère du %(day)s", day=long_date(seen_at)),
            link=_("Voir le test mystère"),
            url=url_for("mystery.show", test_id=test.id),
        )


def last_concluded(ctx: Context, vendor_id: int) -> datetime | None:
    """When a mystery test of a vendor was last concluded."""
    return ctx.session.scalar(
        select(func.max(MysteryTest.concluded_at)).where(
            MysteryTest.vendor_id == vendor_id, MysteryTest.state == MysteryState.CONCLUDED
        )
    )
