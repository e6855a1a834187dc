"""Received contracts as a search shows them."""

from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core.found import Found
from portal.core.sought import Shape, Words, titles_of
from portal.core.statements import written_once
from portal.paper.models import PaperReview, PaperReviewWord
from portal.vendors.models import Vendor
from portal.vendors.queries import things_by_words
from portal.web.manifest import Hits


def review_hits(ctx: Context, words: Words) -> Hits:
    """The last received contracts within reach whose title, file or vendor has each of these words."""
    return Hits(
        found=_found(reach(ctx, Permission.PAPER_VIEW), words.shape), show=_shown, page=("paper.show", "review_id")
    )


@written_once
def _found(within: Reach, shape: Shape) -> Found:
    where = [within.over(PaperReview)]
    shown = (
        select(PaperReview.id, PaperReview.title, Vendor.name.label("vendor"))
        .outerjoin(Vendor, Vendor.id == PaperReview.vendor_id)
        .order_by(PaperReview.id.desc())
    )
    return things_by_words(PaperReview, shown, where, titles_of(PaperReview, PaperReviewWord.review_id), shape)


def _shown(row: Any) -> tuple[str, str]:
    return row.title, row.vendor or ""
