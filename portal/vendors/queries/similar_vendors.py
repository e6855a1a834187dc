"""Vendors of the register that may be the company being entered: candidates by index, then the rules decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from string import ascii_lowercase

from sqlalchemy import ColumnElement, literal, or_, select, union

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.core.language import Sentence
from portal.vendors.models import Vendor
from portal.vendors.rules.duplicates import Certainty, CompanyIdentity, find_duplicates
from portal.vendors.rules.identifiers import siren_of
from portal.vendors.rules.naming import denominations, fold, plain
from portal.vendors.rules.similar_names import LONGEST_TYPO, SHORTEST_PREFIX, SHORTEST_TYPO
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
    ways = [
        select(select(Vendor.id).where(way, visible(ctx, Permission.VENDOR_VIEW, Vendor)).limit(ENOUGH).subquery().c.id)
        for way in _possible_matches(party)
    ]
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


def _possible_matches(party: CompanyIdentity) -> Iterator[ColumnElement[bool]]:
    """Conditions under which a vendor is a candidate: same or close spelling, same beginning, another name it has."""
    folded = fold(party.name)
    if not folded:
        return
    yield Vendor.folded_name.in_(sorted({*spellings(folded), *denominations(party.name)}))
    yield Vendor.folded_name.startswith(folded + " ")
    siren = siren_of(party.siren, party.siret, party.vat)
    said = {*denominations(party.name), fold(party.legal_name), siren, plain(party.vat), plain(party.lei)} - {""}
    whole_words = literal(" ") + Vendor.sought + literal(" ")
    yield or_(*(whole_words.contains(f" {words} ") for words in sorted(said)))


def spellings(folded: str) -> set[str]:
    """How the same company may stand in a register: other order, spaces and beginning, one letter more, less or else.

    >>> {"mobility link", "linkmobility", "link", "lnik mobility", "linc mobility"} <= spellings("link mobility")
    True
    >>> "link mobility" in spellings("linkmobility")
    True
    """
    words = folded.split()
    found = {folded, "".join(words)}
    found |= {" ".join(words[:size]) for size in range(1, len(words)) if len(" ".join(words[:size])) >= SHORTEST_PREFIX}
    if len(words) <= MOST_WORDS:
        found |= {" ".join(order) for order in permutations(words)}
    if SHORTEST_TYPO <= len(folded) <= LONGEST_TYPO:
        found |= set(_one_mistake(folded))
    return found


def _one_mistake(text: str) -> Iterator[str]:
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield from (before + letter + after for letter in ascii_lowercase + " ")
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
            yield before + after[1::-1] + after[2:]
