"""Findings as a search shows them."""

from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core.found import Found
from portal.core.sought import Shape, Words, titles_of
from portal.core.statements import written_once
from portal.findings.models import Finding, FindingWord
from portal.findings.wording import STATE_NAMES
from portal.vendors.models import Vendor
from portal.vendors.queries import things_by_words
from portal.web.manifest import Hits
from portal.web.text import said


def finding_hits(ctx: Context, words: Words) -> Hits:
    """The last findings within reach whose title or vendor has each of these words."""
    return Hits(
        found=_found(reach(ctx, Permission.FINDING_VIEW), words.shape),
        show=_shown,
        page=("findings.show", "finding_id"),
    )


@written_once
def _found(within: Reach, shape: Shape) -> Found:
    where = [within.over(Finding)]
    shown = (
        select(Finding.id, Finding.title, Vendor.name.label("vendor"), Finding.state)
        .outerjoin(Vendor, Vendor.id == Finding.vendor_id)
        .order_by(Finding.id.desc())
    )
    return things_by_words(Finding, shown, where, titles_of(Finding, FindingWord.finding_id), shape)


def _shown(row: Any) -> tuple[str, str]:
    return row.title, f"{row.vendor} · {said(STATE_NAMES[row.state])}"
