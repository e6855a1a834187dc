"""Vendors, and what belongs to one, by the words of names, numbers and titles, along the indexes of those."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union_all

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.pages import Page, Row, first_of
from portal.core.sought import Titles, is_indexed_under
from portal.vendors.models import Vendor, VendorSpelling
from portal.vendors.rules.spellings import WORDS


def vendors_spelled(word: str) -> Select[int]:
    """Numbers of the vendors of which a name has a word that begins with this one, or a number does."""
    return select(VendorSpelling.vendor_id).where(is_indexed_under(VendorSpelling.text, word, mark=WORDS))


def vendors_by_words(ctx: Context, words: Sequence[str], at_most: int) -> Page[Vendor]:
    """The first vendors within reach that have all these plain words, by name, and how many there are."""
    wanted = select(Vendor).where(visible(ctx, Permission.VENDOR_VIEW, Vendor))
    first, *others = _longest_first(words)
    where = [Vendor.id.in_(vendors_spelled(first)), *(_is_spelled(Vendor.id, word) for word in others)]
    found, order = wanted.where(*where).with_only_columns(Vendor.id), (Vendor.folded_name, Vendor.id)
    # Names that begin with the same word stand together, often far from the first one: those found are put in order.
    return first_of(
        ctx.session, wanted.order_by(*order), Vendor.id, found,
        every=lambda: [Vendor.id.in_(found.order_by(*order).limit(at_most))], size=at_most,
    )  # fmt: skip


def things_by_words(
    ctx: Context, wanted: Select[Row], thing: Any, titles: Titles, words: Sequence[str], at_most: int
) -> Page[Row]:
    """The first of an ordered select of things of vendors, each of these plain words in their title or their vendor's.

    The longest word is looked for along both indexes; what has it is then looked at for the others.
    """
    first, *others = _longest_first(words)

    def has(word: str) -> ColumnElement[bool]:
        return or_(titles.of_row(word), _is_spelled(thing.vendor_id, word))

    numbers = wanted.with_only_columns(thing.id).order_by(None).where(*map(has, others))
    found = union_all(
        numbers.where(titles.along_index(first)),
        numbers.where(thing.vendor_id.in_(vendors_spelled(first)), ~titles.of_row(first)),
    )
    return first_of(ctx.session, wanted, thing.id, found, every=lambda: list(map(has, words)), size=at_most)


def _longest_first(words: Sequence[str]) -> list[str]:
    """The longest word is the one that fewest things are likely to have."""
    return sorted(words, key=len, reverse=True)


def _is_spelled(vendor_id: Any, word: str) -> ColumnElement[bool]:
    """The same of one vendor, for rows that are few or that come in an order."""
    return vendors_spelled(word).where(VendorSpelling.vendor_id == vendor_id).exists()
