"""Where the gap of a finding was seen in mystery tests, for the page of the finding."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select

from portal.authz.context import Context
from portal.findings.models import Finding
from portal.mystery.models import MysteryTest
from portal.mystery.queries import ORIGIN
from portal.web.formats import long_date
from portal.web.manifest import FindingSighting
from portal.web.text import _


def sightings_of(ctx: Context, finding_id: int) -> Iterator[FindingSighting]:
    """Each mystery test in which the gap was seen."""
    rows = ctx.session.execute(
        select(MysteryTest, Finding.opened_at)
        .join(Finding, Finding.origin_id == MysteryTest.id)
        .where(Finding.id == finding_id, Finding.origin == ORIGIN)
    )
    for test, opened_at in rows:
        seen_at = test.concluded_at or opened_at
        yield FindingSighting(
            at=seen_at,
            place=_("le test mystère du %(day)s", day=long_date(seen_at)),
            link=_("Voir le test mystère"),
            url=url_for("mystery.show", test_id=test.id),
        )
