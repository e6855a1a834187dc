"""Announced changes as a search shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.changes.models import AnnouncedChange, AnnouncedChangeWord
from portal.core.pages import Page
from portal.core.sought import titles_of
from portal.vendors.queries import things_by_words
from portal.web.manifest import SearchHit


def change_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The last announced changes within reach whose companies or vendor has each of these words."""
    shown = load_only(AnnouncedChange.title, AnnouncedChange.vendor_id)  # not what the vendor wrote
    wanted = select(AnnouncedChange).options(shown, joinedload(AnnouncedChange.vendor))
    wanted = wanted.where(visible(ctx, Permission.CHANGE_VIEW, AnnouncedChange)).order_by(AnnouncedChange.id.desc())
    titles = titles_of(AnnouncedChange, AnnouncedChangeWord.change_id)
    found = things_by_words(ctx, wanted, AnnouncedChange, titles, words, at_most)
    return found.showing([_hit(change) for change in found.rows])


def _hit(change: AnnouncedChange) -> SearchHit:
    return SearchHit(title=change.title, detail=change.vendor.name, url=url_for("changes.show", change_id=change.id))
