"""Findings as a search shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.pages import Page, page_of
from portal.core.sought import begins_a_word
from portal.findings.models import Finding
from portal.findings.wording import STATE_NAMES
from portal.vendors.queries import vendors_spelled
from portal.web.manifest import SearchHit
from portal.web.text import said


def finding_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The last findings within reach whose title or vendor has each of these words."""
    where = [or_(begins_a_word(Finding.sought, word), Finding.vendor_id.in_(vendors_spelled(word))) for word in words]
    wanted = select(Finding).options(joinedload(Finding.vendor))
    wanted = wanted.where(visible(ctx, Permission.FINDING_VIEW, Finding), *where).order_by(Finding.id.desc())
    found = page_of(ctx.session, wanted, size=at_most)
    return found.showing([_hit(finding) for finding in found.rows])


def _hit(finding: Finding) -> SearchHit:
    return SearchHit(
        title=finding.title,
        detail=f"{finding.vendor.name} · {said(STATE_NAMES[finding.state])}",
        url=url_for("findings.show", finding_id=finding.id),
    )
