"""Findings as a search shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.pages import Page
from portal.core.sought import titles_of
from portal.findings.models import Finding, FindingWord
from portal.findings.wording import STATE_NAMES
from portal.vendors.queries import things_by_words
from portal.web.manifest import SearchHit
from portal.web.text import said


def finding_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The last findings within reach whose title or vendor has each of these words."""
    wanted = select(Finding).options(joinedload(Finding.vendor))
    wanted = wanted.where(visible(ctx, Permission.FINDING_VIEW, Finding)).order_by(Finding.id.desc())
    found = things_by_words(ctx, wanted, Finding, titles_of(Finding, FindingWord.finding_id), words, at_most)
    return found.showing([_hit(finding) for finding in found.rows])


def _hit(finding: Finding) -> SearchHit:
    return SearchHit(
        title=finding.title,
        detail=f"{finding.vendor.name} · {said(STATE_NAMES[finding.state])}",
        url=url_for("findings.show", finding_id=finding.id),
    )
