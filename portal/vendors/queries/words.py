"""Vendors, and what belongs to one, by the words of names, numbers and titles, along the indexes of those."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, bindparam, or_, select, union_all

from portal.authz.policy import Reach, Scope
from portal.core.found import Found, Shown, found_of
from portal.core.sought import BoundWord, Shape, Titles, bound_words, is_indexed_under
from portal.core.statements import written_once
from portal.vendors.models import BY_NAME, Vendor, VendorSpelling
from portal.vendors.rules.spellings import WORDS


def vendors_spelled(word: str | BoundWord) -> Select[int]:
    """Numbers of the vendors of which a name has a word that begins with this one, or a number does."""
    return select(VendorSpelling.vendor_id).where(is_indexed_under(VendorSpelling.text, word, mark=WORDS))


@written_once
def vendors_by_words(within: Reach, shape: Shape) -> Found:
    """The vendors within reach that have all the plain words of a search, by name: number, name and legal name."""
    words = first, *others = bound_words(shape)
    reached, order = select(Vendor.id).where(within.over(Vendor)), (Vendor.folded_name, Vendor.id)
    number = _spelled(first).c.vendor_id
    # Who reaches all vendors has them counted without opening one.
    found = select(number) if within.scope is Scope.ALL else reached.where(Vendor.id == number)
    found = found.where(*(_is_spelled(number, word) for word in others)).correlate(None)
    # Names that begin with the same word stand together, often far from the first one: those found are put in order.
    # Of many, each word's are read once, along its index, and not looked for in each that the first word found.
    every = reached.where(*(Vendor.id.in_(vendors_spelled(word)) for word in words)).with_hint(Vendor, *BY_NAME)
    return found_of(
        select(Vendor.id, Vendor.name, Vendor.legal_name).order_by(*order), Vendor.id, found,
        every=[Vendor.id.in_(every.order_by(*order).limit(bindparam("shown")))],
    )  # fmt: skip


def things_by_words(
    thing: Any,
    shown: Shown,
    where: Sequence[ColumnElement[bool]],
    titles: Titles,
    shape: Shape,
    *,
    by_vendor: tuple[str, str] | None = None,
) -> Found:
    """The things of vendors that have each plain word of a search in their title or their vendor's; written once.

    `shown` is what is read of each, in its order; `where` bounds them. The longest word is looked for along both
    indexes; what has it is then looked at for the others. `by_vendor` is the hint of the index by which those of a
    vendor are read, where SQLite would take another one.
    """
    words = first, *others = bound_words(shape)

    def has(word: BoundWord) -> ColumnElement[bool]:
        return or_(titles.of_row(word), _is_spelled(thing.vendor_id, word))

    numbers, spelled = select(thing.id).where(*where, *map(has, others)), _spelled(first)
    # Vendor by vendor, and no further than is counted: a list of them would be made whole for each kind of things. With
    # « + 0 » SQLite can only begin with the vendors: it would read all things to look each up among them otherwise.
    of_vendors = numbers.where(thing.vendor_id == spelled.c.vendor_id + 0, ~titles.of_row(first)).correlate(None)
    if by_vendor is not None:
        of_vendors = of_vendors.with_hint(thing, *by_vendor)
    found = union_all(numbers.where(titles.along_index(first)), of_vendors)
    return found_of(shown, thing.id, found, every=[*where, *map(has, words)])


@written_once
def _spelled(word: BoundWord) -> CTE:
    """Those vendors, each once: the same for every kind, so that a statement that counts all kinds finds them once."""
    return vendors_spelled(word).distinct().cte("spelled")


def _is_spelled(vendor_id: Any, word: BoundWord) -> ColumnElement[bool]:
    """The same of one vendor, for rows that are few or that come in an order."""
    return vendors_spelled(word).where(VendorSpelling.vendor_id == vendor_id).exists()
