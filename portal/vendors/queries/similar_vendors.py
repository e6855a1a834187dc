"""Vendors of the register that may be the company being entered: candidates by index, then the rules decide."""

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, or_, select, union

from portal.authz.context import Context, authorize, reach
from portal.authz.policy import Permission, Reach
from portal.core.dataclass import dataclass
from portal.core.language import Sentence
from portal.core.statements import written_once
from portal.vendors.models import Vendor, VendorSpelling
from portal.vendors.rules.duplicates import Certainty, CompanyIdentity, DuplicateGroup, find_duplicates
from portal.vendors.rules.identifiers import siren_of
from portal.vendors.rules.naming import denominations, fold, plain
from portal.vendors.rules.similar_names import SHORTEST_PREFIX
from portal.vendors.rules.spellings import LONGEST, NEAR, WORDS, near_texts
from portal.vendors.rules.status import VendorStatus

ENOUGH = 60
"""Candidates per way of looking: a word that a hundred companies share warns of nobody in particular."""
ROUND = 8
"""Texts of one way of looking are as many as a multiple of this."""
MOST_FOLLOWED = 8
"""Vendors found whose own doubles are looked for, each time."""
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
    """What in the register looks like a company about to be entered; one statement when nothing does.

    What looks like a vendor that was found is looked for in turn: one company may stand there twice, under two names.
    """
    rows: dict[str, Any] = {}
    groups: Sequence[DuplicateGroup] = ()
    asked = [party]
    while asked and (ids := set(_possible_matches(ctx, asked)) - {row.id for row in rows.values()}):
        before = {key for group in groups for key in group.known}
        rows |= {row.key: row for row in ctx.session.execute(_FOUND, {"ids": sorted(ids)})}
        known = sorted(rows.values(), key=lambda row: row.id)
        groups = find_duplicates([party], [identity_of(row) for row in known])
        found = dict.fromkeys(key for group in groups for key in group.known)
        asked = [identity_of(rows[key]) for key in found if key not in before][:MOST_FOLLOWED]
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
    rows = ctx.session.execute(select(*_IDENTITY).order_by(Vendor.id))
    return [CompanyIdentity(0, *row) for row in rows]


def identity_of(vendor: Any) -> CompanyIdentity:
    """A vendor of the register, or as many of its columns, as the search for doubles sees it."""
    return CompanyIdentity(
        key=vendor.key, name=vendor.name, legal_name=vendor.legal_name, country=vendor.country, siren=vendor.siren,
        siret=vendor.siret, vat=vendor.vat, lei=vendor.lei,
    )  # fmt: skip


_IDENTITY = (
    Vendor.key, Vendor.name, Vendor.legal_name, Vendor.country, Vendor.siren, Vendor.siret, Vendor.vat, Vendor.lei,
)  # fmt: skip
_FOUND = (
    select(*_IDENTITY, Vendor.id, Vendor.status)
    .where(Vendor.id.in_(bindparam("ids", expanding=True)))
    .order_by(Vendor.id)
)


def _possible_matches(ctx: Context, parties: Sequence[CompanyIdentity]) -> Sequence[int]:
    """Numbers of vendors that may be these companies: same or close spelling, same beginning, another name it has."""
    said, starts, names, near = set[str](), set[str](), set[str](), set[str]()
    for party in parties:
        folded = fold(party.name)
        if not folded:
            continue
        siren = siren_of(party.siren, party.siret, party.vat)
        said |= {*denominations(party.name), fold(party.legal_name), siren, plain(party.vat), plain(party.lei)} - {""}
        names |= {*spellings(folded), *denominations(party.name)}
        starts |= {WORDS + text for text in _beginnings(folded)}
        near |= {NEAR + text for text in near_texts(folded)}
    if not said:
        return ()
    words = sorted(WORDS + text[:LONGEST] for text in said)
    return _matches(ctx, words, _filled(starts), _filled(names), _filled(near))


def _matches(
    ctx: Context, words: Sequence[str], starts: Sequence[str], names: Sequence[str], near: Sequence[str]
) -> Sequence[int]:  # fmt: skip
    # What goes on after these words lies between « words␣ » and « words! », the character that follows the space.
    looked_for: dict[str, Any] = {
        **{f"name_{n}": text for n, text in enumerate(names)},
        **{f"near_{n}": text for n, text in enumerate(near)},
        **{f"word_{n}": text for n, text in enumerate(words)},
        **{f"start_{n}": text for n, text in enumerate(starts)},
        **{f"from_{n}": f"{text} " for n, text in enumerate(words)},
        **{f"to_{n}": f"{text}!" for n, text in enumerate(words)},
    }
    ways = _ways(reach(ctx, Permission.VENDOR_VIEW), len(names), len(near), len(words), len(starts))
    return ctx.session.scalars(ways, looked_for).all()


def _filled(texts: Iterable[str]) -> list[str]:
    """Texts to be looked for, the last one said again up to a round number: names of about a length ask alike."""
    found = sorted(set(texts))
    return found + found[-1:] * (-len(found) % ROUND)


def _one_of(column: Any, name: str, many: int) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.in_([bindparam(f"{name}_{n}", type_=column.type) for n in range(many)])
    return found


@written_once
def _ways(reached: Reach, names: int, near: int, words: int, starts: int) -> CompoundSelect[Any]:
    """Each way of looking along its index, for so many of each; a name without near spellings is near to none.

    Its beginnings are looked for among the other names a company has: those it is known by are among `names`.
    """
    texts = select(VendorSpelling.vendor_id).join(Vendor, Vendor.id == VendorSpelling.vendor_id)
    longer = (VendorSpelling.text.between(bindparam(f"from_{n}"), bindparam(f"to_{n}")) for n in range(words))
    ways = (
        select(Vendor.id).where(_one_of(Vendor.folded_name, "name", names)),
        *((texts.where(_one_of(VendorSpelling.text, "near", near)),) if near else ()),
        texts.where(or_(_one_of(VendorSpelling.text, "word", words), *longer)),
        *((texts.where(_one_of(VendorSpelling.text, "start", starts)),) if starts else ()),
    )
    return union(*(select(way.where(reached.over(Vendor)).limit(ENOUGH).subquery().c[0]) for way in ways))


def spellings(folded: str) -> set[str]:
    """How the same company may stand in a register, slips apart: in another order, without spaces, its beginning.

    >>> {"mobility link", "linkmobility", "link"} <= spellings("link mobility")
    True
    """
    words = folded.split()
    found = {folded, "".join(words)}
    found |= _beginnings(folded)
    if len(words) <= MOST_WORDS:
        found |= {" ".join(order) for order in permutations(words)}
    return found


def _beginnings(folded: str) -> set[str]:
    words = folded.split()
    found = {" ".join(words[:size]) for size in range(1, len(words))}
    return {text for text in found if len(text) >= SHORTEST_PREFIX}
