"""Vendors by the words of their names and by their numbers, along the index of their spellings."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.pages import Page, page_of
from portal.core.sought import beginnings
from portal.vendors.models import Vendor, VendorSpelling
from portal.vendors.rules.spellings import WORDS

_LAST = "\U0010ffff"
"""No character follows this one: what begins with some text stands before the text and it."""


def vendors_spelled(word: str) -> Select[int]:
    """Numbers of the vendors of which a name has a word that begins with this one, or a number does."""
    ranges = (VendorSpelling.text.between(f"{WORDS}{text}", f"{WORDS}{text}{_LAST}") for text in beginnings(word))
    return select(VendorSpelling.vendor_id).where(or_(*ranges))


def vendors_by_words(ctx: Context, words: Sequence[str], at_most: int) -> Page[Vendor]:
    """The first vendors within reach that have all these plain words, by name, and how many there are."""
    where = [Vendor.id.in_(vendors_spelled(word)) for word in words]
    wanted = select(Vendor).where(visible(ctx, Permission.VENDOR_VIEW, Vendor), *where)
    return page_of(ctx.session, wanted.order_by(Vendor.folded_name, Vendor.id), size=at_most)
