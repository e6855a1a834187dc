"""Announced changes as a search shows them."""

from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.changes.models import AnnouncedChange, AnnouncedChangeWord
from portal.core.found import Found
from portal.core.sought import Shape, Words, titles_of
from portal.core.statements import written_once
from portal.vendors.models import Vendor
from portal.vendors.queries import things_by_words
from portal.web.manifest import Hits


def change_hits(ctx: Context, words: Words) -> Hits:
    """The last announced changes within reach whose companies or vendor has each of these words."""
    return Hits(
        found=_found(reach(ctx, Permission.CHANGE_VIEW), words.shape), show=_shown, page=("changes.show", "change_id")
    )


@written_once
def _found(within: Reach, shape: Shape) -> Found:
    where = [within.over(AnnouncedChange)]
    shown = (
        select(AnnouncedChange.id, AnnouncedChange.title, Vendor.name.label("vendor"))
        .outerjoin(Vendor, Vendor.id == AnnouncedChange.vendor_id)
        .order_by(AnnouncedChange.id.desc())
    )
    return things_by_words(
        AnnouncedChange, shown, where, titles_of(AnnouncedChange, AnnouncedChangeWord.change_id), shape
    )


def _shown(row: Any) -> tuple[str, str]:
    return row.title, row.vendor
