"""The list of vendors: searched, filtered, sorted, page by page, in the same few statements however long it is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.core.dataclass import dataclass
from portal.core.pages import PAGE_SIZE, Page, page_of, page_sought
from portal.core.statements import among, written_once
from portal.core.tallies import is_kept
from portal.identity.models import User
from portal.vendors.models import BY_RISK, BY_RISK_PARTLY, COVERED, VENDORS, Service, Vendor
from portal.vendors.rules.naming import plain
from portal.vendors.rules.standing import AS_CONTROLLERS, BINDING, ContractStanding, last_day_told_apart
from portal.vendors.rules.status import GONE, LIVE, WORKING, VendorStatus
from portal.vendors.rules.tier import AT_RISK_VALUES, Tier

UNCLASSIFIED = "non_classe"
"""What the filter on tiers calls a vendor whose tier is not known: unknown is neither low nor medium."""
AT_RISK_TIERS = "a_risque"
"""What the same filter calls the two tiers that management answers for."""
EXPIRING, WITHOUT = "expire", "aucun"
"""What the filter on contracts is given besides a standing: ending within sixty days; whatever is not in force."""
MOST_WORDS = 6


@dataclass(frozen=True)
class VendorFilter:
    """What the list is narrowed to."""

    words: str = ""
    """Words, or parts of words, of the name, legal name or numbers, all of them, without accents or case."""
    tier: str = ""
    status: VendorStatus | None = None
    live: bool = False
    """Only those that hold our data or are about to (`LIVE`)."""
    working: bool = False
    """Only those at work or suspended (`WORKING`)."""
    country: str = ""
    owner_id: int | None = None
    contract: str = ""
    """A `ContractStanding`, `EXPIRING`, or `WITHOUT`: no contract is in force, whatever was drafted or signed.

    A vendor that is a joint controller alone is not without one: its arrangement is said apart (RGPD art. 26).
    """


PARTLY_COVERED = VendorFilter(working=True, contract=ContractStanding.PARTIAL.value)
"""Vendors at work or suspended of which one service at least is bound by no contract in force, and another is."""
WITHOUT_CONTRACT = VendorFilter(tier=AT_RISK_TIERS, working=True, contract=WITHOUT)
"""Vendors at work or suspended, at risk, without a contract in force: what management counts, and its list."""


@dataclass(frozen=True)
class VendorRow:
    """A line of the list."""

    id: int
    key: str
    name: str
    legal_name: str
    country: str
    status: VendorStatus
    tier: Tier | None
    tier_floor: Tier | None
    tier_ceiling: Tier | None
    inherent: int | None
    owner: str | None
    created_at: datetime
    standing: ContractStanding
    """What its contracts come to."""
    covered_until: date | None
    """Last day, when they all end of themselves."""
    services: list[str] = field(default_factory=list)
    """Titles of the services that have not ended."""


def vendors(
    ctx: Context, wanted: VendorFilter, *, sort: str = "nom", page: int = 1, size: int = PAGE_SIZE
) -> Page[VendorRow]:
    """A page of the vendors within reach."""
    # The page's ids come along an index that holds all that is asked; only then are its few rows opened.
    words = _words(wanted)
    ids = _ids(reach(ctx, Permission.VENDOR_VIEW), replace(wanted, words=""), sort, ctx.today, len(words))
    asked = {_part(n): f"%{word}%" for n, word in enumerate(words)}
    found = (page_sought if words else page_of)(ctx.session, ids, page, size=size, asked=asked)
    return found.showing(_rows(ctx, found.rows))


@written_once
def _ids(within: Reach, wanted: VendorFilter, sort: str, today: date, words: int) -> Select[int]:
    """The numbers of a filter, in an order; the words typed are bound, of which only how many there are is known."""
    parts = (Vendor.sought.like(bindparam(_part(number))) for number in range(words))
    return _write_ids(within, wanted, sort, today).where(*parts)


def _part(number: int) -> str:
    return f"part_{number}"


def _words(wanted: VendorFilter) -> list[str]:
    """Of letters and digits alone: nothing in them stands for anything else."""
    return plain(wanted.words).split()[:MOST_WORDS]


def _write_ids(within: Reach, wanted: VendorFilter, sort: str, today: date) -> Select[int]:
    return select(Vendor.id).where(within.over(Vendor), *_wanted(wanted, today)).order_by(*_order(sort))


def first_vendors(ctx: Context, wanted: VendorFilter, *, sort: str = "nom", most: int = 10) -> Sequence[Any]:
    """The first vendors of a filter, by number, name and tier alone."""
    named = _named(reach(ctx, Permission.VENDOR_VIEW), wanted, sort, ctx.today)
    return ctx.session.execute(named, {"most": most}).all()


@written_once
def _named(within: Reach, wanted: VendorFilter, sort: str, today: date) -> Select[int, str, Tier | None]:
    # By their numbers, which the index of the order holds: only the few that are given are read whole.
    first = _write_ids(within, wanted, sort, today).limit(bindparam("most"))
    return select(Vendor.id, Vendor.name, Vendor.tier).where(Vendor.id.in_(first)).order_by(*_order(sort))


def first_of_each(ctx: Context, *wanted: VendorFilter, sort: str = "nom", most: int = 10) -> list[list[Any]]:
    """The first vendors of each of several filters, as `first_vendors`; one statement for all of them."""
    found: list[list[Any]] = [[] for _ in wanted]
    for row in ctx.session.execute(
        _named_of_each(reach(ctx, Permission.VENDOR_VIEW), wanted, sort, ctx.today), {"most": most}
    ):
        found[row.place].append(row)
    return found


@written_once
def _named_of_each(within: Reach, wanted: tuple[VendorFilter, ...], sort: str, today: date) -> Select[Any]:
    first = union_all(
        *(
            select(
                _hinted(_write_ids(within, one, sort, today), _followed(one, sort))
                .add_columns(literal(place).label("place"))
                .limit(bindparam("most", type_=Integer))
                .subquery()
            )
            for place, one in enumerate(wanted)
        )
    ).subquery()
    named = select(Vendor.id, Vendor.name, Vendor.tier, first.c.place).join(first, first.c.id == Vendor.id)
    return named.order_by(first.c.place, *_order(sort))


def _followed(wanted: VendorFilter, sort: str) -> tuple[str, str] | None:
    """The index along which the first of a filter are found, where there is one."""
    if sort.removeprefix("-") != "criticite":
        return None
    return BY_RISK_PARTLY if wanted.contract == ContractStanding.PARTIAL.value else BY_RISK


def _hinted(numbers: Select[int], follows: tuple[str, str] | None) -> Select[int]:
    return numbers if follows is None else numbers.with_hint(Vendor, *follows)


def count_vendors(ctx: Context, wanted: VendorFilter) -> int:
    """How many vendors a filter keeps: what its list would count."""
    return ctx.session.scalar(counted_vendors(reach(ctx, Permission.VENDOR_VIEW), wanted, ctx.today)) or 0


def counted_vendors(within: Reach, wanted: VendorFilter, today: date) -> Select[int]:
    """The same count, to be asked with others."""
    return select(func.count()).select_from(Vendor).where(within.over(Vendor), *_wanted(wanted, today))


def counted_live(within: Reach) -> ColumnElement[int]:
    """How many vendors within reach hold our data or are about to, to be asked with others."""
    every = select(func.count()).select_from(Vendor).where(within.over(Vendor), among(Vendor.status, LIVE))
    if within.scope is not Scope.ALL:
        return every.scalar_subquery()
    return VENDORS.count(among(VENDORS.rows.c.status, LIVE), otherwise=every)


def counted_without_contract(within: Reach, today: date) -> ColumnElement[int]:
    """How many vendors within reach `WITHOUT_CONTRACT` keeps, to be asked with others."""
    every = counted_vendors(within, WITHOUT_CONTRACT, today)
    if within.scope is not Scope.ALL:
        return every.scalar_subquery()
    return VENDORS.count(*_wanted(WITHOUT_CONTRACT, today, VENDORS.rows.c), otherwise=every)


@dataclass(frozen=True)
class StandingCounts:
    """How many vendors that hold our data stand where with their contracts."""

    by_standing: Mapping[ContractStanding, int]
    expiring: int
    """Of those in force: how many end of themselves within sixty days."""
    at_risk_without: int
    """How many `WITHOUT_CONTRACT` keeps."""
    by_risk_and_grade: Mapping[tuple[int | None, str], int]
    """The same vendors by inherent risk (1 to 5, none when it is not described) and grade (empty: not measured)."""

    def __getitem__(self, standing: ContractStanding) -> int:
        return self.by_standing.get(standing, 0)


def count_by_standing(ctx: Context) -> StandingCounts:
    """Live vendors within reach by what their contracts come to, in one statement."""
    within = reach(ctx, Permission.VENDOR_VIEW)
    rows: Sequence[Any] = ()
    if within.scope is Scope.ALL:
        rows = ctx.session.execute(_held_by_standing(ctx.today)).all()
    if not rows:
        rows = ctx.session.execute(_by_standing(within, ctx.today)).all()
    counts: Counter[ContractStanding] = Counter()
    measured: Counter[tuple[int | None, str]] = Counter()
    for row in rows:
        if row.number:
            counts[row.standing] += row.number
            measured[row.inherent, row.grade] += row.number
    expiring_soon = sum(row.expiring for row in rows if row.standing is ContractStanding.IN_FORCE)
    return StandingCounts(counts, expiring_soon, sum(row.bare for row in rows), measured)


@written_once
def _held_by_standing(today: date) -> CompoundSelect[Any]:
    """What the tallies hold, for whoever sees all vendors; no row at all when one of them is not kept."""
    held, ends, kept = VENDORS.rows.c, COVERED.rows.c, is_kept(VENDORS, COVERED)
    bare, number = and_(*_wanted(WITHOUT_CONTRACT, today, held)), func.sum(held.n)
    by_risk = select(
        held.standing, held.inherent, held.grade, number.label("number"), literal(0).label("expiring"),
        case((bare, number), else_=0).label("bare"),
    )  # fmt: skip
    by_risk = by_risk.where(kept, among(held.status, LIVE))
    by_end = select(ends.standing, null(), literal(""), literal(0), func.sum(ends.n), literal(0))
    by_end = by_end.where(kept, among(ends.status, LIVE), ends.covered_until <= last_day_told_apart(today))
    return union_all(
        by_risk.group_by(held.status, held.inherent, held.grade, held.standing), by_end.group_by(ends.standing)
    )


@written_once
def _by_standing(within: Reach, today: date) -> Select[Any]:
    """The same from every vendor within reach."""
    expiring = Vendor.covered_until <= last_day_told_apart(today)
    # Said of what the vendors are grouped by: worked out once a group, not once a vendor.
    bare = and_(*_wanted(WITHOUT_CONTRACT, today))
    return (
        select(
            Vendor.standing,
            Vendor.inherent,
            Vendor.grade,
            func.count().label("number"),
            func.count(case((expiring, 1))).label("expiring"),
            case((bare, func.count()), else_=0).label("bare"),
        )
        .where(within.over(Vendor), among(Vendor.status, LIVE))
        # In the order of `ix_vendor_portfolio`, so that the vendors are counted as they are read.
        .group_by(Vendor.status, Vendor.inherent, Vendor.grade, Vendor.standing)
    )


def first_ids(ctx: Context, wanted: VendorFilter, *, sort: str, most: int) -> list[int]:
    """The numbers of the first vendors of a filter, in its order."""
    return list(ctx.session.scalars(_first(ctx, wanted, sort, most)))


def _first(ctx: Context, wanted: VendorFilter, sort: str, most: int) -> Select[int]:
    return select(Vendor.id).where(*_conditions(ctx, wanted)).order_by(*_order(sort)).limit(most)


def every_vendor(ctx: Context, wanted: VendorFilter, *, sort: str = "nom") -> Sequence[Vendor]:
    """All the vendors of a filter with owner, services and contacts: for an export, never for a page."""
    return ctx.session.scalars(
        select(Vendor)
        .options(joinedload(Vendor.owner), selectinload(Vendor.services), selectinload(Vendor.contacts))
        .where(*_conditions(ctx, wanted))
        .order_by(*_order(sort))
    ).all()


def countries(ctx: Context) -> list[str]:
    """The countries that some vendor within reach has."""
    return list(ctx.session.scalars(_countries(reach(ctx, Permission.VENDOR_VIEW))))


@written_once
def _countries(within: Reach) -> Select[Any]:
    return _distinct_values(within, Vendor.country, "")


def owners_within_reach(ctx: Context) -> Sequence[Row[int, str]]:
    """Those who answer for some vendor within reach, by name: number and name."""
    return ctx.session.execute(_owners(reach(ctx, Permission.VENDOR_VIEW))).all()


@written_once
def _owners(within: Reach) -> Select[int, str]:
    found = _distinct_values(within, Vendor.owner_id, 0)
    return select(User.id, User.name).where(User.id.in_(found)).order_by(User.name, User.id)


def _distinct_values(within: Reach, column: InstrumentedAttribute[Any], below: Any) -> Select[Any]:
    """The values of an indexed column, all above `below`: one step along the index each, not one per vendor."""
    least = select(func.min(column)).where(within.over(Vendor))
    seen = least.where(column > below).cte("seen", recursive=True)
    value = seen.c[0]
    after = least.where(column > value).correlate(seen).scalar_subquery()
    seen = seen.union_all(select(after).where(value.is_not(None)))
    return select(seen.c[0]).where(seen.c[0].is_not(None))


def _conditions(ctx: Context, wanted: VendorFilter) -> list[ColumnElement[bool]]:
    return [visible(ctx, Permission.VENDOR_VIEW, Vendor), *_wanted(wanted, ctx.today)]


def _wanted(wanted: VendorFilter, today: date, of: Any = Vendor) -> list[ColumnElement[bool]]:
    """The filter alone, whatever is within reach; said of the vendors, or of the columns of one of their tallies."""
    where: list[ColumnElement[bool]] = []
    where += [of.sought.contains(word) for word in _words(wanted)]
    if wanted.tier == UNCLASSIFIED:
        where.append(of.tier.is_(None))
    elif wanted.tier == AT_RISK_TIERS:
        # Those whose tier is not known but cannot be lower count with them: what is unknown hides no risk.
        where.append(among(of.inherent, AT_RISK_VALUES))
    elif wanted.tier:
        where.append(of.tier == Tier(wanted.tier))
    if wanted.status is not None:
        where.append(of.status == wanted.status)
    if wanted.live:
        where.append(~among(of.status, GONE))
    if wanted.working:
        where.append(among(of.status, WORKING))
    if wanted.country:
        where.append(of.country == wanted.country)
    if wanted.owner_id is not None:
        where.append(of.owner_id == wanted.owner_id)
    return [*where, *_contracted(wanted.contract, today, of)]


def _contracted(wanted: str, today: date, of: Any) -> Iterator[ColumnElement[bool]]:
    if wanted == WITHOUT:
        yield ~among(of.standing, (*BINDING, *AS_CONTROLLERS))
    elif wanted == EXPIRING:
        yield of.standing == ContractStanding.IN_FORCE
        yield of.covered_until <= last_day_told_apart(today)
    elif wanted:
        # Written out: an index of one standing alone is followed only by who names it before any value is bound.
        yield of.standing == literal_column(f"'{ContractStanding(wanted).value}'")


_SORTS = {"nom": Vendor.folded_name, "pays": Vendor.country, "criticite": Vendor.inherent, "entree": Vendor.id}


def _order(sort: str) -> list[ColumnElement[Any]]:
    """One column, then the name; an unknown one sorts by name. What is unclassified comes with the lightest.

    Each order is that of an index of the table, to its last column: nothing is sorted to show one page.
    """
    column = _SORTS.get(sort.removeprefix("-"), Vendor.folded_name)
    columns: list[Any] = list(dict.fromkeys([column, Vendor.folded_name, Vendor.sought, Vendor.id]))
    if column is Vendor.id:
        columns = [Vendor.id]
    if sort.startswith("-"):
        return [c.desc() for c in columns]
    return [c.asc() for c in columns]


def _rows(ctx: Context, ids: Sequence[int]) -> list[VendorRow]:
    """The rows of a page, in its order, with their owners and services."""
    found = ctx.session.execute(_LISTED, {"ids": list(ids)})
    by_id = {row.id: VendorRow(**row._mapping) for row in found}
    for vendor_id, title in ctx.session.execute(_TITLES, {"ids": list(ids), "today": ctx.today}):
        by_id[vendor_id].services.append(title)
    return [by_id[vendor_id] for vendor_id in ids]


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_LISTED = (
    select(
        Vendor.id, Vendor.key, Vendor.name, Vendor.legal_name, Vendor.country, Vendor.status, Vendor.tier,
        Vendor.tier_floor, Vendor.tier_ceiling, Vendor.inherent, User.name.label("owner"), Vendor.created_at,
        Vendor.standing, Vendor.covered_until,
    )
    .outerjoin(User, User.id == Vendor.owner_id)
    .where(Vendor.id.in_(_IDS))
)  # fmt: skip
_TITLES = (
    select(Service.vendor_id, Service.name)
    .where(Service.vendor_id.in_(_IDS), Service.goes_on(bindparam("today")))
    .order_by(Service.id)
)
