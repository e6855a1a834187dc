"""Where the gap of a finding was seen in mystery tests, for the page of the finding."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select

from portal.authz.context import Context
from portal.mystery.models import MysteryFinding, MysteryTest
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
