"""Vendors of the register that may be the company being entered: candidates by index, then the rules decide."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

from sqlalchemy import Select, or_, select, union

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.language import Sentence
from portal.vendors.models import Vendor, VendorSpelling
from portal.vendors.rules.duplicates import Certainty, CompanyIdentity, find_duplicates
from portal.vendors.rules.identifiers import siren_of
from portal.vendors.rules.naming import denominations, fold, plain
from portal.vendors.rules.similar_names import SHORTEST_PREFIX
from portal.vendors.rules.spellings import LONGEST, NEAR, WORDS, near_texts
from portal.vendors.rules.status import VendorStatus

ENOUGH = 60
"""Candidates per way of looking: a word that a hundred companies share warns of nobody in particular."""
MOST_WORDS = 4
"""Words up to which another order of them is looked for."""


@dataclass(frozen=True)
class SimilarVendor:
    """A vendor of the register that looks like the one being entered."""

    id: int
    name: str
    country: str
    status: VendorStatus


@dataclass(frozen=True)
class SimilarityWarning:
    """Vendors that are, or may be, the company being entered, and why."""

    certainty: Certainty
    vendors: tuple[SimilarVendor, ...]
    reasons: tuple[Sentence, ...]


def similarity_warnings(ctx: Context, party: CompanyIdentity) -> tuple[SimilarityWarning, ...]:
    """What in the register looks like a company about to be entered; two statements however long the register."""
    reached = visible(ctx, Permission.VENDOR_VIEW, Vendor)
    ways = [select(way.where(reached).limit(ENOUGH).subquery().c[0]) for way in _possible_matches(party)]
    ids = ctx.session.scalars(union(*ways)).all() if ways else []
    rows = {v.key: v for v in ctx.session.scalars(select(Vendor).where(Vendor.id.in_(ids)).order_by(Vendor.id))}
    groups = find_duplicates([party], [identity_of(vendor) for vendor in rows.values()])
    return tuple(
        SimilarityWarning(
            group.certainty,
            tuple(SimilarVendor(v.id, v.name, v.country, v.status) for v in (rows[key] for key in group.known)),
            group.reasons,
        )
        for group in groups
    )


def every_identity(ctx: Context) -> Sequence[CompanyIdentity]:
    """The whole register as an import is compared with it, in the order in which vendors entered it."""
    authorize(ctx, Permission.VENDOR_IMPORT)
    columns = ("key", "name", "legal_name", "country", "siren", "siret", "vat", "lei")
    rows = ctx.session.execute(select(*(getattr(Vendor, name) for name in columns)).order_by(Vendor.id))
    return [CompanyIdentity(0, *row) for row in rows]


def identity_of(vendor: Vendor) -> CompanyIdentity:
    """A vendor of the register as the search for doubles sees it."""
    return CompanyIdentity(
        key=vendor.key, name=vendor.name, legal_name=vendor.legal_name, country=vendor.country, siren=vendor.siren,
        siret=vendor.siret, vat=vendor.vat, lei=vendor.lei,
    )  # fmt: skip


def _possible_matches(party: CompanyIdentity) -> Iterator[Select[Any]]:
    """Numbers of vendors that may be this company: same or close spelling, same beginning, another name it has."""
    folded = fold(party.name)
    if not folded:
        return
    yield select(Vendor.id).where(Vendor.folded_name.in_(sorted({*spellings(folded), *denominations(party.name)})))
    texts = select(VendorSpelling.vendor_id).join(Vendor, Vendor.id == VendorSpelling.vendor_id)
    if near := near_texts(folded):
        yield texts.where(VendorSpelling.text.in_(sorted(NEAR + text for text in near)))
    siren = siren_of(party.siren, party.siret, party.vat)
    said = {*denominations(party.name), fold(party.legal_name), siren, plain(party.vat), plain(party.lei)} - {""}
    words = sorted(WORDS + text[:LONGEST] for text in said)
    # What goes on after these words lies between « words␣ » and « words! », the character that follows the space.
    longer = (VendorSpelling.text.between(f"{text} ", f"{text}!") for text in words)
    yield texts.where(or_(VendorSpelling.text.in_(words), *longer))


def spellings(folded: str) -> set[str]:
    """How the same company may stand in a register, slips apart: in another order, without spaces, its beginning.

    >>> {"mobility link", "linkmobility", "link"} <= spellings("link mobility")
    True
    """
    words = folded.split()
    found = {folded, "".join(words)}
    found |= {" ".join(words[:size]) for size in range(1, len(words)) if len(" ".join(words[:size])) >= SHORTEST_PREFIX}
    if len(words) <= MOST_WORDS:
        found |= {" ".join(order) for order in permutations(words)}
    return found
