"""Received contracts as a search shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.pages import Page
from portal.core.sought import titles_of
from portal.paper.models import PaperReview, PaperReviewWord
from portal.vendors.queries import things_by_words
from portal.web.manifest import SearchHit


def review_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The last received contracts within reach whose title, file or vendor has each of these words."""
    shown = load_only(PaperReview.title, PaperReview.vendor_id)  # not what was read: some hundred kilobytes a row
    wanted = select(PaperReview).options(shown, joinedload(PaperReview.vendor))
    wanted = wanted.where(visible(ctx, Permission.PAPER_VIEW, PaperReview)).order_by(PaperReview.id.desc())
    titles = titles_of(PaperReview, PaperReviewWord.review_id)
    found = things_by_words(ctx, wanted, PaperReview, titles, words, at_most)
    return found.showing([_hit(review) for review in found.rows])


def _hit(review: PaperReview) -> SearchHit:
    detail = review.vendor.name if review.vendor is not None else ""
    return SearchHit(title=review.title, detail=detail, url=url_for("paper.show", review_id=review.id))
