"""Audits as a search shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.wording import STATE_NAMES
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.pages import Page
from portal.core.sought import Titles
from portal.questionnaires.queries import versions_titled
from portal.vendors.queries import things_by_words
from portal.web.formats import long_date
from portal.web.manifest import SearchHit
from portal.web.text import current_language, said


def audit_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The last audits within reach whose questionnaire, in either language, or vendor has each of these words."""
    titled = versions_titled(ctx, words)

    def has(word: str) -> ColumnElement[bool]:
        return Audit.questionnaire_version_id.in_(titled[word])

    wanted = select(Audit).options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
    wanted = wanted.where(visible(ctx, Permission.AUDIT_VIEW, Audit)).order_by(Audit.id.desc())
    found = things_by_words(ctx, wanted, Audit, Titles(has, has), words, at_most)
    return found.showing([_hit(audit) for audit in found.rows])


def _hit(audit: Audit) -> SearchHit:
    title = audit.questionnaire_version.title
    return SearchHit(
        title=title.get(current_language()) or title["fr"],
        detail=f"{audit.vendor.name} · {long_date(audit.opened_at)} · {said(STATE_NAMES[audit.state])}",
        url=url_for("audits.show", audit_id=audit.id),
    )
