"""Received contracts as a search shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, load_only

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.pages import Page, page_of
from portal.core.sought import begins_a_word
from portal.paper.models import PaperReview
from portal.vendors.queries import vendors_spelled
from portal.web.manifest import SearchHit


def review_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The last received contracts within reach whose title, file or vendor has each of these words."""
    where = [
        or_(begins_a_word(PaperReview.sought, word), PaperReview.vendor_id.in_(vendors_spelled(word))) for word in words
    ]
    shown = load_only(PaperReview.title, PaperReview.vendor_id)  # not what was read: some hundred kilobytes a row
    wanted = select(PaperReview).options(shown, joinedload(PaperReview.vendor))
    wanted = wanted.where(visible(ctx, Permission.PAPER_VIEW, PaperReview), *where).order_by(PaperReview.id.desc())
    found = page_of(ctx.session, wanted, size=at_most)
    return found.showing([_hit(review) for review in found.rows])


def _hit(review: PaperReview) -> SearchHit:
    detail = review.vendor.name if review.vendor is not None else ""
    return SearchHit(title=review.title, detail=detail, url=url_for("paper.show", review_id=review.id))
