"""Lines of the register of processing as a search shows them."""

from collections.abc import Sequence

from flask import url_for

from portal.authz.context import Context
from portal.core.pages import Page
from portal.processing import queries
from portal.processing.models import ProcessingActivity
from portal.web.manifest import SearchHit
from portal.web.text import said


def activity_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The first lines whose name, purpose or reference has each of these words."""
    found = queries.activities_by_words(ctx, words, at_most)
    return found.showing([_hit(activity) for activity in found.rows])


def _hit(activity: ProcessingActivity) -> SearchHit:
    return SearchHit(
        title=activity.name,
        detail=f"{activity.legal_entity.name} · {said(activity.role.label)}",
        url=url_for("processing.show", activity_id=activity.id),
    )
